// Proposes the browser's own time zone; of those we don't list by name (Fortaleza, Cuiabá…), the listed one that
// keeps the same time. A browser that tells no place (UTC) proposes nothing. What the person chose before stays.

const told = Intl.DateTimeFormat().resolvedOptions().timeZone;
const here = told.includes("/") && !told.startsWith("Etc/") ? told : "";

function offset(timeZone) {
  const parts = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" }).formatToParts();
  return parts.find(({ type }) => type === "timeZoneName").value;
}

for (const select of document.querySelectorAll("[data-guess-zone]")) {
  const options = [...select.options];
  const isChosen = options.some((option) => option.defaultSelected && option.index > 0);
  const same = ({ value }) => offset(value) === offset(here);
  const guess = here && (options.find(({ value }) => value === here) ?? options.find(same));
  if (!isChosen && guess) select.value = guess.value;
}
