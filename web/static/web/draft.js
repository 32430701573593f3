// What is written in a form is saved every few seconds, and said to be. The page works without it.
const PAUSE_MS = 1500; // after the last key
const LONGEST_MS = 5000; // while the keys go on
const RETRY_MS = 5000;
const ANSWER_MS = 15000;
const WARN_S = 600;
const BROWSER_KEEPS = 60000; // bytes that a browser sends for a page that is left

const form = document.querySelector("form[data-draft]");
if (form) keep(form);

function keep(form) {
  const status = document.getElementById("sparat");
  const changed = document.getElementById("andrat");
  const whole = () => new FormData(form);
  const text = (data) => JSON.stringify([...data].filter(([name]) => !OWN.has(name)));
  const OWN = new Set(["csrfmiddlewaretoken", "_utkast", "_last"]);
  const field = (name) => form.querySelector(`input[name="${name}"]`);

  let saved = form.dataset.unsaved ? "" : text(whole());
  let begun = 0; // when the oldest change that is not saved was made
  let timer = null;
  let running = null;
  let failing = false; // the last try did not reach the server
  let stopped = ""; // why nothing can be saved until the person has chosen
  let sent = false;
  let ends = Date.now() + 1000 * Number(form.dataset.left);

  const dirty = () => text(whole()) !== saved;
  // What is said stands in the page, in its language; {…} is filled in here.
  const told = (name, filled = {}) => Object.entries(filled).reduce((words, [key, value]) => words.replace(`{${key}}`, () => value), form.dataset[name]);

  function say(words, { bad = false, links = [] } = {}) {
    status.classList.toggle("unsaved", bad);
    if (status.dataset.said === words) return; // a screen reader hears a thing once
    status.dataset.said = words;
    status.replaceChildren(words, ...links.flatMap((link) => [" ", link]));
  }
  function link(words, href) {
    const made = document.createElement("a");
    Object.assign(made, { href, textContent: words, target: "_blank", rel: "noopener" });
    return made;
  }
  function button(words, act) {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", className: "quiet", textContent: words });
    made.addEventListener("click", act);
    return made;
  }

  function later(ms = PAUSE_MS) {
    if (sent) return;
    begun ||= Date.now();
    clearTimeout(timer);
    timer = setTimeout(save, Math.max(0, Math.min(ms, begun + LONGEST_MS - Date.now())));
  }

  // True when what stands in the form is saved on the server.
  async function save() {
    if (running) await running;
    if (sent || stopped === "other_user" || !dirty()) return !dirty();
    const before = text(whole());
    running = send(whole()).finally(() => { running = null; });
    const done = await running;
    if (done) {
      saved = before;
      begun = 0;
      if (dirty()) later();
    }
    return done;
  }

  async function send(data, retried = false) {
    let answer;
    try {
      answer = await fetch(form.dataset.draft, {
        method: "POST", body: data, redirect: "error", headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(ANSWER_MS),
      });
    } catch {
      return lost(told("saidNoContact"));
    }
    const body = await answer.json().catch(() => ({}));
    if (answer.ok) return kept(body);
    if (answer.status === 401) return loggedOut();
    if (answer.status === 403 && !retried) return (await freshToken()) && send(whole(), true);
    if (body.code === "draft_elsewhere") return elsewhere(body);
    if (body.code === "sent") { sent = true; say(told("saidSent")); return false; }
    if (body.code === "other_user") return otherUser();
    if (answer.status >= 500) return lost(told("saidNoAnswer"));
    clearTimeout(timer);
    say(told("saidClosed"), { bad: true });
    return false;
  }

  function kept(body) {
    stopped = "";
    failing = false;
    field("_utkast").value = body.revision;
    ends = Date.now() + 1000 * body.left;
    const bad = Boolean(body.notice) && shown(body.notice);
    say(told(bad ? "saidChanged" : "saidSaved", { when: body.saved }),
      { links: bad ? [jump()] : [] });
    return true;
  }
  function jump() {
    const made = document.createElement("a");
    Object.assign(made, { href: "#andrat", textContent: told("saidRead") });
    return made;
  }
  // Put in what others have done, once: what is there already is not read out again.
  function shown(notice) {
    if (changed && changed.dataset.notice !== notice) {
      changed.dataset.notice = notice;
      changed.innerHTML = notice; // written and escaped by the server
    }
    return true;
  }

  function lost(words) {
    failing = true;
    say(words, { bad: true });
    clearTimeout(timer);
    timer = setTimeout(save, RETRY_MS);
    return false;
  }
  function loggedOut() {
    failing = true;
    const href = `${form.dataset.login}?next=${encodeURIComponent(form.dataset.here)}`;
    say(told("saidLoggedOut"),
      { bad: true, links: [link(told("saidLogin"), href)] });
    clearTimeout(timer);
    timer = setTimeout(save, RETRY_MS);
    return false;
  }
  function otherUser() {
    stopped = "other_user";
    say(told("saidOther"), { bad: true });
    return false;
  }
  function elsewhere(body) {
    stopped = "elsewhere";
    clearTimeout(timer);
    say(told("saidElsewhere", { when: body.saved }), {
      bad: true,
      links: [link(told("saidReadOther"), form.dataset.here),
        button(told("saidSaveThis"), () => { field("_utkast").value = body.revision; save(); })],
    });
    return false;
  }

  // A log-in in another window gives new tokens; only to the one whose text it is.
  async function freshToken() {
    try {
      const answer = await fetch(form.dataset.draft, { redirect: "error", headers: { Accept: "application/json" } });
      if (answer.status === 401) { loggedOut(); return false; }
      const body = await answer.json();
      if (String(body.who) !== field("_vem").value) { otherUser(); return false; }
      for (const input of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) input.value = body.token;
      ends = Date.now() + 1000 * body.left;
      return true;
    } catch {
      return lost(told("saidNoContact"));
    }
  }

  form.addEventListener("input", (event) => {
    const from = event.target.closest("[data-w]")?.querySelector(":scope > .origin");
    if (from) from.textContent = told("saidYours");
  });
  form.addEventListener("input", () => { if (stopped !== "elsewhere") later(); });
  form.addEventListener("change", () => { if (stopped !== "elsewhere") later(400); });
  addEventListener("online", () => { if (dirty()) save(); });
  addEventListener("offline", () => { if (dirty()) lost(told("saidNoContact")); });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden" || sent || stopped || !dirty()) return;
    const body = new URLSearchParams(whole());
    if (body.toString().length < BROWSER_KEEPS) {
      fetch(form.dataset.draft, { method: "POST", body, keepalive: true }).then(
        async (answer) => { if (answer.ok) { saved = text(whole()); kept(await answer.json()); } }, () => {});
    } else save();
  });
  addEventListener("beforeunload", (event) => { if (!sent && (failing || stopped) && dirty()) event.preventDefault(); });

  // Nothing is sent by a page that the server cannot answer: first save, then send.
  form.addEventListener("submit", async (event) => {
    if (form.dataset.ready) { sent = true; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (form.dataset.waits) return;
    const by = event.submitter;
    form.dataset.waits = "1";
    clearTimeout(timer);
    if (running) await running;
    const there = dirty() ? await save() : await reachable();
    delete form.dataset.waits;
    if (!there && stopped !== "elsewhere") return;
    form.dataset.ready = "1";
    form.requestSubmit(by);
    delete form.dataset.ready;
  });
  async function reachable() {
    try {
      const answer = await fetch(form.dataset.draft, { redirect: "error", signal: AbortSignal.timeout(ANSWER_MS) });
      if (answer.status === 401) return loggedOut();
      const body = await answer.json();
      if (String(body.who) !== field("_vem").value) return otherUser();
      for (const input of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) input.value = body.token;
      return true;
    } catch {
      return lost(told("saidNotSent"));
    }
  }

  // The end of the log-in is told in good time; what is written is saved whatever happens.
  setInterval(() => {
    const left = Math.round((ends - Date.now()) / 1000);
    if (left > WARN_S || left <= 0 || stopped || document.getElementById("tiden")) return;
    const box = document.createElement("p");
    box.id = "tiden";
    box.className = "notice warning";
    box.setAttribute("role", "alert");
    box.append(`${told("saidEnds", { minutes: Math.max(1, Math.round(left / 60)) })} `,
      button(told("saidStay"), async () => { if (await freshToken()) box.remove(); }));
    document.getElementById("innehall").prepend(box);
  }, 5000);
}
