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

// Without the network its icons can't be fetched any more, not even for a copy: it is in place from the start.
const offline = document.importNode(document.getElementById("toast-offline").content.firstElementChild, true);
offline.hidden = true;
shelf.prepend(offline);

export function tellOffline() {
  offline.hidden = true;
  requestAnimationFrame(() => (offline.hidden = false)); // said anew, even while it is there
}

function dismiss(toast) {
  if (toast === offline) offline.hidden = true;
  else toast.remove();
}

function refused({ detail }) {
  const answer = new DOMParser().parseFromString(detail.xhr.responseText, "text/html");
  const toast = answer.querySelector("[data-toast]");
  if (toast) showToast(document.importNode(toast, true));
  else tellOffline();
}

// What the person asked for deserves an answer; what refreshes by itself fails quietly and tries again.
const wasAsked = ({ detail }) => detail.requestConfig?.triggeringEvent?.type !== "live:refresh";

addEventListener("click", (event) => {
  if (event.target.closest?.("[data-dismiss]")) dismiss(event.target.closest("[data-toast]"));
});
document.addEventListener("htmx:responseError", (event) => wasAsked(event) && refused(event));
document.addEventListener("htmx:sendError", (event) => wasAsked(event) && tellOffline());
shelf.querySelectorAll("[data-toast]").forEach(leaveByItself);
