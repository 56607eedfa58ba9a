/* The plan page: a mark on the timeline opens its session's card in place, and paper has its button. */

const narrow = matchMedia("(max-width: 1100px)");
const still = matchMedia("(prefers-reduced-motion: reduce)");
const scroller = () => document.querySelector(".timeline-scroll");

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.mark, .visit-sessions a");
  if (!link || !document.getElementById("session") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const address = link.getAttribute("href");
  if (!address.startsWith("/")) return;
  event.preventDefault();
  const across = scroller().scrollLeft;
  const before = document.getElementById("session");
  htmx.ajax("GET", address, { target: "#session", swap: "outerHTML" }).then(() => {
    if (document.getElementById("session") !== before) show(address, across);
  });
});

function show(address, across) {
  history.replaceState(null, "", address);
  scroller().scrollLeft = across;
  const title = document.getElementById("session-title");
  title.tabIndex = -1;
  title.focus({ preventScroll: true });
  if (narrow.matches) title.closest("section").scrollIntoView({ behavior: still.matches ? "auto" : "smooth" });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
