// Points on the map: placed by click, tap or keyboard, each with its amount; they fill the area's plain fields.

import { announce } from "./announce.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 360, HEIGHT = 560, SIDE = 1000, STEP = 6;
const map = document.querySelector(".map");
const layer = map && map.appendChild(document.createElementNS(SVG, "g"));
const areas = [...document.querySelectorAll(".dose")].filter((area) => area.querySelector('[name$="-points"]'));
const points = new Map(areas.map((area) => [area, read(area)]));
let current = areas[0];

const input = (area, name) => area.querySelector(`[name$="-${name}"]`);
const amountOf = (area) => input(area, "units") ?? input(area, "millilitres");
const unit = (area) => (input(area, "units") ? "U" : "mL");
const step = (area) => (input(area, "units") ? 0.5 : 0.05);
const tidy = (value) => Math.round(value * 1000) / 1000;
const nameOf = (area) => area.querySelector("h2").textContent.trim();
const within = (value) => Math.max(0, Math.min(SIDE, Math.round(value)));

function read(area) {
  try {
    return JSON.parse(area.querySelector('[name$="-points"]').value || "[]");
  } catch {
    return [];
  }
}

function each(area) {
  const own = points.get(area);
  if (own.length) return own[own.length - 1][2];
  const whole = Number.parseFloat(amountOf(area).value) || 0;
  const count = Number.parseInt(input(area, "count").value, 10) || 0;
  if (whole && count) return tidy(whole / count);
  return unit(area) === "U" ? 4 : 0.1;
}

function centre(area) {
  const shape = map.querySelector(`.zone[data-area="${CSS.escape(area.dataset.zone)}"] .zone-shape`);
  const box = shape ? shape.getBBox() : { x: 0, y: 0, width: WIDTH, height: HEIGHT };
  const shift = points.get(area).length * 14;
  const across = box.x + 14 + (shift % Math.max(14, box.width - 28));
  return [within((across / WIDTH) * SIDE), within(((box.y + box.height / 2) / HEIGHT) * SIDE)];
}

function write(area) {
  const own = points.get(area);
  input(area, "points").value = own.length ? JSON.stringify(own) : "";
  input(area, "count").value = own.length || "";
  if (own.length) amountOf(area).value = tidy(own.reduce((sum, point) => sum + point[2], 0));
  amountOf(area).dispatchEvent(new Event("input", { bubbles: true }));
}

function draw(focus = -1) {
  layer.replaceChildren();
  for (const [area, own] of points) own.forEach((point, at) => layer.append(dot(area, point, at)));
  if (focus >= 0) layer.querySelector(`[data-of="${CSS.escape(current.dataset.key)}"][data-at="${focus}"]`)?.focus();
}

function dot(area, [x, y, amount], at) {
  const group = document.createElementNS(SVG, "g");
  const circle = document.createElementNS(SVG, "circle");
  const title = `Point ${at + 1} of ${nameOf(area)}, ${amount} ${unit(area)}`;
  const facts = { class: `point point-${area.dataset.kind}`, tabindex: 0, role: "button", "data-of": area.dataset.key, "data-at": at, "aria-label": title, transform: `translate(${(x / SIDE) * WIDTH} ${(y / SIDE) * HEIGHT})` };
  for (const [name, value] of Object.entries(facts)) group.setAttribute(name, value);
  for (const [radius, look] of [[11, "point-hit"], [4.5, "point-dot"]]) {
    const round = circle.cloneNode();
    round.setAttribute("r", radius);
    round.setAttribute("class", look);
    group.append(round);
  }
  return group;
}

function add(area, x, y) {
  current = area;
  const own = points.get(area);
  const amount = each(area);
  own.push([x, y, amount]);
  write(area);
  draw(own.length - 1);
  announce(`Point ${own.length} of ${nameOf(area)}, ${amount} ${unit(area)}.`);
}

function change(area, at, { x = 0, y = 0, amount = 0 }) {
  const own = points.get(area);
  const [left, top, much] = own[at];
  own[at] = [within(left + x), within(top + y), Math.max(step(area), tidy(much + amount))];
  write(area);
  draw(at);
}

function remove(area, at) {
  const own = points.get(area);
  own.splice(at, 1);
  write(area);
  draw(Math.min(at, own.length - 1));
  announce(`Point removed, ${own.length} left of ${nameOf(area)}.`);
  if (!own.length) area.querySelector("[data-add-point]").focus();
}

const MOVES = { ArrowLeft: { x: -STEP }, ArrowRight: { x: STEP }, ArrowUp: { y: -STEP }, ArrowDown: { y: STEP } };

function onKey(event) {
  const point = event.target.closest(".point");
  const area = point && areas.find((one) => one.dataset.key === point.dataset.of);
  if (!area || event.ctrlKey || event.metaKey || event.altKey) return;
  const at = Number(point.dataset.at);
  current = area;
  if (MOVES[event.key]) change(area, at, MOVES[event.key]);
  else if (event.key === "+" || event.key === "=") change(area, at, { amount: step(area) });
  else if (event.key === "-") change(area, at, { amount: -step(area) });
  else if (event.key === "Delete" || event.key === "Backspace") remove(area, at);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function onMap(event) {
  const point = event.target.closest(".point");
  if (event.target.closest(".zone")) event.preventDefault();
  if (point || !current) return;
  const zone = event.target.closest(".zone")?.dataset.area;
  const area = areas.find((one) => one.dataset.zone === zone && zone !== current.dataset.zone) ?? current;
  const box = map.getBoundingClientRect();
  if (!event.detail) add(area, ...centre(area));
  else add(area, within(((event.clientX - box.left) / box.width) * SIDE), within(((event.clientY - box.top) / box.height) * SIDE));
}

// The amount typed in by hand is spread over the points that are there; a count alone leaves them as they are.
function spread(area) {
  const own = points.get(area);
  const whole = Number.parseFloat(amountOf(area).value) || 0;
  if (!own.length || !whole) return;
  const part = tidy(whole / own.length);
  own.forEach((point) => { point[2] = part; });
  own[own.length - 1][2] = tidy(whole - part * (own.length - 1));
  input(area, "points").value = JSON.stringify(own);
  input(area, "count").value = own.length;
  draw();
}

if (map && areas.length) {
  document.querySelector(".points-map")?.removeAttribute("hidden");
  document.querySelector(".points-help")?.removeAttribute("hidden");
  map.addEventListener("click", onMap);
  map.addEventListener("keydown", onKey);
  document.addEventListener("focusin", ({ target }) => { current = areas.find((area) => area.contains(target)) ?? current; });
  for (const area of areas) {
    area.querySelector(".points-tools").hidden = false;
    amountOf(area).addEventListener("change", () => spread(area));
    area.querySelector("[data-add-point]").addEventListener("click", () => add(area, ...centre(area)));
    area.querySelector("[data-clear-points]").addEventListener("click", () => { points.set(area, []); write(area); draw(); });
  }
  draw();
}
