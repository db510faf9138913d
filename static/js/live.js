// Keeps the inbox current. One socket tells that something changed; what changed is fetched again as the
// same fragments the page was made of. While the socket is down the fragments are polled.

const SETTLE_MILLISECONDS = 150; // several frames of one change become one fetch
const POLL_MILLISECONDS = 15_000;
const CLOCK_MILLISECONDS = 60_000; // "waiting for 4 min" and the window's end move without any frame
const SILENCE_MILLISECONDS = 60_000; // the server's heartbeat comes every 25 s
const BACKOFF_MILLISECONDS = [500, 1000, 2000, 5000, 10_000, 30_000];
const PATIENCE_MILLISECONDS = 2000; // a blink of the network isn't worth a banner

const root = document.querySelector("[data-live]");
const banner = document.getElementById("connection");
const favicon = document.getElementById("favicon");
const titleOfPage = document.title;

let socket;
let failures = 0;
let lastFrameAt = 0;
let settling = null;
let isListStale = false;
let isThreadStale = false;
let waitingBefore = Infinity; // the first count is news to nobody

const openConversation = () => document.getElementById("thread")?.dataset.conversation;
const refresh = (id) => document.getElementById(id) && htmx.trigger(`#${id}`, "live:refresh");

function refreshSoon({ list = true, thread }) {
  isListStale ||= list;
  isThreadStale ||= thread;
  settling ??= setTimeout(() => {
    settling = null;
    if (isListStale) refresh("list");
    if (isListStale && root.dataset.waitingFrom) countElsewhere();
    if (isThreadStale) refresh("thread");
    isListStale = isThreadStale = false;
  }, SETTLE_MILLISECONDS);
}

async function countElsewhere() {
  const answer = await fetch(root.dataset.waitingFrom, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  showWaiting(page.getElementById("list"));
}

// Other screens keep themselves current with the same frames.
const tell = (frame) => document.dispatchEvent(new CustomEvent("live:frame", { detail: frame }));

function receive(frame) {
  lastFrameAt = Date.now();
  tell(frame);
  // An appointment may be this customer's: what stands beside the thread comes with it.
  if (frame.type?.startsWith("appointment.")) return refreshSoon({ list: false, thread: true });
  const isResync = frame.type === "resync"; // the server lost sight of what happened for a moment
  if (!isResync && !/^(message|conversation|channel)\./.test(frame.type ?? "")) return; // heartbeat, greeting
  refreshSoon({ thread: isResync || String(frame.conversation_id) === openConversation() });
}

function connect() {
  const url = new URL(root.dataset.live, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  socket = new WebSocket(url);
  socket.addEventListener("open", () => {
    const isReturn = failures > 0;
    failures = 0;
    lastFrameAt = Date.now();
    banner.hidden = true;
    if (isReturn) {
      refreshSoon({ thread: true });
      tell({ type: "resync" });
    }
  });
  socket.addEventListener("message", (event) => receive(JSON.parse(event.data)));
  socket.addEventListener("close", reconnect, { once: true });
}

function reconnect() {
  const delay = BACKOFF_MILLISECONDS[Math.min(failures, BACKOFF_MILLISECONDS.length - 1)];
  failures += 1;
  setTimeout(() => (banner.hidden = failures === 0), PATIENCE_MILLISECONDS);
  setTimeout(connect, delay * (0.75 + Math.random() / 2)); // jitter: a restart must not bring everybody at once
}

const isConnected = () => socket?.readyState === WebSocket.OPEN;

function watch() {
  if (isConnected() && Date.now() - lastFrameAt > SILENCE_MILLISECONDS) socket.close();
}

// Sidebar, tab bar and the browser's tab say how many customers wait for a person.
// The inbox's list knows; other screens keep what the server said until something changes, then ask for the list.
function showWaiting(list = document.getElementById("list")) {
  if (!list) return;
  const waiting = Number(list.dataset.waitingTotal ?? 0);
  for (const count of document.querySelectorAll(".count[data-waiting]")) {
    count.hidden = waiting === 0;
    count.querySelector("[data-number]").textContent = waiting;
  }
  const title = document.getElementById("thread")?.dataset.title ?? titleOfPage;
  if (waiting > waitingBefore) document.dispatchEvent(new CustomEvent("live:waiting"));
  waitingBefore = waiting;
  favicon.href = waiting ? favicon.dataset.waiting : favicon.dataset.calm;
  document.title = waiting ? `(${waiting}) ${title}` : title;
}

if (root) {
  connect();
  showWaiting();
  if (root.dataset.waitingFrom) countElsewhere();
  document.addEventListener("htmx:afterSettle", () => showWaiting());
  document.addEventListener("visibilitychange", () => document.hidden || refreshSoon({ thread: true }));
  setInterval(() => isConnected() || document.hidden || refreshSoon({ thread: true }), POLL_MILLISECONDS);
  setInterval(() => document.hidden || refreshSoon({ thread: false }), CLOCK_MILLISECONDS);
  setInterval(watch, SILENCE_MILLISECONDS / 4);
}
