// The open conversation: its place in the list, the log that stays at its end unless one scrolled up, and
// the older messages and conversations that come when one scrolls towards them.

const NEAR_END_PIXELS = 120;
const NEAR_TOP_PIXELS = 160;
const LIST_PAGE = 50; // the first page needs no telling how far down one has come

let shown = null; // the conversation whose log we last put in place
let wasAtEnd = true;

const log = () => document.getElementById("messages");
const toEnd = () => log() && (log().scrollTop = log().scrollHeight);

function remember({ detail }) {
  const element = log();
  if (!element) return;
  wasAtEnd = isAtEnd(element);
  if (detail.target.id === "earlier") holdPlace(element);
}

// What was in sight stays where it was while older messages come in above it.
function holdPlace(element) {
  const fromEnd = element.scrollHeight - element.scrollTop;
  document.addEventListener("htmx:afterSwap", () => (element.scrollTop = element.scrollHeight - fromEnd), {
    once: true,
  });
}

function settle() {
  const open = document.getElementById("thread")?.dataset.conversation ?? null;
  if (open !== shown || wasAtEnd) toEnd();
  shown = open;
  markCurrent(open);
  watchSize(log());
}

// Whatever takes room from the log (a file to send, a longer draft, a line above the composer) leaves its end in sight.
const sizes = new ResizeObserver(() => wasAtEnd && toEnd());
let watched = null;

function watchSize(element) {
  if (element === watched) return;
  sizes.disconnect();
  if (element) sizes.observe(element);
  watched = element;
}

const isAtEnd = (element) => element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PIXELS;

function markCurrent(open) {
  for (const link of document.querySelectorAll("#conversations .conversation")) {
    if (link.parentElement.id === `conversation-${open}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function opened({ target }) {
  if (target.id === "conversation") document.querySelector("#thread h1")?.scrollIntoView({ block: "nearest" });
}

// A refresh asks for all that is shown, not only for the latest page.
function tellPlaces({ target, detail }) {
  const thread = document.getElementById("thread");
  if (detail.target === thread && thread.dataset.since) detail.parameters.desde = thread.dataset.since;
  const rows = document.querySelectorAll("#conversations > [data-key]");
  if (target.id === "list" && rows.length > LIST_PAGE) detail.parameters.ate = [...rows].at(-1).dataset.key;
}

function fetchEarlier({ target }) {
  if (target !== log() || target.scrollTop > NEAR_TOP_PIXELS || target.scrollHeight <= target.clientHeight) return;
  document.querySelector("#earlier a:not(.htmx-request)")?.click();
}

document.addEventListener("htmx:configRequest", tellPlaces);
document.addEventListener("htmx:beforeSwap", remember);
document.addEventListener("htmx:afterSettle", settle);
document.addEventListener("htmx:afterSettle", opened);
document.addEventListener("scroll", ({ target }) => target === log() && (wasAtEnd = isAtEnd(target)), {
  capture: true,
  passive: true,
});
document.addEventListener("scroll", fetchEarlier, { capture: true, passive: true });
document.fonts.ready.then(settle);
