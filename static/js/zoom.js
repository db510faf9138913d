// A photo of a message, large, in a dialog of this page. Without scripts the link opens it alone.

const dialog = document.getElementById("zoom");

function open(event) {
  const link = event.target.closest?.("[data-zoom]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  const photo = dialog.querySelector("img");
  photo.src = link.href;
  photo.alt = link.querySelector("img").alt;
  dialog.showModal();
}

document.addEventListener("click", open);
dialog?.addEventListener("click", ({ target }) => target === dialog && dialog.close());
dialog?.addEventListener("close", () => dialog.querySelector("img").removeAttribute("src"));
