// A fragment asked for after the session ended is answered with a whole page (signing in): go there instead
// of putting it inside this one. Reloading lets the server remember where the person was.

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!/^\s*<!doctype html/i.test(event.detail.xhr.responseText)) return;
  event.detail.shouldSwap = false;
  location.reload();
});
