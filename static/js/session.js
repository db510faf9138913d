// A fragment asked for after the session ended is answered with another page (signing in): go there instead of
// putting it inside this one. Reloading lets the server remember where the person was.

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  const isElsewhere = new URL(xhr.responseURL).pathname !== new URL(requestConfig.path, location.href).pathname;
  if (!isElsewhere || !/^\s*<!doctype html/i.test(xhr.responseText)) return;
  event.detail.shouldSwap = false;
  location.reload();
});
