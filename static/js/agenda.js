// The agenda with scripts: panels open beside the day, deeds answer with a toast and their undoing, and the grid is
// drawn from the same data the list was made of. Without scripts every link and form here works as a page of its own.

import { forgetRefusal, redraw, showRefusal } from "./agenda-grid.js";
import { showToast, tellOffline } from "./toast.js";

const SETTLE_MILLISECONDS = 150; // several frames of one change become one fetch
const TYPING_MILLISECONDS = 300;

const page = document.getElementById("content");
const day = () => document.getElementById("day");
const panel = () => document.getElementById("panel");
const agendaUrl = () => day().getAttribute("hx-get");

// Panels ---------------------------------------------------------------------------------------

const hasKeyboard = matchMedia("(hover: hover) and (pointer: fine)");
let opener = null; // what gets the focus back when the panel closes

async function openPanel(url, { push = true, focus = true, pressed = "" } = {}) {
  await htmx.ajax("GET", url, { target: "#panel", swap: "outerHTML" });
  if (push) history.pushState(null, "", url);
  panelChanged();
  if (focus) focusPanel(pressed);
}

// What was pressed, where it is still there (a day, a person); else what comes next: of several steps the last one's.
function focusPanel(pressed) {
  const next = [...panel().querySelectorAll("[data-focus]")].at(-1);
  const isTyping = next?.matches("input") && !hasKeyboard.matches; // a phone's keyboard would hide the choices
  const place = (pressed && panel().querySelector(`#${CSS.escape(pressed)}`)) || (isTyping ? null : next);
  if (place) place.focus();
  else panel().querySelector("#panel-title")?.focus({ preventScroll: true });
}

function closePanel() {
  panel().replaceChildren();
  panel().hidden = true;
  for (const name of Object.keys(panel().dataset)) delete panel().dataset[name];
  history.pushState(null, "", agendaUrl());
  panelChanged();
  (opener?.isConnected ? opener : document.getElementById("content")).focus?.();
}

function panelChanged() {
  page.classList.toggle("has-panel", !panel().hidden);
  const { day: wanted } = panel().dataset;
  const shown = new URLSearchParams(day().dataset.place);
  if (wanted && wanted !== shown.get("data")) {
    shown.set("data", wanted);
    showAgenda(`${location.origin}${new URL(agendaUrl(), location.href).pathname}?${shown}`);
  } else {
    redraw();
  }
}

const showAgenda = (url) => htmx.ajax("GET", url, { target: "#day", select: "#day", swap: "morph" });

const isPlainClick = (event) => event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey);

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-panel], a[data-close-panel]");
  if (!link || !isPlainClick(event)) return;
  event.preventDefault();
  if (link.matches("[data-close-panel]")) return closePanel();
  if (!link.closest("#panel")) opener = link;
  openPanel(link.href, { pressed: link.closest("#panel") ? link.id : "" });
});

document.addEventListener("agenda:open", ({ detail }) => {
  opener = detail.opener;
  openPanel(detail.url);
});

addEventListener("popstate", () => location.reload());

document.addEventListener("change", ({ target }) => {
  const form = target.closest("[data-date-form]");
  if (form?.checkValidity()) form.requestSubmit();
});

let typing = null;
function search(form) {
  clearTimeout(typing);
  typing = setTimeout(async () => {
    const answer = await fetch(`${form.action}?${new URLSearchParams(new FormData(form))}`, { headers: { "HX-Target": "panel" } });
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("client-choices");
    if (found) document.getElementById("client-choices")?.replaceWith(found);
  }, TYPING_MILLISECONDS);
}
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-search]");
  if (form) search(form);
});

// Deeds ----------------------------------------------------------------------------------------

export async function perform(url, values, { place = null } = {}) {
  const token = document.querySelector("#deed-token [name=csrfmiddlewaretoken]").value;
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "HX-Request": "true", "HX-Target": "panel", "X-CSRFToken": token },
      body: new URLSearchParams(values),
    });
  } catch {
    tellOffline();
    return false;
  }
  const answer = new DOMParser().parseFromString(await response.text(), "text/html");
  const found = (selector) => answer.querySelector(selector);
  if (response.redirected) location.reload(); // the session ended
  else if (found("[data-refusal]")) showRefusal(document.importNode(found("[data-refusal]"), true), place);
  else if (found("#panel")) panel().replaceWith(document.importNode(found("#panel"), true));
  else if (found("[data-toast]")) say(document.importNode(found("[data-toast]"), true));
  return response.ok;
}

function say(toast) {
  for (const earlier of document.querySelectorAll("#toasts .toast:has(.undo)")) earlier.remove();
  showToast(toast);
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.matches("form[data-panel]")) {
    event.preventDefault();
    return openPanel(`${form.action}?${new URLSearchParams(new FormData(form))}`);
  }
  if (!form.matches("form[data-deed]")) return;
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "yes"; // a second press must not do it twice
  const toast = form.closest("[data-toast]");
  const isDone = await perform(form.action, new FormData(form, event.submitter));
  delete form.dataset.busy;
  toast?.remove();
  if (!isDone) return;
  forgetRefusal();
  if (form.dataset.then === "close" && form.closest("#panel, #grid-refusal")) closePanel();
  else if (panel().dataset.url) openPanel(panel().dataset.url, { push: false, focus: false });
  refresh();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  if (forgetRefusal()) return;
  if (!panel().hidden) closePanel();
});

document.addEventListener("click", (event) => event.target.closest("[data-keep]") && forgetRefusal());

// Staying current ------------------------------------------------------------------------------

let settling = null;

export function refresh() {
  settling ??= setTimeout(() => {
    settling = null;
    htmx.trigger("#day", "live:refresh");
  }, SETTLE_MILLISECONDS);
}

document.addEventListener("live:frame", ({ detail }) => /^(appointment|agenda|resync)/.test(detail.type ?? "") && refresh());
document.addEventListener("visibilitychange", () => document.hidden || refresh());
document.addEventListener("htmx:afterSettle", ({ target }) => target.id === "day" && redraw());
matchMedia("(max-width: 56rem)").addEventListener("change", () => redraw());

page.classList.toggle("has-panel", !panel().hidden);
redraw();
