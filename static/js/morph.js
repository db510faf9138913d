// hx-swap="morph": turns the target into the answer while keeping what didn't change — the scroll
// position, the focus, what is being typed, an open sheet. Children are matched by id; what is still on
// its way (.pending) stays until composer.js knows how it ended. What has `data-keep` stays as it is, with all that
// was typed into it and told in it, until the answer to itself comes: a form so kept changes only when it was sent.

let asker = null; // whose request is being answered

// A field with another name is another field: what was typed into the one must not show in the other.
const isSame = (a, b) =>
  a.nodeType === b.nodeType && a.nodeName === b.nodeName && (a.id ?? "") === (b.id ?? "") && a.name === b.name;

function morphAttributes(from, to) {
  for (const { name } of [...from.attributes]) {
    const isOurs = name === "data-drafted" || (name === "open" && from.matches("details")); // what a person did
    if (!isOurs && !to.hasAttribute(name)) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) if (from.getAttribute(name) !== value) from.setAttribute(name, value);
}

const isPending = (node) => node.classList?.contains("pending");

function morphChildren(from, to) {
  const byId = new Map([...from.children].filter((child) => child.id).map((child) => [child.id, child]));
  const wanted = new Set([...to.children].map((child) => child.id).filter(Boolean));
  let place = from.firstChild;
  const dropHere = () => {
    const gone = place;
    place = place.nextSibling;
    if (!isPending(gone)) gone.remove();
  };
  for (const next of [...to.childNodes]) {
    const known = next.id && byId.get(next.id);
    if (known) {
      // Clear the way rather than move it: a moved element loses the focus, and with it what is being typed.
      while (place && place !== known && !wanted.has(place.id)) dropHere();
      if (place !== known) from.insertBefore(known, place);
    }
    const current = known || place;
    if (current && isSame(current, next)) {
      morph(current, next);
      place = current.nextSibling;
    } else {
      from.insertBefore(document.importNode(next, true), place);
    }
  }
  while (place) dropHere();
}

export function morph(from, to) {
  const isKept = from.dataset?.keep !== undefined && from !== asker;
  if (isKept || from.isEqualNode(to)) return;
  if (from.nodeType !== Node.ELEMENT_NODE) {
    from.nodeValue = to.nodeValue;
    return;
  }
  const isTyped = from instanceof HTMLTextAreaElement && from.value !== from.defaultValue; // the person's, not ours
  morphAttributes(from, to);
  if (from instanceof HTMLTextAreaElement) {
    if (!isTyped) from.value = to.defaultValue;
    from.defaultValue = to.defaultValue;
  } else {
    morphChildren(from, to);
  }
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => (asker = detail.requestConfig?.elt ?? null));

htmx.defineExtension("morph", {
  isInlineSwap: (style) => style === "morph", // out of band, too, the answer's element itself is wanted
  handleSwap(style, target, fragment) {
    if (style !== "morph") return false;
    const answer = fragment.querySelector(`#${CSS.escape(target.id)}`);
    if (answer) morph(target, answer);
    return [target];
  },
});
