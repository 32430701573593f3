// Small things that need no library: the page works without them.
document.documentElement.classList.add("js");

// After a refused form the summary of errors is read first.
const summary = document.getElementById("felruta");
if (summary) summary.focus();

// Two clicks on the same button send one form.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 3000);
});

// An answer may bring or take away fields. The server decides which; what is being written stays.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-depends]")) event.target.form.dispatchEvent(new CustomEvent("depends"));
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  if (form.id !== "svar" || !event.detail.successful) return;
  const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  const fresh = page.getElementById("svar");
  if (fresh) merge(form, fresh);
});

const fields = (parent) => [...parent.querySelectorAll(":scope > [data-w]")];

// What was written in a field that is taken out comes back with it, should the answer change again.
const aside = new Map();

// Put in what is new, take out what is gone, leave alone what stays.
function merge(old, fresh) {
  const known = new Map(fields(old).map((field) => [field.dataset.w, field]));
  const wanted = fields(fresh);
  const stays = new Set(wanted.map((field) => field.dataset.w));
  for (const [name, field] of known) if (!stays.has(name)) { aside.set(name, field); field.remove(); }
  let before = null;
  for (const field of wanted) {
    const mine = known.get(field.dataset.w);
    if (mine) merge(mine, field);
    const placed = mine ?? aside.get(field.dataset.w) ?? document.importNode(field, true);
    if (!mine && before) before.after(placed);
    else if (!mine) old.insertBefore(placed, fields(old)[0] ?? old.querySelector(":scope > .actions"));
    before = placed;
  }
}

// An open part of the menu closes with Escape, and when something else is pressed or reached.
const menus = [...document.querySelectorAll("details.menu")];
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && menus.find((menu) => menu.open);
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
for (const kind of ["click", "focusin"]) {
  document.addEventListener(kind, (event) => {
    for (const menu of menus) if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
}

// A template is put after what stands in the note already, instead of a page without it.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-mall]");
  const note = document.getElementById("anteckning-text");
  if (!link || !note || !note.value.trim() || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const untouched = [...document.querySelectorAll("a[data-mall]")].some((one) => one.dataset.mall.trim() === note.value.trim());
  note.value = untouched ? link.dataset.mall : `${note.value.trimEnd()}\n\n${link.dataset.mall}`;
  document.getElementById("anteckning-typ").value = link.dataset.typ;
  note.focus();
});
