// A note by telephone. What is written lives in the open page and in the draft on the server, never
// in the browser's own store: telephones are shared. The page works without this script.
const PAUSE_MS = 1500; // after the last key
const RETRY_MS = 5000;
const ANSWER_MS = 15000;

const form = document.getElementById("notis");
if (form) keep(form);

function keep(form) {
  const status = document.getElementById("sant");
  const field = (name) => form.elements.namedItem(name);
  const text = field("text");
  const when = field("handelsetid");
  const button = form.querySelector("button[type=submit]");
  let shown = performance.now(); // when the prefilled moment was now

  let saved = whole(); // what the server has as a draft
  let timer = null;
  let saving = null;
  let waiting = false; // a note is to be written
  let sending = false; // and is on its way: one post at a time, whatever happens meanwhile
  let note = null; // what it says: sent again it says the same, whatever is chosen meanwhile
  let lost = false;

  function whole() { return [text.value, when.value, field("galler").value].join("\u0000"); }
  const dirty = () => text.value.trim() !== "" && whole() !== saved;

  function say(words, bad = false, link = null) {
    status.classList.toggle("unsent", bad);
    if (status.dataset.said === words) return; // a screen reader hears a thing once
    status.dataset.said = words;
    status.replaceChildren(words, ...(link ? [" ", link] : []));
  }
  // What is said stands in the page, in its language; {…} is filled in here.
  const told = (name, filled = {}) => Object.entries(filled).reduce((text, [key, value]) => text.replace(`{${key}}`, () => value), form.dataset[name]);
  function toLogin() {
    const made = document.createElement("a");
    const href = `${form.dataset.login}?next=${encodeURIComponent(form.dataset.here)}`;
    Object.assign(made, { href, textContent: told("saidLogin"), target: "_blank", rel: "noopener" });
    return made;
  }
  async function post(address, body) {
    try {
      const answer = await fetch(address, {
        method: "POST", body, redirect: "error", headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      return { status: answer.status, body: await answer.json().catch(() => ({})) };
    } catch {
      return { status: 0, body: {} };
    }
  }
  // A log-in in another window gives a new token; only to the one whose text it is.
  async function freshToken() {
    try {
      const answer = await fetch(form.dataset.draft, { redirect: "error", headers: { Accept: "application/json" } });
      const body = await answer.json();
      if (!answer.ok || String(body.who) !== field("_vem").value) return false;
      for (const input of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) input.value = body.token;
      return true;
    } catch {
      return false;
    }
  }
  async function sent(address, body = new FormData(form)) {
    const now = () => { body.set("csrfmiddlewaretoken", field("csrfmiddlewaretoken").value); return body; };
    const answer = await post(address, now());
    return answer.status === 403 && (await freshToken()) ? post(address, now()) : answer;
  }

  // The draft, while she writes.
  function later(ms = PAUSE_MS) {
    clearTimeout(timer);
    timer = setTimeout(draft, ms);
  }
  async function draft() {
    if (saving) await saving;
    if (waiting || !dirty()) return;
    const before = whole();
    saving = sent(form.dataset.draft).then((answer) => {
      if (answer.status === 200) {
        saved = before;
        lost = false;
        field("_utkast").value = answer.body.revision;
        say(told("saidKept", { when: answer.body.saved }));
        if (dirty()) later();
      } else unreached(answer, told("saidNotKept"), draft);
    }).finally(() => { saving = null; });
    await saving;
  }
  function unreached(answer, what, again) {
    clearTimeout(timer);
    if (answer.body.code === "draft_elsewhere") { field("_utkast").value = answer.body.revision; later(0); return; }
    lost = true;
    if (answer.status === 401) say(told("saidLoggedOut", { what }), true, toLogin());
    else if (answer.status === 0 || answer.status >= 500) say(told("saidNoContact", { what }), true);
    else {
      settle();
      say(answer.body.said || told("saidNoPart", { what }), true);
      return;
    }
    timer = setTimeout(again, RETRY_MS);
  }

  // The note itself: sent until it is answered, and written once, for the word of the page goes along.
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (waiting) return;
    clearTimeout(timer);
    waiting = true;
    form.dataset.waits = "1";
    for (const one of [text, when]) one.readOnly = true;
    button.setAttribute("aria-disabled", "true");
    if (when.value === when.defaultValue && when.value) when.value = passed(when.defaultValue);
    note = new FormData(form);
    say(told("saidSaving"));
    if (saving) await saving;
    clearTimeout(timer);
    send();
  });
  // "Now" is when she pressed the button, by the clock of the server.
  function passed(start) {
    const made = new Date(`${start}Z`);
    made.setMinutes(made.getMinutes() + Math.floor((performance.now() - shown) / 60000));
    return made.toISOString().slice(0, 16);
  }
  async function send() {
    clearTimeout(timer);
    if (!waiting || sending) return;
    sending = true;
    const answer = await sent(form.action, note).finally(() => { sending = false; });
    if (answer.status === 200) return done(answer.body);
    if (answer.status === 422) { settle(); return wrong(answer.body.errors || {}); }
    unreached(answer, told("saidNotSaved"), send);
  }
  function settle() {
    waiting = false;
    delete form.dataset.waits;
    for (const one of [text, when]) one.readOnly = false;
    button.removeAttribute("aria-disabled");
  }
  function done(body) {
    settle();
    lost = false;
    wrong({});
    text.value = "";
    when.value = body.handelsetid;
    when.defaultValue = body.handelsetid;
    shown = performance.now();
    field("galler").value = "";
    field("_nyckel").value = body.nyckel;
    field("_utkast").value = 0;
    saved = whole();
    say(told("saidSaved", { when: body.saved }));
    text.focus();
  }
  function wrong(errors) {
    let first = null;
    for (const [name, id] of [["text", "text"], ["handelsetid", "handelsetid"], ["mal", "mal"]]) {
      const words = errors[name] || (name === "mal" ? errors.livsomrade : "") || "";
      const box = document.getElementById(`anteckning-${id}-fel`);
      const control = document.getElementById(`anteckning-${id}`);
      box.hidden = !words;
      box.querySelector(".said").textContent = words;
      box.closest(".field").classList.toggle("wrong", Boolean(words));
      if (words) control.setAttribute("aria-invalid", "true"); else control.removeAttribute("aria-invalid");
      if (words && !first) first = control;
    }
    if (first) { say(told("saidWrong"), true); first.focus(); }
  }

  form.addEventListener("input", () => { if (!waiting) later(); });
  addEventListener("online", () => { if (waiting) send(); else if (dirty()) draft(); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") draft(); });
  addEventListener("beforeunload", (event) => { if (waiting || (lost && dirty())) event.preventDefault(); });
}
