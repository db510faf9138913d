// The chosen template's preview says what is being typed, as it is typed. Without scripts it shows the names.

function show(input) {
  const name = input.dataset.fills;
  const value = input.value.trim().replace(/\s+/g, " ");
  for (const mark of input.closest(".template-choice").querySelectorAll(".template-preview mark")) {
    if (mark.dataset.variable !== name) continue;
    mark.textContent = value || `{{${name}}}`;
    mark.classList.toggle("filled", Boolean(value));
  }
}

// A refresh of the thread brings the preview as the server knows it; what is typed stays in the boxes.
const showAll = () => document.querySelectorAll("#templates [data-fills]").forEach(show);

document.addEventListener("input", ({ target }) => target.dataset?.fills !== undefined && show(target));
document.addEventListener("htmx:afterSettle", showAll);
showAll();
