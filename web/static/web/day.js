// Keys for the list of Min dag: only an addition, everything is reachable by Tab as well.
// Keys of one sign can be switched off (WCAG 2.1.4); the arrows work only inside the list.
const rows = [...document.querySelectorAll("[data-row]")];
const help = document.getElementById("kortkommandon");
const off = document.getElementById("av-kort");
const OFF = "kedja-kortkommandon-av";

const stored = (value) => {
  try {
    if (value === undefined) return localStorage.getItem(OFF) === "1";
    localStorage.setItem(OFF, value ? "1" : "");
  } catch {
    // The browser keeps nothing: the choice holds for this page.
  }
  return value ?? false;
};

if (help && off) {
  help.hidden = false;
  off.checked = stored();
  off.addEventListener("change", () => stored(off.checked));
}

const link = (row) => row.querySelector("th a");
const at = () => rows.findIndex((row) => row.contains(document.activeElement));

function go(step) {
  const here = at();
  const next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : here + step;
  if (rows[next]) link(rows[next]).focus();
}

for (const row of rows) {
  row.addEventListener("focusin", () => row.classList.add("at"));
  row.addEventListener("focusout", () => row.classList.remove("at"));
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !rows.length) return;
  const target = event.target;
  const writing = target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]");
  if (writing) return;
  const key = event.key;
  if ((key === "ArrowDown" || key === "ArrowUp") && at() >= 0) {
    event.preventDefault();
    go(key === "ArrowDown" ? 1 : -1);
  } else if (!off || off.checked) {
    return;
  } else if (key === "j" || key === "k") {
    go(key === "j" ? 1 : -1);
  } else if (key === "x" && at() >= 0) {
    rows[at()].querySelector("input[type=checkbox]")?.click();
  } else if (key === "?") {
    help.open = !help.open;
    help.querySelector("summary").focus();
  }
});

// Back from a task: the row that it was opened from.
const target = location.hash.startsWith("#u-") && document.getElementById(location.hash.slice(1));
if (target) link(target)?.focus();
