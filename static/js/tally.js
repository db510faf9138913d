// How many rows of a catalogue are ticked, as they are ticked.

function count() {
  const place = document.querySelector("[data-tally]");
  const rows = [...document.querySelectorAll(".service-row")];
  const ticked = rows.filter((row) => row.querySelector(".check").checked && row.querySelector(".name").value.trim());
  place.textContent = place.dataset.tally.replace("{n}", ticked.length).replace("{all}", rows.length);
}

document.addEventListener("input", ({ target }) => target.closest?.(".service-row") && count());
document.addEventListener("htmx:afterSettle", count);
count();
