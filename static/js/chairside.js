// Works out what is being entered: the running dose of three months, the strength of a vial, the label's most.

const VIALS = { ona: 100, abo: 300, prabo: 100, daxi: 100 };
const number = (field) => Number.parseFloat(field?.value ?? "") || 0;
const plain = (value) => String(Math.round(value * 10) / 10);
const field = (area, name) => area.querySelector(`[name$="-${name}"]`);

function isTreated(area) {
  const box = area.querySelector('input[name="treated"]');
  return !box || box.checked;
}

function total() {
  let units = 0;
  for (const area of document.querySelectorAll(".dose")) if (isTreated(area)) units += number(field(area, "units"));
  return units;
}

function running() {
  const card = document.querySelector(".running");
  const line = card?.querySelector(".running-now");
  if (!line) return;
  const units = total();
  const limit = Number(card.dataset.limit);
  const sum = Number(card.dataset.used) + units;
  const over = sum > limit;
  line.hidden = !units;
  const rest = over ? `${plain(sum - limit)} U too much: it cannot be recorded.` : `${plain(limit - sum)} U left.`;
  const words = `With ${plain(units)} U now: ${plain(sum)} of ${limit} U. ${rest}`;
  if (line.textContent !== words) line.textContent = words;
  card.classList.toggle("running-over", over);
}

function strength(area) {
  const line = area.querySelector(".strength");
  const vial = VIALS[field(area, "product")?.value];
  const mixed = number(field(area, "dilution"));
  if (!line) return;
  line.hidden = !(vial && mixed);
  if (!line.hidden) line.textContent = `${plain(vial / mixed)} U/mL in a vial of ${vial} U`;
}

function label(area) {
  const reason = area.querySelector(".dose-because");
  if (!reason) return;
  const product = field(area, "product")?.value;
  const most = [...area.querySelectorAll(".label-most")].find((line) => line.dataset.product === product)?.dataset.most;
  const over = most !== undefined && number(field(area, "units")) > Number(most);
  const filled = Boolean(reason.querySelector("input")?.value) || reason.querySelector(".is-invalid");
  reason.hidden = !over && !filled;
}

function refresh() {
  for (const area of document.querySelectorAll(".dose")) {
    strength(area);
    label(area);
  }
  running();
}

document.addEventListener("input", refresh);
document.addEventListener("change", refresh);
window.addEventListener("pageshow", refresh);
document.addEventListener("htmx:afterSettle", refresh);
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id !== "elsewhere") return;
  (detail.target.querySelector(".is-invalid") ?? detail.target.querySelector("summary")).focus();
});
refresh();
