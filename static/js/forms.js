// A form that answers with a page is sent in place: what is refused comes back, with its reasons, into the page one is
// on, and the history keeps no POST that going back would send again. Without scripts it posts as ever.

let isLeaving = false;

// What the form says of itself, or what htmx or the agenda already does, goes first.
const isOurs = (form) => form.method === "post" && !form.matches("[hx-post], [data-deed]");

async function send(form, button) {
  form.ariaBusy = "true"; // an impatient finger must not send it twice
  const request = htmx.ajax("POST", form.getAttribute("action") ?? location.href, {
    source: form,
    target: "#content",
    select: "#content",
    swap: "morph",
    headers: { "HX-Boosted": "true" },
    values: button?.name ? { [button.name]: button.value } : {},
  });
  await request.catch(() => {}); // toast.js has told it
  if (!isLeaving) form.ariaBusy = null;
}

// What is wrong first, or where there is more to write.
function showWhere() {
  const content = document.getElementById("content");
  const place = content.querySelector('[aria-invalid="true"]') ?? [...content.querySelectorAll("[autofocus]")].at(-1);
  if (place) place.focus();
  else content.querySelector('[role="alert"]')?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !isOurs(form)) return;
  event.preventDefault();
  if (form.ariaBusy !== "true") send(form, event.submitter);
});

const isInPlace = ({ requestConfig }) => requestConfig?.headers["HX-Boosted"] === "true";

document.addEventListener("htmx:beforeOnLoad", ({ detail }) => {
  if (isInPlace(detail)) isLeaving = detail.xhr.getResponseHeader("HX-Redirect") !== null;
});
// A refused form is a page whatever its status; a fault of ours leaves what was typed where it is.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!isInPlace(detail) || detail.xhr.status >= 500) return;
  if (!detail.serverResponse.includes('id="content"')) return;
  detail.shouldSwap = true;
  detail.isError = false;
});
document.addEventListener("htmx:afterSettle", ({ detail }) => isInPlace(detail) && showWhere());
addEventListener("pageshow", () => {
  isLeaving = false;
  for (const form of document.querySelectorAll('form[aria-busy="true"]')) form.ariaBusy = null; // back by the history
});
