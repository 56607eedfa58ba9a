// Joins the map to the panels of the areas: a zone opens its panel, a panel marks and counts its zone.

const zoneOf = (area) => document.querySelector(`.zone[data-area="${CSS.escape(area)}"]`);
const panelOf = (zone) => document.querySelector(`details[data-area="${CSS.escape(zone.dataset.area)}"]`);
const narrow = matchMedia("(max-width: 900px)");
const still = matchMedia("(prefers-reduced-motion: reduce)");
let hovered = null;

function caption() {
  const line = document.querySelector(".map-caption");
  if (!line) return;
  line.dataset.rest ??= line.textContent;
  const focused = document.activeElement?.closest(".zone");
  const zone = hovered ?? focused ?? document.querySelector(".zone-current");
  line.textContent = zone?.getAttribute("aria-label") ?? line.dataset.rest;
  line.classList.toggle("map-caption-named", Boolean(zone));
}

function mark(area) {
  for (const zone of document.querySelectorAll(".zone")) {
    const current = zone.dataset.area === area;
    zone.classList.toggle("zone-current", current);
    if (current) zone.setAttribute("aria-current", "true");
    else zone.removeAttribute("aria-current");
  }
  caption();
}

function count(panel) {
  const zone = zoneOf(panel.dataset.area);
  if (!zone) return;
  const chosen = panel.querySelectorAll('input[name="concern"]:checked').length;
  const name = zone.querySelector("title").textContent;
  const words = `${chosen} ${chosen === 1 ? "concern" : "concerns"} chosen`;
  panel.querySelector(".area-count").textContent = chosen ? words : "";
  zone.classList.toggle("zone-chosen", chosen > 0);
  zone.querySelector(".zone-badge text").textContent = chosen;
  zone.setAttribute("aria-label", chosen ? `${name}, ${words}` : name);
}

function refresh() {
  document.querySelectorAll("details[data-area]").forEach(count);
  mark(document.querySelector("details[data-area][open]")?.dataset.area);
}

document.addEventListener("click", (event) => {
  const zone = event.target.closest(".zone");
  const panel = zone && panelOf(zone);
  if (!panel || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  panel.open = true;
  mark(panel.dataset.area);
  panel.querySelector("summary").focus({ preventScroll: true });
  panel.scrollIntoView({ block: narrow.matches ? "start" : "nearest", behavior: still.matches ? "auto" : "smooth" });
});
document.addEventListener("toggle", ({ target }) => {
  if (!target.matches("details[data-area]")) return;
  const open = target.open ? target : document.querySelector("details[data-area][open]");
  mark(open?.dataset.area);
}, true);
document.addEventListener("change", ({ target }) => {
  const panel = target.name === "concern" && target.closest("details[data-area]");
  if (panel) { count(panel); caption(); }
});
document.addEventListener("pointerover", ({ target }) => { hovered = target.closest(".zone"); caption(); });
for (const kind of ["focusin", "focusout"]) document.addEventListener(kind, () => setTimeout(caption));
document.addEventListener("htmx:afterSettle", refresh);
window.addEventListener("pageshow", refresh);
refresh();
