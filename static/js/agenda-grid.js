// The grid: EventCalendar over the data in #day[data-grid]. Dragging asks the server; a refusal puts everything back
// and shows who has the time, with the alternatives numbered both in the message and on the grid.
// EventCalendar gives Dates whose wall clock is the business's, whatever the browser's zone.

import { perform, refresh } from "./agenda.js";

const place = document.getElementById("grid-place");
const shelf = document.getElementById("grid-refusal");
const isWide = () => matchMedia("(min-width: 56.01rem)").matches;
const day = () => document.getElementById("day");
const SCROLL_BEFORE_MINUTES = 60;
const GAP = 8; // pixels between a refusal and the cards it speaks of
const STEP_MINUTES = 15; // what a click falls into and dragging keeps to; the panels know the minutes between
const [TIGHT_MINUTES, TWO_LINES_MINUTES] = [35, 30]; // shorter ones have no room to spare, or none for a second line
const COLUMN = { dia: undefined, semana: "minmax(7.5rem, 1fr)" };

let calendar = null;
let drawn = ""; // what it was made for: another range or other people make a new one
let shown = null; // the data on the grid
let extras = []; // ghost, refused card and alternatives of a refusal
let ringed = new Set();

const two = (number) => String(number).padStart(2, "0");
const wall = (date) =>
  `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
const minutesBetween = (start, end) => Math.round((end - start) / 60_000);
const words = () => JSON.parse(day().dataset.words);

function icon(name, kind = "") {
  const drawn = document.getElementById("grid-icon").content.firstElementChild.cloneNode(true);
  const use = drawn.querySelector("use");
  use.setAttribute("href", `${use.getAttribute("href")}#${name}`);
  if (kind) drawn.classList.add(kind);
  return drawn;
}

function element(tag, className, ...children) {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...children);
  return made;
}

// What is drawn --------------------------------------------------------------------------------

const appointment = (item) => ({
  id: String(item.id),
  resourceId: item.professional,
  start: item.start,
  end: item.end,
  title: item.client,
  editable: item.can_move && day().dataset.canBook !== undefined,
  classNames: ["event", ...item.look.split(" "), ...(ringed.has(String(item.id)) ? ["hit"] : [])],
  extendedProps: { item },
});

const shade = (item, index) => ({
  id: `shade-${index}`,
  resourceId: item.professional,
  start: item.start,
  end: item.end,
  display: "background",
  classNames: ["shade", item.kind],
  extendedProps: { shade: item },
});

function preview() {
  const { previewStart, previewEnd, previewProfessional, previewName } = document.getElementById("panel").dataset;
  if (!previewStart) return [];
  const title = element("span", "event-name", element("b", "", previewName), icon("plus"));
  const detail = `${previewStart.slice(11, 16)}–${previewEnd.slice(11, 16)} · ${words().preview}`;
  return [extra("preview", previewProfessional, previewStart, previewEnd, ["event", "new"], title, element("span", "event-detail", detail))];
}

const extra = (id, professional, start, end, classNames, ...nodes) => ({
  id,
  resourceId: Number(professional),
  start,
  end,
  editable: false,
  classNames,
  extendedProps: { nodes },
});

const events = () => [
  ...shown.shades.map(shade),
  ...shown.appointments.filter((item) => !extras.some((one) => one.id === `ghost-${item.id}`)).map(appointment),
  ...preview(),
  ...extras,
];

function content({ event }) {
  const { item, shade: shaded, nodes } = event.extendedProps;
  if (nodes) return { domNodes: nodes.map((node) => node.cloneNode(true)) };
  if (shaded) return { domNodes: shaded.label ? [shadeLabel(shaded)] : [] };
  const name = element("span", "event-name", element("b", "", item.client));
  if (item.is_by_ai) name.append(icon("sparkles", "ai"));
  name.append(icon(item.icon));
  return { domNodes: [name, element("span", "event-detail", item.detail)] };
}

const SHADE_ICONS = { break: "coffee", block: "lock" };
function shadeLabel({ kind, label }) {
  const icons = SHADE_ICONS[kind] ? [icon(SHADE_ICONS[kind])] : [];
  return element("span", "shade-label", ...icons, element("span", "words", label));
}

function mounted({ el, event }) {
  const { item, shade: shaded } = event.extendedProps;
  if (item) el.setAttribute("aria-label", [item.client, item.detail, item.who, item.status, item.is_by_ai ? words().ai : ""].filter(Boolean).join(", "));
  if (shaded) el.setAttribute("role", "presentation");
  if (shaded?.block) makeButton(el, event);
  const minutes = minutesBetween(event.start, event.end);
  el.classList.toggle("short", minutes < TIGHT_MINUTES);
  el.classList.toggle("tiny", minutes < TWO_LINES_MINUTES);
}

// A block lies in the background, where EventCalendar passes no clicks on.
function makeButton(el, event) {
  el.setAttribute("role", "button");
  el.setAttribute("aria-label", event.extendedProps.shade.label);
  el.tabIndex = 0;
  el.addEventListener("click", () => open({ event, el }));
  el.addEventListener("keydown", ({ key }) => key === "Enter" && open({ event, el }));
}

