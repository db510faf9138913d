// Copies what a field holds; where the clipboard is out of reach, the text is selected for Ctrl+C.

const SAYS_SO_MILLISECONDS = 2500;

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  field.focus();
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    return; // it stays selected
  }
  const note = document.querySelector(`[data-copied-note="${button.dataset.copy}"]`);
  note.textContent = button.dataset.copied;
  setTimeout(() => (note.textContent = ""), SAYS_SO_MILLISECONDS);
}

function offer() {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-copy]");
  if (button) copy(button);
});
document.addEventListener("htmx:afterSettle", offer);
offer();
