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
