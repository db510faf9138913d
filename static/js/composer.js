// Enter sends (Shift+Enter breaks the line; on touch screens Enter breaks it too, Ctrl+Enter always sends).
// What was written shows at once, with a clock; if the server refuses, the words come back to the box.
// What is typed outlives leaving the conversation or the page, as long as the browser's tab lives.

const hasKeyboard = matchMedia("(hover: hover) and (pointer: fine)");
let sending = "";

const isComposer = (element) => element?.id === "composer";
const box = () => document.querySelector("#composer textarea");
const quoting = () => document.querySelector("#composer .quoting");

const chosenFile = () => document.querySelector('#composer input[type="file"]')?.files[0]?.name ?? "";

const hasContent = () => box().value.trim() || chosenFile();

// Drafts

const draftKey = (textarea) => `draft.${location.host}.${textarea.id}`;

function keepDraft(textarea) {
  try {
    if (textarea.value.trim()) sessionStorage.setItem(draftKey(textarea), textarea.value);
    else sessionStorage.removeItem(draftKey(textarea));
  } catch {
    // storage may be blocked: the draft lasts as long as the box
  }
}

function bringDraft() {
  const textarea = box();
  if (!textarea || textarea.dataset.drafted) return;
  textarea.dataset.drafted = "yes";
  if (textarea.value) return;
  try {
    textarea.value = sessionStorage.getItem(draftKey(textarea)) ?? "";
  } catch {
    // as above
  }
}

// Quoting

function quote(button) {
  const message = button.closest(".message");
  const chip = quoting();
  if (!chip) return;
  const words = message.querySelector(":scope > p:not(.came-from)") ?? message.querySelector(".file strong");
  chip.querySelector("p").textContent = words?.textContent.trim() || message.querySelector("img")?.alt || "…";
  const field = chip.querySelector("input");
  [field.value, field.disabled, chip.hidden] = [button.dataset.reply, false, false];
  box().focus();
}

function unquote() {
  const chip = quoting();
  if (!chip) return;
  chip.querySelector("input").disabled = true;
  chip.hidden = true;
}

// Sending

function onKey(event) {
  if (event.key === "Escape" && event.target === box()) unquote();
  if (event.key !== "Enter" || event.isComposing || event.shiftKey || event.target !== box()) return;
  if (!event.ctrlKey && !event.metaKey && !hasKeyboard.matches) return;
  event.preventDefault();
  if (hasContent()) event.target.form.requestSubmit();
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
  showPending(sending || chosenFile());
  box().value = "";
}

function onAnswer({ target, detail }) {
  if (!isComposer(target)) return;
  document.querySelectorAll("#messages .pending").forEach((bubble) => bubble.remove());
  if (detail.successful && detail.xhr.status < 400) { // htmx takes a 422 that it may swap for a success
    if (box()) keepDraft(box());
    unquote();
    return; // the answer, already in place, shows the message itself
  }
  const isBack = box()?.value.includes(sending);
  if (!box() || isBack) return;
  box().value = [sending, box().value].filter(Boolean).join("\n");
  keepDraft(box());
  box().focus();
}

document.addEventListener("keydown", onKey);
document.addEventListener("input", ({ target }) => target === box() && keepDraft(target));
document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-reply]");
  if (button) quote(button);
  if (target.closest?.("[data-unquote]")) unquote();
});
document.addEventListener("htmx:beforeSend", onSend);
document.addEventListener("htmx:afterRequest", onAnswer);
document.addEventListener("htmx:afterSettle", bringDraft);
bringDraft();
