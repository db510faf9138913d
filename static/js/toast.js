// Answers to what was just done, and the one that says the server is out of reach.

const shelf = document.getElementById("toasts");
const STAYS_MILLISECONDS = 6000;
const STAYS_WITH_UNDO_MILLISECONDS = 15_000;

function leaveByItself(toast) {
  const stays = toast.querySelector(".undo") ? STAYS_WITH_UNDO_MILLISECONDS : STAYS_MILLISECONDS;
  if (!toast.classList.contains("bad")) setTimeout(() => toast.remove(), stays);
}

export function showToast(node) {
  shelf.append(node);
  leaveByItself(node);
}

export function showOffline() {
  shelf.querySelector(".offline")?.remove();
  const toast = document.getElementById("toast-offline").content.firstElementChild.cloneNode(true);
  toast.classList.add("offline");
  showToast(toast);
}

function refused({ detail }) {
  const answer = new DOMParser().parseFromString(detail.xhr.responseText, "text/html");
  const toast = answer.querySelector("[data-toast]");
  if (toast) showToast(document.importNode(toast, true));
  else showOffline();
}

// What the person asked for deserves an answer; what refreshes by itself fails quietly and tries again.
const wasAsked = ({ detail }) => detail.requestConfig?.triggeringEvent?.type !== "live:refresh";

addEventListener("click", (event) => {
  if (event.target.closest?.("[data-dismiss]")) event.target.closest("[data-toast]").remove();
});
document.addEventListener("htmx:responseError", (event) => wasAsked(event) && refused(event));
document.addEventListener("htmx:sendError", (event) => wasAsked(event) && showOffline());
shelf.querySelectorAll("[data-toast]").forEach(leaveByItself);
