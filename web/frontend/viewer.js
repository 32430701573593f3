// Draws every element with data-bpmn-url and marks the steps that are current or done.
//   <div data-bpmn-url="/…" data-bpmn-current="Task_A Task_B" data-bpmn-done="Task_C"></div>
// The page carries the same steps as a list: the drawing adds to it and never replaces it.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

const words = (text) => (text || "").split(/\s+/).filter(Boolean);

function mark(viewer, ids, marker) {
  const canvas = viewer.get("canvas");
  const registry = viewer.get("elementRegistry");
  for (const id of ids) {
    if (registry.get(id)) canvas.addMarker(id, marker);
  }
}

async function draw(container) {
  const viewer = new NavigatedViewer({ container });
  try {
    const answer = await fetch(container.dataset.bpmnUrl, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`diagram answered ${answer.status}`);
    await viewer.importXML(await answer.text());
  } catch (error) {
    viewer.destroy();
    container.dataset.bpmnState = "failed";
    console.warn(error.message);
    return;
  }
  mark(viewer, words(container.dataset.bpmnDone), "kedja-done");
  mark(viewer, words(container.dataset.bpmnCurrent), "kedja-current");
  viewer.get("canvas").zoom("fit-viewport", "auto");
  container.dataset.bpmnState = "drawn";
}

for (const container of document.querySelectorAll("[data-bpmn-url]")) draw(container);
