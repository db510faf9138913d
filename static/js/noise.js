// A short tone when one more customer starts waiting for a person. Browsers allow sound after the first click or
// key; muting is remembered.

const REMEMBERED_AS = "sound";
const NOTES_HERTZ = [659, 880];
const NOTE_SECONDS = 0.14;

const button = document.getElementById("sound");
let isMuted = remembered() === "off";
let audio;

function remembered() {
  try {
    return localStorage.getItem(REMEMBERED_AS);
  } catch {
    return null; // storage may be blocked: the choice lasts until the page is left
  }
}

function show() {
  button.hidden = false;
  button.setAttribute("aria-pressed", String(!isMuted));
  button.title = isMuted ? button.dataset.off : button.dataset.on;
}

function toggle() {
  isMuted = !isMuted;
  try {
    localStorage.setItem(REMEMBERED_AS, isMuted ? "off" : "on");
  } catch {
    // as above
  }
  show();
  if (!isMuted) play(); // so that one hears what it is
}

function wakeUp() {
  audio ??= new AudioContext();
  audio.resume();
}

function play() {
  if (isMuted || audio?.state !== "running") return;
  NOTES_HERTZ.forEach((frequency, index) => {
    const start = audio.currentTime + index * NOTE_SECONDS;
    const volume = new GainNode(audio, { gain: 0 });
    volume.gain.linearRampToValueAtTime(0.12, start + 0.02);
    volume.gain.linearRampToValueAtTime(0, start + NOTE_SECONDS);
    const tone = new OscillatorNode(audio, { frequency });
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(start + NOTE_SECONDS);
  });
}

addEventListener("pointerdown", wakeUp, { once: true });
addEventListener("keydown", wakeUp, { once: true });
document.addEventListener("live:waiting", play);
if (button) {
  show();
  button.addEventListener("click", toggle);
}
