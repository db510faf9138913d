// The open conversation: its place in the list, and the log that stays at its end unless one scrolled up.

const NEAR_END_PIXELS = 120;

let shown = null; // the conversation whose log we last put in place
let wasAtEnd = true;

const log = () => document.getElementById("messages");
const toEnd = () => log() && (log().scrollTop = log().scrollHeight);

function remember() {
  const element = log();
  if (element) wasAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PIXELS;
}

function settle() {
  const open = document.getElementById("thread")?.dataset.conversation ?? null;
  if (open !== shown || wasAtEnd) toEnd();
  shown = open;
  markCurrent(open);
}

function markCurrent(open) {
  for (const link of document.querySelectorAll("#conversations .conversation")) {
    if (link.parentElement.id === `conversation-${open}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function opened({ target }) {
  if (target.id === "conversation") document.querySelector("#thread h1")?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("htmx:beforeSwap", remember);
document.addEventListener("htmx:afterSettle", settle);
document.addEventListener("htmx:afterSettle", opened);
addEventListener("resize", () => wasAtEnd && toEnd());
document.fonts.ready.then(settle);