function heading({ resource }) {
  const { person } = resource.extendedProps;
  const avatar = element("span", `avatar small ${person.tone}`, person.initials);
  avatar.setAttribute("aria-hidden", "true");
  return { domNodes: [avatar, element("span", "grow", element("strong", "truncate", person.name), element("small", "truncate", person.summary))] };
}

// What people do -------------------------------------------------------------------------------

function open({ event, el }) {
  const { item, shade: shaded } = event.extendedProps;
  const alternative = event.extendedProps.form;
  if (alternative) return alternative.requestSubmit();
  const path = item ? `/agenda/${item.id}` : shaded?.block ? `/agenda/bloqueios/${shaded.block}` : "";
  if (path) document.dispatchEvent(new CustomEvent("agenda:open", { detail: { url: `${path}?${day().dataset.place}`, opener: el } }));
}

function begin({ date, resource, dayEl }) {
  if (day().dataset.canBook === undefined || forgetRefusal()) return;
  const query = new URLSearchParams(day().dataset.place);
  date.setMinutes(date.getMinutes() - (date.getMinutes() % STEP_MINUTES));
  query.set("data", wall(date).slice(0, 10));
  query.set("inicio", wall(date));
  query.set("quem", resource?.id ?? shown.professionals[0].id);
  document.dispatchEvent(new CustomEvent("agenda:open", { detail: { url: `${day().dataset.new}?${query}`, opener: dayEl } }));
}

async function move({ event, newResource, revert }) {
  const { item } = event.extendedProps;
  const target = { item, start: wall(event.start), end: wall(event.end), professional: newResource?.id ?? event.resourceIds[0] };
  const values = { inicio: target.start, quem: target.professional, duracao: minutesBetween(event.start, event.end) };
  forgetRefusal();
  const isDone = await perform(`/agenda/${item.id}/remarcar?${day().dataset.place}`, values, { place: target });
  if (isDone) refresh();
  else revert();
}

// A refusal ------------------------------------------------------------------------------------

export function showRefusal(refusal, target) {
  const keep = refusal.querySelector("[data-keep]");
  keep.hidden = false;
  const inPanel = document.getElementById("panel-refusal");
  document.querySelectorAll("#toasts .toast:has(.undo)").forEach((toast) => toast.remove()); // it would lie over this
  const isOnGrid = target && calendar && isWide();
  forgetRefusal();
  (isOnGrid ? shelf : inPanel ?? shelf).replaceChildren(refusal);
  htmx.process(refusal);
  ringed = new Set(refusal.dataset.inTheWay.split(","));
  const ways = [...refusal.querySelectorAll("[data-alternative]")].map((form) => alternative(form));
  const was = target && ghost(target);
  if (was) shareColumn(ways, was);
  extras = was ? [...ways, was, refused(target)] : ways;
  redraw();
  if (isOnGrid) requestAnimationFrame(() => beside(refusal));
  refusal.querySelector("button")?.focus({ preventScroll: true });
}

function alternative(form) {
  const { alternative: number, start, end, professional } = form.dataset;
  const label = element("span", "event-name", element("span", "key", number), `${start.slice(11, 16)} ${words().free}`);
  const one = extra(`alternative-${number}`, professional, start, end, ["event", "alternative"], label);
  one.extendedProps.form = form;
  return one;
}

function ghost({ item }) {
  const name = element("span", "event-name", element("b", "", item.client));
  const was = element("span", "event-detail", words().was.replace("{time}", item.start.slice(11, 16)));
  return extra(`ghost-${item.id}`, item.professional, item.start, item.end, ["event", "ghost"], name, was);
}

function refused({ item, start, end, professional }) {
  const name = element("span", "event-name", element("b", "", item.client), icon("ban"));
  const when = element("span", "event-detail", `${start.slice(11, 16)}–${end.slice(11, 16)}`);
  const offset = item.start.slice(19);
  return extra("refused", professional, `${start}:00${offset}`, `${end}:00${offset}`, ["event", "refused"], name, when);
}

// Alternatives that meet the ghost have half the column, the ghost the other half.
function shareColumn(ways, was) {
  const [start, end] = [new Date(was.start), new Date(was.end)];
  const meeting = ways.filter((one) => one.resourceId === was.resourceId && new Date(one.start) < end && start < new Date(one.end));
  meeting.forEach((one) => one.classNames.push("half"));
  if (meeting.length) was.classNames.push("half", "second");
}

