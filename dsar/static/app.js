// Adds comfort only: every page works without this file.

const summary = document.getElementById("problem");
window.addEventListener("load", () => {
  if (summary && document.activeElement !== summary) {
    summary.focus();
  }
});

for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  if (!source || !navigator.clipboard) {
    continue;
  }
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.textContent.trim());
    button.textContent = button.dataset.copied;
  });
}
