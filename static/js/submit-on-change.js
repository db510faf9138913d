// A form whose one field says it all: choosing is submitting. Its button is for browsers without scripts.

for (const form of document.querySelectorAll("[data-submit-on-change]")) {
  form.querySelector('[type="submit"]').hidden = true;
  form.addEventListener("change", () => form.reportValidity() && form.requestSubmit());
}
