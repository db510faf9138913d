// Shows and hides what was typed in a password field.

function offer() {
  for (const button of document.querySelectorAll("[data-reveal]")) button.hidden = false;
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-reveal]");
  if (!button) return;
  const field = document.getElementById(button.dataset.reveal);
  const isShown = field.type === "password";
  field.type = isShown ? "text" : "password";
  button.setAttribute("aria-pressed", String(isShown));
  field.focus();
});
document.addEventListener("htmx:afterSettle", offer);
offer();
