/* Keyboard shortcuts, from the page itself. A template gives a button, link or field two attributes:

     <button data-shortcut="a" data-shortcut-label="Approve">…</button>   one key
     <a data-shortcut="g t" data-shortcut-label="Today">…</a>             one after the other
     <button data-shortcut="Space" …>, data-shortcut="ArrowDown", data-shortcut="A" (with Shift)

   The key then presses it (a field gets the focus), and the help sheet (?) lists it: so a page and a role
   have exactly the shortcuts of the controls they show. Where a key stands more than once, as in a list of
   rows, wrap each row in data-shortcut-scope: the row with the focus wins, then the first that is seen.
   While a dialog is open only its own count. Parts swapped in by htmx count at once.

   Nothing is ever taken from somebody who types, and all of it can be switched off in the sheet
   (WCAG 2.1.4); Ctrl+K, which palette.js hears, stays. */

const STORE = "single-keys";
const sheet = document.getElementById("shortcuts");
const list = sheet.querySelector("[data-shortcut-list]");
const box = sheet.querySelector("[data-shortcut-switch]");
const NAMES = { ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→" };
let before = "";
let forget;

function stored() {
  try {
    return localStorage.getItem(STORE) !== "off";
  } catch {
    return true; // storage is forbidden: the switch lasts for this page
  }
}

let on = stored();

const types = (target) =>
  target.closest("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]");
const pressesItself = ({ key, target }) =>
  (key === " " || key === "Enter") && target.closest("a, button, summary, input, [role=button]");
const ground = () => document.querySelector("dialog[open]") ?? document;

function pressed({ key, shiftKey }) {
  if (key === " ") return "Space";
  return key.length === 1 && !shiftKey ? key.toLowerCase() : key;
}

function found(keys) {
  const all = [...ground().querySelectorAll(`[data-shortcut="${CSS.escape(keys)}"]`)].filter((one) => !one.disabled);
  const focused = document.activeElement?.closest("[data-shortcut-scope]");
  return all.find((one) => focused?.contains(one)) ?? all.find((one) => one.checkVisibility()) ?? all[0];
}

function use(control) {
  if (control.matches("input:not([type=checkbox], [type=radio]), textarea, select")) {
    control.focus();
    control.select?.();
  } else control.click();
}

document.addEventListener("keydown", (event) => {
  if (!on || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (types(event.target) || pressesItself(event)) return;
  const key = pressed(event);
  if (key === "Shift") return;
  const keys = before ? `${before} ${key}` : key;
  before = "";
  clearTimeout(forget);
  const control = found(keys);
  if (control) {
    event.preventDefault();
    use(control);
  } else if (ground().querySelector(`[data-shortcut^="${CSS.escape(keys)} "]`)) {
    event.preventDefault();
    before = keys;
    forget = setTimeout(() => { before = ""; }, 1500);
  }
});

/* The help sheet */
function part(name, text = "", className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

function line(keys, words) {
  const row = part("div");
  const says = part("dd");
  keys.split(" ").forEach((key, at) => {
    if (at) says.append(part("span", keys.startsWith("Ctrl") ? "+" : "then", "sub"));
    says.append(part("kbd", NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key), "keycap"));
  });
  row.append(part("dt", words), says);
  return row;
}

function fill() {
  const here = new Map();
  const everywhere = new Map([["Ctrl K", "Jump to a page, an action or a patient"]]);
  for (const control of document.querySelectorAll("[data-shortcut]")) {
    const { shortcut, shortcutLabel } = control.dataset;
    (control.closest("main") ? here : everywhere).set(shortcut, shortcutLabel ?? control.textContent.trim());
  }
  list.replaceChildren();
  for (const [title, some] of [["On this page", here], ["Everywhere", everywhere]]) {
    if (!some.size) continue;
    const rows = part("dl", "", "shortcut-list");
    rows.append(...[...some].map(([keys, words]) => line(keys, words)));
    list.append(part("h3", title), rows);
  }
}

box.checked = on;
box.addEventListener("change", () => {
  on = box.checked;
  try {
    localStorage.setItem(STORE, on ? "on" : "off");
  } catch {
    // Storage is forbidden: the choice lasts for this page.
  }
});
sheet.addEventListener("sheet:opens", fill);
