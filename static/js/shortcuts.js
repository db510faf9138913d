// Ctrl+K reaches the search from anywhere.

addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
  const search = document.querySelector('[data-shortcut="ctrl+k"]');
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});
