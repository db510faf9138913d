// A short tone when one more customer starts waiting for a person. Browsers allow sound after the first click or key.

const NOTES_HERTZ = [659, 880];
const NOTE_SECONDS = 0.14;

let audio;

function wakeUp() {
  audio ??= new AudioContext();
  audio.resume();
}

function play() {
  if (audio?.state !== "running") return;
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
