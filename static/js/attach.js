// A file for the message: chosen, dropped on the composer or pasted; seen before it is sent, with its progress.

let seen = ""; // the address of the preview

const composer = () => document.getElementById("composer");
const field = () => composer()?.querySelector('input[type="file"]');
const chip = () => composer()?.querySelector(".attached");

function size(bytes) {
  const [value, unit] = bytes < 1024 * 1024 ? [bytes / 1024, "kilobyte"] : [bytes / 1024 / 1024, "megabyte"];
  return new Intl.NumberFormat(document.documentElement.lang, {
    style: "unit",
    unit,
    maximumFractionDigits: 1,
  }).format(value);
}

function show() {
  const [file] = field()?.files ?? [];
  const element = chip();
  if (!element) return;
  URL.revokeObjectURL(seen);
  element.hidden = !file;
  element.querySelector("progress").hidden = true;
  const photo = element.querySelector("img");
  photo.hidden = !file?.type.startsWith("image/");
  if (!file) return;
  if (!photo.hidden) photo.src = seen = URL.createObjectURL(file);
  element.querySelector("p").textContent = `${file.name} · ${size(file.size)}`;
}

function take(files) {
  if (!files?.length || !field()) return false;
  const one = new DataTransfer();
  one.items.add(files[0]);
  field().files = one.files;
  show();
  composer().querySelector("textarea").focus();
  return true;
}

function detach() {
  if (field()) field().value = "";
  show();
}

const isOver = ({ target }) => target.closest?.("#thread") && composer();

document.addEventListener("change", ({ target }) => target === field() && show());
document.addEventListener("click", ({ target }) => target.closest?.("[data-detach]") && detach());
document.addEventListener("paste", (event) => {
  if (event.target.closest?.("#composer") && take(event.clipboardData.files)) event.preventDefault();
});
document.addEventListener("dragover", (event) => {
  if (!isOver(event) || !event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  composer().classList.add("dropping");
});
document.addEventListener("dragleave", (event) => isOver(event) && composer().classList.remove("dropping"));
document.addEventListener("drop", (event) => {
  if (!isOver(event)) return;
  composer().classList.remove("dropping");
  if (take(event.dataTransfer.files)) event.preventDefault();
});
document.addEventListener("htmx:xhr:progress", ({ target, detail }) => {
  if (target !== composer() || !field().files.length || !detail.lengthComputable) return;
  const bar = chip().querySelector("progress");
  [bar.hidden, bar.value] = [false, detail.loaded / detail.total];
});
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (target !== composer()) return;
  if (detail.successful && detail.xhr.status < 400) detach(); // a refused file stays, with the reason beside it
  else show();
});
