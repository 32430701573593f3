// Draws every element with data-bpmn-url and marks the steps that are current or done.
//   <div data-bpmn-url="/…" data-bpmn-current="Task_A Task_B" data-bpmn-done="Task_C"></div>
// data-bpmn-counts='{"Task_A": {"text": "3 står", "level": 1}}' puts a text at each element.
// What the buttons say stands in data-said-…, in the language of the page.
// The page carries the same steps as a list: the drawing adds to it and never replaces it.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

// Below this scale the names of the steps cannot be read.
const READABLE = 0.75;
const MARGIN = 24;

const words = (text) => (text || "").split(/\s+/).filter(Boolean);

function mark(viewer, ids, marker) {
  const canvas = viewer.get("canvas");
  const registry = viewer.get("elementRegistry");
  for (const id of ids) {
    if (registry.get(id)) canvas.addMarker(id, marker);
  }
}

function count(viewer, text) {
  const registry = viewer.get("elementRegistry");
  for (const [id, found] of Object.entries(JSON.parse(text || "{}"))) {
    if (!registry.get(id)) continue;
    const html = document.createElement("div");
    html.className = `stands level${found.level}`;
    html.textContent = found.text;
    viewer.get("overlays").add(id, { position: { top: -14, left: 4 }, html });
  }
}

// As high as the drawing needs at a readable scale, within what the style sheet allows.
function fitHeight(container, inner) {
  const scale = Math.max(READABLE, Math.min(1, container.clientWidth / (inner.width + MARGIN)));
  const height = Math.min(container.clientHeight, (inner.height + 2 * MARGIN) * scale);
  container.style.height = `${Math.max(180, Math.round(height))}px`;
}

function showWhole(viewer) {
  viewer.get("canvas").zoom("fit-viewport", "auto");
}

// Readable, with the first current step in the middle; a drawing that fits is shown whole.
function showStep(viewer, ids) {
  const canvas = viewer.get("canvas");
  const step = words(ids).map((id) => viewer.get("elementRegistry").get(id)).find(Boolean);
  if (canvas.zoom("fit-viewport", "auto") >= READABLE || !step) return;
  canvas.zoom(READABLE, { x: 0, y: 0 });
  const box = canvas.viewbox();
  const inner = box.inner;
  const hold = (wanted, low, high) => Math.max(low, Math.min(wanted, Math.max(low, high)));
  canvas.viewbox({
    x: hold(step.x + step.width / 2 - box.width / 2, inner.x - MARGIN, inner.x + inner.width + MARGIN - box.width),
    y: hold(step.y + step.height / 2 - box.height / 2, inner.y - MARGIN, inner.y + inner.height + MARGIN - box.height),
    width: box.width,
    height: box.height,
  });
}

function tools(container, viewer) {
  const bar = document.createElement("div");
  bar.className = "diagram-tools";
  const add = (label, act) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "second";
    button.textContent = label;
    button.addEventListener("click", act);
    bar.append(button);
  };
  add(container.dataset.saidWhole, () => showWhole(viewer));
  add(container.dataset.saidStep, () => showStep(viewer, container.dataset.bpmnCurrent));
  add(container.dataset.saidLarger, () => viewer.get("zoomScroll").stepZoom(1));
  add(container.dataset.saidSmaller, () => viewer.get("zoomScroll").stepZoom(-1));
  container.after(bar);
}

async function draw(container) {
  // The wheel scrolls the page, not the drawing: who reads on must not get caught.
  const viewer = new NavigatedViewer({ container, zoomScroll: { enabled: false } });
  try {
    const answer = await fetch(container.dataset.bpmnUrl, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`diagram answered ${answer.status}`);
    await viewer.importXML(await answer.text());
  } catch (error) {
    viewer.destroy();
    container.replaceChildren();
    container.dataset.bpmnState = "failed";
    console.warn(error.message);
    return;
  }
  mark(viewer, words(container.dataset.bpmnDone), "kedja-done");
  mark(viewer, words(container.dataset.bpmnCurrent), "kedja-current");
  count(viewer, container.dataset.bpmnCounts);
  fitHeight(container, viewer.get("canvas").viewbox().inner);
  viewer.get("canvas").resized();
  showStep(viewer, container.dataset.bpmnCurrent);
  tools(container, viewer);
  container.dataset.bpmnState = "drawn";
}

for (const container of document.querySelectorAll("[data-bpmn-url]")) draw(container);
