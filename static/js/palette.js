/* The command palette (Ctrl+K or Cmd+K): pages, actions of this page, and patients, whom the server finds.
   A combobox with a list of options (ARIA 1.2): the focus stays in the text, the arrows move the choice. */

const dialog = document.getElementById("palette");
const text = document.getElementById("palette-text");
const list = document.getElementById("palette-list");
const none = document.getElementById("palette-none");
const said = document.getElementById("palette-said");
const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const tidy = (words) => words.replace(/\s+/g, " ").trim();
const ACTIONS = "main a.btn[href], main button.btn, main [data-shortcut]";
const HERE = "On this page";
let known = [];
let people = [];
let shown = [];
let at = 0;
let asking = new AbortController();
let wait;

const wordsOf = (one) => tidy(one.dataset.shortcutLabel || one.getAttribute("aria-label") || one.querySelector("span:not(.visually-hidden)")?.textContent || one.textContent);

function collect(group, selector, visible = false) {
  const found = [...document.querySelectorAll(selector)].filter((one) => !one.disabled && (!visible || one.checkVisibility()));
  return once(found.map((one) => ({ group, words: wordsOf(one), keys: one.dataset.shortcut ?? "", go: () => press(one) })));
}

/* A button that would write is shown and focused, and left to a second Enter: a name typed in haste must not
   check anybody in. One with a key of its own does what its key does. */
function press(control) {
  if (control.closest("main") && control.matches("[type=submit]:not([data-shortcut]), .btn-danger")) control.focus();
  else control.click();
}

/* What stands twice on the page, such as “Book” in every row, says not which: it is left out. */
function once(items) {
  return items.filter((one) => one.words && items.filter((other) => other.words === one.words).length === 1);
}

function matching(items) {
  const wanted = plain(text.value).split(/\s+/).filter(Boolean);
  return items.filter((one) => wanted.every((word) => plain(one.words).includes(word)));
}

/* Patients */
async function ask() {
  const wanted = text.value.trim();
  asking.abort();
  asking = new AbortController();
  if (!dialog.dataset.find || wanted.length < 2) {
    people = [];
    return draw();
  }
  try {
    const address = `${dialog.dataset.find}?${new URLSearchParams({ q: wanted })}`;
    const answer = await fetch(address, { headers: { "hx-request": "true" }, signal: asking.signal });
    const lead = answer.headers.get("hx-redirect");
    if (lead) return location.assign(lead); // signed out meanwhile
    people = answer.ok ? read(await answer.text()) : [];
  } catch (problem) {
    if (problem.name === "AbortError") return undefined;
    people = []; // no connection: pages and actions still answer
  }
  return draw();
}

function read(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  return [...page.querySelectorAll(".find-list a, .find-more a")].map((link) => ({
    group: "Patients",
    words: tidy(link.querySelector(".person")?.textContent ?? link.textContent),
    about: tidy(link.querySelector(".sub")?.textContent ?? ""),
    go: () => location.assign(link.getAttribute("href")),
  }));
}

/* The list */
function draw() {
  const [here, places] = [known.filter((one) => one.group === HERE), known.filter((one) => one.group !== HERE)];
  shown = text.value.trim() ? [...matching(places), ...people, ...matching(here)] : [...here, ...places];
  at = 0;
  const groups = Map.groupBy(shown, (one) => one.group);
  list.replaceChildren(...[...groups].map(([name, items], index) => group(name, items, index)));
  list.hidden = !shown.length;
  none.hidden = Boolean(shown.length);
  said.textContent = shown.length ? `${shown.length} found` : tidy(none.textContent);
  text.setAttribute("aria-expanded", String(Boolean(shown.length)));
  choose(0);
}

function part(name, className, words = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = words;
  return made;
}

function group(name, items, index) {
  const made = part("div", "palette-group");
  const title = part("p", "palette-title", name);
  title.id = `palette-group-${index}`;
  made.setAttribute("role", "group");
  made.setAttribute("aria-labelledby", title.id);
  made.append(title, ...items.map(option));
  return made;
}

function option(item) {
  const made = part("div", "palette-option");
  const place = shown.indexOf(item);
  made.id = `palette-option-${place}`;
  made.setAttribute("role", "option");
  made.append(part("span", "palette-words", item.words));
  if (item.about) made.append(part("span", "sub", item.about));
  if (item.keys) made.append(part("kbd", "keycap", item.keys.toUpperCase()));
  made.addEventListener("click", () => go(place));
  made.addEventListener("pointermove", () => { if (at !== place) choose(place, false); });
  return made;
}

function choose(place, scroll = true) {
  at = place;
  for (const one of list.querySelectorAll("[role=option]")) {
    const chosen = one.id === `palette-option-${at}`;
    one.setAttribute("aria-selected", String(chosen));
    if (chosen && scroll) one.scrollIntoView({ block: "nearest" });
  }
  if (shown.length) text.setAttribute("aria-activedescendant", `palette-option-${at}`);
  else text.removeAttribute("aria-activedescendant");
}

function go(place) {
  const item = shown[place];
  if (!item) return;
  dialog.close();
  item.go();
}

text.addEventListener("input", () => {
  draw();
  clearTimeout(wait);
  wait = setTimeout(ask, 150);
});
text.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && shown.length) {
    event.preventDefault();
    choose((at + step + shown.length) % shown.length);
  } else if (event.key === "Enter" && !event.isComposing) {
    event.preventDefault();
    go(at);
  }
});

dialog.addEventListener("sheet:opens", () => {
  known = [...collect(HERE, ACTIONS, true), ...collect("Go to", "[data-palette=page]")];
  people = [];
  text.value = "";
  draw();
});
dialog.addEventListener("close", () => asking.abort());
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || event.shiftKey || event.altKey || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  if (dialog.open) dialog.close();
  else document.dispatchEvent(new CustomEvent("sheet:open", { detail: "palette" }));
});
