// Copies what a field holds; where the clipboard is out of reach, the text is selected for Ctrl+C.

const SAYS_SO_MILLISECONDS = 2500;

async function copy({ currentTarget: button }) {
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

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", copy);
}
