// Enter sends (Shift+Enter breaks the line; on touch screens Enter breaks it too, Ctrl+Enter always sends).
// What was written shows at once, with a clock; if the server refuses, the words come back to the box.

const hasKeyboard = matchMedia("(hover: hover) and (pointer: fine)");
let sending = "";

const isComposer = (element) => element?.id === "composer";
const box = () => document.querySelector("#composer textarea");

function onKey(event) {
  if (event.key !== "Enter" || event.isComposing || event.shiftKey || event.target !== box()) return;
  if (!event.ctrlKey && !event.metaKey && !hasKeyboard.matches) return;
  event.preventDefault();
  if (event.target.value.trim()) event.target.form.requestSubmit();
}

function showPending(text) {
  const log = document.getElementById("messages");
  const bubble = document.createElement("article");
  bubble.className = "message out human pending";
  const words = document.createElement("p");
  words.textContent = text;
  bubble.append(words);
  log.append(bubble);
  log.scrollTop = log.scrollHeight;
}

function onSend({ target }) {
  if (!isComposer(target)) return;
  sending = box().value;
  showPending(sending);
  box().value = "";
}

function onAnswer({ target, detail }) {
  if (!isComposer(target)) return;
  document.querySelectorAll("#messages .pending").forEach((bubble) => bubble.remove());
  if (detail.successful) return; // the answer, already in place, shows the message itself
  const isBack = box()?.value.includes(sending);
  if (!box() || isBack) return;
  box().value = [sending, box().value].filter(Boolean).join("\n");
  box().focus();
}

document.addEventListener("keydown", onKey);
document.addEventListener("htmx:beforeSend", onSend);
document.addEventListener("htmx:afterRequest", onAnswer);
