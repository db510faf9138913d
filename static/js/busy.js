// A form that takes a moment says so, and is not sent twice by an impatient finger.

for (const form of document.querySelectorAll("[data-busy]")) {
  form.addEventListener("submit", (event) => {
    if (form.ariaBusy === "true") event.preventDefault();
    form.ariaBusy = "true";
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-busy]")) form.ariaBusy = null; // came back by the history
});
