// The calendar: drag a visit to another time or column, with a finger after holding it. The form behind its
// Move sign does the same.

import { announce } from "./announce.js";

const FIVE = 5;
const FAR = 6; // pixels from which a press is a drag
const HOLD = 300; // milliseconds after which a finger on a visit takes it, and no longer scrolls
const SHAKE = 10; // pixels that a finger that holds still may move
const EDGE = 48; // pixels from the board's edge at which it scrolls along
const said = document.getElementById("calendar-said");
const clock = (minute) => `${String(Math.floor(minute / 60) % 24).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
const key = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["x-csrftoken"];
const list = matchMedia("(max-width: 700px)"); // every column is a list there: nowhere to drag to
let drag = null;
let dropped = false;

function part(name, words = "", attributes = {}) {
  const element = document.createElement(name);
  element.textContent = words;
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  return element;
}

function say(kind, ...parts) {
  const notice = part("div", "", { class: `notice notice-${kind}`, role: kind === "error" ? "alert" : "status" });
  const body = part("div");
  body.append(...parts);
  notice.append(document.getElementById(`calendar-${kind}`).content.cloneNode(true), body);
  said.replaceChildren(notice);
  notice.scrollIntoView({ block: "nearest" });
}

/* While it is dragged */
document.addEventListener("pointerdown", (event) => {
  const visit = event.target.closest(".cal-movable");
  dropped = false;
  cancel(); // a second finger lets go
  if (!visit || !event.isPrimary || event.button || list.matches || event.target.closest(".cal-move")) return;
  const lane = visit.closest(".cal-lane");
  const own = Number(visit.dataset.minute);
  drag = { visit, lane, over: lane, own, minute: own, x: event.clientX, y: event.clientY };
  drag.grip = minuteAt(lane, event.clientY) - own;
  if (event.pointerType === "touch") drag.hold = setTimeout(take, HOLD);
});

document.addEventListener("pointermove", (event) => {
  if (!drag || !event.isPrimary) return;
  const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y);
  if (!drag.ghost && drag.hold) { // a finger that moves at once scrolls
    if (far > SHAKE) cancel();
    return;
  }
  if (!drag.ghost && far < FAR) return;
  if (!drag.ghost) begin();
  scrollAlong(event);
  drag.over = laneUnder(event.clientX);
  const { from, until } = hoursOf(drag.over);
  const asked = Math.round((minuteAt(drag.over, event.clientY) - drag.grip) / FIVE) * FIVE;
  drag.minute = Math.max(from, Math.min(asked, until - drag.length));
  draw();
});

document.addEventListener("pointerup", (event) => {
  if (!event.isPrimary) return;
  const done = drag;
  drag = null;
  clearTimeout(done?.hold);
  if (!done?.ghost) return;
  dropped = true;
  document.body.classList.remove("cal-grabbing");
  if (done.over === done.lane && done.minute === done.own) letGo(done);
  else drop(done);
});

for (const kind of ["pointercancel", "keydown"]) {
  document.addEventListener(kind, (event) => { if (kind !== "keydown" || event.key === "Escape") cancel(); });
}
document.addEventListener("touchmove", (event) => { if (drag?.ghost && event.cancelable) event.preventDefault(); }, { passive: false });
document.addEventListener("contextmenu", (event) => { if (drag?.hold) event.preventDefault(); });
document.addEventListener("dragstart", (event) => { if (event.target.closest(".cal-movable")) event.preventDefault(); });
document.addEventListener("click", (event) => { // the press that ended as a drag opens nothing
  if (dropped && event.target.closest(".cal-lane")) event.preventDefault();
  dropped = false;
}, true);

function take() {
  begin();
  draw();
}

function cancel() {
  clearTimeout(drag?.hold);
  if (drag?.ghost) letGo(drag);
  document.body.classList.remove("cal-grabbing");
  drag = null;
}

function begin() {
  drag.length = Number(drag.visit.dataset.minutes);
  drag.ghost = part("div", "", { "aria-hidden": "true" });
  drag.visit.classList.add("cal-dragging");
  document.body.classList.add("cal-grabbing");
}

function draw() {
  const { minute, length, over, ghost } = drag;
  ghost.className = `cal-ghost h${Math.floor(minute / 60)} m${minute % 60} for-h${Math.floor(length / 60)} for-m${length % 60}`;
  ghost.textContent = `${clock(minute)} to ${clock(minute + length)}${over === drag.lane ? "" : `, ${over.dataset.words}`}`;
  if (ghost.parentElement !== over) over.append(ghost);
}

function letGo({ ghost, visit }) {
  ghost?.remove();
  visit.classList.remove("cal-dragging");
}

function hoursOf(lane) {
  const { from, until } = lane.closest(".cal-board").dataset;
  return { from: Number(from), until: Number(until) };
}

function minuteAt(lane, y) {
  const { top, height } = lane.getBoundingClientRect();
  const { from, until } = hoursOf(lane);
  return from + ((y - top) / height) * (until - from);
}

function laneUnder(x) {
  const lanes = [...drag.lane.closest(".cal-board").querySelectorAll(".cal-column .cal-lane")];
  const over = lanes.find((lane) => x < lane.getBoundingClientRect().right) ?? lanes.at(-1);
  return drag.lane.dataset.device && over.dataset.date === drag.lane.dataset.date ? drag.lane : over;
}

function scrollAlong({ clientX, clientY }) {
  const scroller = drag.lane.closest(".cal-scroll");
  const { top, bottom, left, right } = scroller.getBoundingClientRect();
  const pull = (place, low, high) => (place < low + EDGE ? -12 : place > high - EDGE ? 12 : 0);
  scroller.scrollBy(pull(clientX, left, right), pull(clientY, top, bottom));
}

/* Once it is dropped */
function drop(done) {
  const { date, provider, room } = done.over.dataset;
  const to = { date, time: clock(done.minute) };
  if (provider) to.provider = Number(provider);
  if (room) to.room = Number(room);
  move(done, to);
}

async function move(done, to) {
  const answer = await send(done.visit.dataset.move, { ...to, key: key() });
  letGo(done);
  if (!answer) return;
  if (answer.status === 200) await moved(answer.content);
  else refused(done, to, answer.content);
}

async function send(address, body) {
  const headers = { "content-type": "application/json", "x-csrftoken": token() };
  try {
    const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
    if (answer.status !== 401) return { status: answer.status, content: await answer.json() };
    location.reload(); // signed out meanwhile: the page leads to the sign-in
  } catch {
    say("error", part("p", "No connection. The visit stays where it is.", { class: "cal-refused" }));
  }
  return null;
}

async function moved({ visit, change }) {
  await refresh();
  const day = new Date(`${visit.date}T12:00`).toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric" });
  const words = `${visit.patient.name} is moved to ${day.replace(",", "")}, ${visit.time} to ${visit.ends}, ${visit.provider.name}, ${visit.room.name}.${visit.reason && ` With ${visit.provider.name} because ${visit.reason}.`}`;
  const undo = part("button", "Undo", { type: "button", class: "btn btn-outline" });
  undo.addEventListener("click", () => takeBack(said.dataset.undo.replace("/0/", `/${change}/`)));
  say("success", part("p", words, { class: "cal-refused" }), undo);
}

async function takeBack(address) {
  const answer = await fetch(address, { method: "POST", headers: { "x-csrftoken": token() } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const notice = page.querySelector(".notice-success, .notice-error");
  await refresh();
  say(notice?.classList.contains("notice-error") ? "error" : "success", part("p", notice?.textContent.trim() ?? "", { class: "cal-refused" }));
}

function refused(done, to, { against = [], nearest = null, errors = {}, error = "" }) {
  const reasons = part("ul", "", { class: "cal-reasons" });
  for (const one of [...against, ...Object.values(errors).map((text) => ({ text })), ...(error ? [{ text: error }] : [])]) {
    const reason = part("li", `${one.text} `);
    if (one.rule) reason.append(part("span", one.rule, { class: "rule" }));
    reasons.append(reason);
  }
  const ways = part("p", "", { class: "actions" });
  for (const one of nearest ?? []) {
    const button = part("button", one.text, { type: "button", class: "btn btn-outline" });
    button.addEventListener("click", () => move(done, { date: one.date, time: one.time, provider: one.provider.id, room: one.room.id }));
    ways.append(button);
  }
  if (said.dataset.overrides && against.length && against.every((one) => one.kind === "rule")) {
    ways.append(part("a", "Give a reason to do it anyway", { class: "btn btn-quiet", href: `${done.visit.dataset.form}?${new URLSearchParams(to)}` }));
  }
  const parts = [part("p", "The visit stays where it is.", { class: "cal-refused" }), reasons];
  if (nearest) parts.push(part("p", nearest.length ? "The nearest times that work" : "No other time works unless later visits move with it.", { class: "cal-refused" }));
  if (nearest && !nearest.length) ways.append(part("a", "Choose a time and re-plan", { class: "btn btn-outline", href: done.visit.dataset.replan }));
  say("error", ...parts, ways);
}

async function refresh() {
  const { scrollTop, scrollLeft } = document.querySelector(".cal-scroll");
  await htmx.ajax("GET", location.pathname + location.search, { target: "#calendar", select: "#calendar", swap: "outerHTML" });
  document.querySelector(".cal-scroll")?.scrollTo(scrollLeft, scrollTop);
}

document.addEventListener("htmx:pushedIntoHistory", () => said.replaceChildren());

/* At the beginning: what is going on now */
const now = document.querySelector(".cal-now-time");
const scroller = document.querySelector(".cal-scroll");
if (now && scroller) scroller.scrollTop = now.offsetTop - scroller.clientHeight / 2;
