/* The review queue by keyboard. shortcuts.js lets a key press its button; here is what keeps a key from
   deciding about a plan that nobody has seen yet, and where the focus goes when a form opens. */

const SEEN = 250; // milliseconds a plan stands on the screen before a key decides about it
const card = document.querySelector("[data-review]");
const words = card.querySelector(".word");
let decided = false;

setTimeout(() => { card.dataset.ready = ""; }, SEEN);

document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea, select, dialog")) return;
  const held = event.repeat && event.key.length === 1;
  const early = !("ready" in card.dataset) && (event.key === " " || event.key.toLowerCase() === "a");
  if (!held && !early) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, { capture: true });

document.addEventListener("keydown", (event) => {
  const panel = event.key === "Escape" && event.target.closest("details.word-panel[open]");
  if (!panel) return;
  panel.open = false;
  panel.querySelector("summary").focus();
});

words?.addEventListener("toggle", ({ target }) => {
  if (target.open) target.querySelector("select, input:not([type='hidden'])").focus();
}, { capture: true });

document.addEventListener("submit", (event) => {
  if (!card.contains(event.target)) return;
  if (decided) event.preventDefault();
  decided = true;
});

// Coming back by the browser's own memory of a page, nothing is decided yet.
window.addEventListener("pageshow", () => { decided = false; });

words?.querySelector("details[open]")?.querySelector("select, input:not([type='hidden'])").focus();
