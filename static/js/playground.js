// The playground: what was asked shows at once, the answer takes its place, the log stays at its end.

const log = () => document.getElementById("playground-log");
const box = () => document.getElementById("playground-said");
const isAsking = (element) => element?.id === "playground-form";
let asked = "";

function toEnd() {
  if (log()) log().scrollTop = log().scrollHeight;
}

function showPending(text) {
  const bubble = document.createElement("article");
  bubble.className = "message you pending";
  bubble.textContent = text;
  const thinking = document.querySelector("#playground [data-thinking]").content.cloneNode(true);
  log().querySelector(".empty")?.remove();
  log().append(bubble, thinking);
  toEnd();
}

function onSend({ target }) {
  if (!isAsking(target)) return;
  asked = box().value;
  if (asked.trim()) showPending(asked);
  box().value = "";
}

function onAnswer({ target, detail }) {
  if (!isAsking(target)) return;
  log()?.querySelectorAll(".pending").forEach((node) => node.remove());
  if (!detail.successful && box() && !box().value) box().value = asked;
  toEnd();
}

function setUp() {
  document.querySelectorAll("#playground [data-suggestions]").forEach((chips) => (chips.hidden = false));
}

function settle({ target }) {
  if (!target.closest?.("#playground") && !target.querySelector?.("#playground")) return;
  setUp();
  toEnd();
}

function onClick({ target }) {
  const chip = target.closest?.("#playground [data-suggestions] button");
  if (!chip || box().form.querySelector("[type=submit]").disabled) return;
  box().value = chip.textContent.trim();
  box().form.requestSubmit();
  box().focus();
}

document.addEventListener("htmx:beforeSend", onSend);
document.addEventListener("htmx:afterRequest", onAnswer);
document.addEventListener("htmx:afterSettle", settle);
document.addEventListener("click", onClick);
setUp();
toEnd();
