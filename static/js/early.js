// What was typed before the page's scripts were there (a slow phone, a form filled by the browser) is heard once they
// are: the field tells it as `early`, for the element whose hx-trigger waits for that.

addEventListener(
  "htmx:load", // the first of a page comes when htmx has read it; its own `input changed` takes what is there as old
  () => {
    for (const field of document.querySelectorAll("input.field")) {
      if (field.value !== field.defaultValue) field.dispatchEvent(new Event("early", { bubbles: true }));
    }
  },
  { once: true },
);
