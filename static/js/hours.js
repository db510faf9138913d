// The hours editor shows what fits the choice: own hours or the business's, a day off or other hours.

function showWeek() {
  const own = document.querySelector("[data-own-hours]");
  document.querySelector("[data-week]").hidden = own !== null && !own.checked;
}

function showKind(row) {
  const isOpen = row.querySelector("[name=x-kind]").value === "open";
  for (const label of row.querySelectorAll(".only-open")) label.hidden = !isOpen;
  for (const label of row.querySelectorAll(".only-closed")) label.hidden = isOpen;
}

document.addEventListener("change", ({ target }) => {
  if (target.name === "own") showWeek();
  if (target.name === "x-kind") showKind(target.closest("[data-special]"));
});

function showAll() {
  showWeek();
  document.querySelectorAll("[data-special]").forEach(showKind);
}

document.addEventListener("htmx:afterSettle", showAll);
showAll();
