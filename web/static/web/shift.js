// A note by telephone. What is written lives in the open page and in the draft on the server, never
// in the browser's own store: telephones are shared. The page works without this script.
const PAUSE_MS = 1500; // after the last key
const LONGEST_MS = 5000; // while the keys go on
const RETRY_MS = 5000;
const ANSWER_MS = 15000;
const BROWSER_KEEPS = 60000; // bytes that a browser sends for a page that is left

const form = document.getElementById("notis");
if (form) keep(form);

function keep(form) {
  const status = document.getElementById("sant");
  const field = (name) => form.elements.namedItem(name);
  const text = field("text");
  const when = field("handelsetid");
  const button = form.querySelector("button[type=submit]");
  let shown = performance.now(); // when the prefilled moment was now

  const same = (...parts) => parts.map((part) => part.replaceAll("\r\n", "\n").trim()).join("\u0000");
  let saved = whole(); // what the server has as a draft
  const tried = new Set(); // and may have: sent since, and not answered
  let begun = 0; // when the oldest change that is not sent was made
  let timer = null;
  let saving = null;
  let stopped = false; // another text is kept: the person chooses
  let warned = false; // what is said stands until she writes
  let waiting = false; // a note is to be written
  let sending = false; // and is on its way: one post at a time, whatever happens meanwhile
  let note = null; // what it says: sent again it says the same, whatever is chosen meanwhile
  let lost = false;

  function whole() { return same(text.value, when.value, field("galler").value); }
  const dirty = () => text.value.trim() !== "" && whole() !== saved;

  function say(words, bad = false, links = []) {
    status.classList.toggle("unsent", bad);
    if (status.dataset.said === words) return; // a screen reader hears a thing once
    status.dataset.said = words;
    status.replaceChildren(words, ...links.flatMap((link) => [" ", link]));
  }
  // What is said stands in the page, in its language; {…} is filled in here.
  const told = (name, filled = {}) => Object.entries(filled).reduce((text, [key, value]) => text.replace(`{${key}}`, () => value), form.dataset[name]);
  function link(words, href) {
    const made = document.createElement("a");
    Object.assign(made, { href, textContent: words, target: "_blank", rel: "noopener" });
    return made;
  }
  const toLogin = () => link(told("saidLogin"), `${form.dataset.login}?next=${encodeURIComponent(form.dataset.here)}`);
  function choice(words, act) {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", className: "quiet", textContent: words });
    made.addEventListener("click", act);
    return made;
  }
  async function post(address, body, options) {
    try {
      const answer = await fetch(address, {
        method: "POST", body, redirect: "error", headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(ANSWER_MS), ...options,
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
  async function sent(address, body = new FormData(form), options = {}) {
    const now = () => { body.set("csrfmiddlewaretoken", field("csrfmiddlewaretoken").value); return body; };
    const answer = await post(address, now(), options);
    return answer.status === 403 && (await freshToken()) ? post(address, now(), options) : answer;
  }

  // The draft, while she writes.
  function later(ms = PAUSE_MS) {
    if (stopped) return;
    begun ||= Date.now();
    clearTimeout(timer);
    timer = setTimeout(draft, Math.max(0, Math.min(ms, begun + LONGEST_MS - Date.now())));
  }
  async function draft() {
    while (saving) await saving;
    if (waiting || stopped || !dirty()) return;
    await during(put());
  }
  function during(work) {
    const mine = work.finally(() => { if (saving === mine) saving = null; });
    saving = mine;
    return mine;
  }
  async function put(body, options) {
    const before = whole();
    begun = 0;
    tried.add(before);
    const answer = await sent(form.dataset.draft, body, options);
    if (answer.status !== 200) { unreached(answer, told("saidNotKept"), draft); return; }
    saved = before;
    tried.clear();
    lost = false;
    field("_utkast").value = answer.body.revision;
    if (!warned) say(told("saidKept", { when: answer.body.saved }));
    if (dirty()) later();
  }
  // A telephone that is put away may never come back to the page.
  function leave() {
    if (document.visibilityState !== "hidden" || waiting || stopped || !dirty()) return;
    clearTimeout(timer);
    const body = new URLSearchParams(new FormData(form));
    if (body.toString().length < BROWSER_KEEPS) during(Promise.all([saving, put(body, { keepalive: true })]));
    else draft();
  }
  // Another text is kept than the one this page knows of. Its own, whose answer was lost, it goes on from.
  function elsewhere(body) {
    const kept = same(body.kept.text, body.kept.handelsetid, body.kept.galler);
    const goOn = () => {
      stopped = false;
      saved = kept;
      field("_utkast").value = body.revision;
      if (dirty()) later(0);
    };
    if (kept === saved || tried.has(kept)) { goOn(); return; }
    stopped = true;
    lost = true;
    status.dataset.said = ""; // with a choice of its own each time
    say(told("saidElsewhere", { when: body.saved }), true,
      [link(told("saidReadOther"), form.dataset.here), choice(told("saidSaveThis"), goOn)]);
  }
  // A note is written with the word of this page: what stands here now is another one.
  function another(body) {
    settle();
    field("_nyckel").value = body.nyckel;
    saved = "";
    warned = true;
    say(body.said, true);
    later(0);
  }
  function unreached(answer, what, again) {
    clearTimeout(timer);
    if (answer.body.code === "draft_elsewhere") { elsewhere(answer.body); return; }
    if (answer.body.nyckel) { another(answer.body); return; }
    lost = true;
    if (answer.status === 401) say(told("saidLoggedOut", { what }), true, [toLogin()]);
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
    if ("now" in when.dataset && when.value && when.value === when.defaultValue) when.value = passed(when.value);
    note = new FormData(form);
    say(told("saidSaving"));
    const chosen = stopped; // to send what stands here
    if (saving) await saving;
    clearTimeout(timer);
    if (stopped && !chosen) { settle(); return; }
    note.set("_utkast", field("_utkast").value);
    send();
  });
  // "Now" is when she pressed the button, by the clock of the server. What she has chosen stays.
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
    when.dataset.now = "";
    shown = performance.now();
    field("galler").value = "";
    field("_nyckel").value = body.nyckel;
    field("_utkast").value = 0;
    saved = whole();
    tried.clear();
    stopped = warned = false;
    begun = 0;
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

  when.addEventListener("input", () => { delete when.dataset.now; });
  form.addEventListener("input", () => { warned = false; if (!waiting) later(); });
  addEventListener("online", () => { if (waiting) send(); else if (dirty()) draft(); });
  document.addEventListener("visibilitychange", leave);
  addEventListener("beforeunload", (event) => { if (waiting || (lost && dirty())) event.preventDefault(); });
}