// The message stands as near to the refused card as it can without lying over anything it speaks of.
function beside(refusal) {
  const cards = [...place.querySelectorAll(".refused, .hit, .alternative, .ghost")].map((card) => card.getBoundingClientRect());
  const card = place.querySelector(".refused")?.getBoundingClientRect();
  if (!card) return;
  const frame = place.getBoundingClientRect();
  const { width, height } = refusal.getBoundingClientRect();
  const head = place.querySelector(".ec-header")?.getBoundingClientRect().bottom ?? frame.top;
  const within = (value, low, high) => Math.max(Math.min(value, high), low);
  const lefts = [card, ...cards].flatMap(({ left, right }) => [right + GAP, left - width - GAP]);
  const tops = [card.top - GAP, ...cards.flatMap(({ top, bottom }) => [top - height - GAP, bottom + GAP])];
  const places = lefts.flatMap((x) => tops.map((y) => ({
    x: within(x, frame.left + GAP, frame.right - width - GAP),
    y: within(y, head + GAP, frame.bottom - height - GAP),
  })));
  const covered = ({ x, y }) => cards.reduce((sum, { left, right, top, bottom }) =>
    sum + Math.max(Math.min(x + width, right) - Math.max(x, left), 0) * Math.max(Math.min(y + height, bottom) - Math.max(y, top), 0), 0);
  const far = ({ x, y }) => Math.hypot(x + width / 2 - (card.left + card.right) / 2, y + height / 2 - (card.top + card.bottom) / 2);
  const [best] = places.map((one) => ({ ...one, covered: covered(one), far: far(one) })).sort((one, other) => one.covered - other.covered || one.far - other.far);
  shelf.style.left = `${best.x - frame.left}px`;
  shelf.style.top = `${best.y - frame.top}px`;
}

export function forgetRefusal() {
  const shownOnes = document.querySelectorAll("#grid-refusal [data-refusal], #panel-refusal [data-refusal]");
  if (!shownOnes.length) return false;
  shownOnes.forEach((one) => one.remove());
  extras = [];
  ringed = new Set();
  if (calendar) calendar.setOption("events", events());
  return true;
}

// Drawing --------------------------------------------------------------------------------------

export function redraw() {
  const { view, grid } = day().dataset;
  shown = JSON.parse(grid);
  const isDrawn = isWide() && view !== "lista" && shown.professionals.length > 0 && "EventCalendar" in window;
  place.hidden = !isDrawn;
  document.getElementById("content").classList.toggle("has-grid", isDrawn);
  if (!isDrawn) return;
  const key = JSON.stringify([view, shown.first, shown.opens, shown.closes, shown.professionals.map(({ id }) => id)]);
  if (key === drawn) {
    calendar.setOption("resources", resources());
    calendar.setOption("events", events());
  } else {
    draw(view);
    drawn = key;
  }
  requestAnimationFrame(forgetTable);
  requestAnimationFrame(() => place.querySelector(".event.new")?.scrollIntoView({ block: "nearest", inline: "nearest" }));
}

// EventCalendar calls itself a table without having a table's rows: plain groups of buttons are the truth.
function forgetTable() {
  for (const part of place.querySelectorAll('[role="table"], [role="rowgroup"], [role="row"], [role="columnheader"], [role="cell"], [aria-colspan]')) {
    part.removeAttribute("role");
    for (const name of ["aria-colindex", "aria-colspan"]) part.removeAttribute(name);
  }
}

const resources = () => shown.professionals.map((person) => ({ id: person.id, title: person.name, extendedProps: { person } }));

function draw(view) {
  if (calendar) EventCalendar.destroy(calendar);
  const clock = { hour: "2-digit", minute: "2-digit", hour12: false };
  calendar = EventCalendar.create(document.getElementById("grid"), {
    view: view === "semana" ? "resourceTimeGridWeek" : "resourceTimeGridDay",
    date: shown.first,
    timeZone: shown.now.slice(-6),
    firstDay: 1,
    locale: document.documentElement.lang,
    headerToolbar: { start: "", center: "", end: "" },
    allDaySlot: false,
    slotMinTime: shown.opens,
    slotMaxTime: shown.closes,
    slotDuration: "00:30",
    slotLabelFormat: clock,
    snapDuration: `00:${STEP_MINUTES}`,
    slotHeight: 36,
    scrollTime: scrollTime(),
    nowIndicator: true,
    datesAboveResources: view === "semana",
    columnWidth: COLUMN[view],
    dayHeaderFormat: { weekday: "short", day: "numeric" },
    resources: resources(),
    resourceLabelContent: heading,
    events: events(),
    eventContent: content,
    eventDidMount: mounted,
    eventClick: open,
    dateClick: begin,
    eventDrop: move,
    eventResize: move,
    eventDragMinDistance: 6,
    editable: true,
    eventStartEditable: true,
    eventDurationEditable: true,
    selectable: false,
  });
}

// An hour before now; on other days from the first hour.
function scrollTime() {
  const today = shown.now.slice(0, 10);
  const last = new Date(`${shown.first}T12:00:00Z`);
  last.setUTCDate(last.getUTCDate() + shown.days - 1);
  if (today < shown.first || today > last.toISOString().slice(0, 10)) return shown.opens;
  const [hours, minutes] = shown.now.slice(11, 16).split(":").map(Number);
  const since = Math.max(hours * 60 + minutes - SCROLL_BEFORE_MINUTES, 0);
  return `${two(Math.floor(since / 60))}:${two(since % 60)}`;
}
