// Proposes the browser's own time zone; of those we don't list by name (Fortaleza, Cuiabá…), the listed one that
// keeps the same time. What the person chose before stays.

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

function offset(timeZone) {
  const parts = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" }).formatToParts();
  return parts.find(({ type }) => type === "timeZoneName").value;
}

for (const select of document.querySelectorAll("[data-guess-zone]")) {
  const options = [...select.options];
  const isChosen = options.some((option) => option.defaultSelected && option.index > 0);
  const guess =
    options.find(({ value }) => value === here) ?? options.find(({ value }) => offset(value) === offset(here));
  if (!isChosen && guess) select.value = guess.value;
}
