// What every page shares: the theme toggle, menus that close, sheets that open, and a word for screen readers after a swap.

import { announce } from "./announce.js";

const root = document.documentElement;

for (const button of document.querySelectorAll("[data-theme-toggle]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const theme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    document.dispatchEvent(new CustomEvent("theme:chosen", { detail: theme }));
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // Storage is forbidden: the choice lasts for this page.
    }
    announce(theme === "dark" ? "Dark theme" : "Light theme");
  });
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

/* Sheets: a control with data-opens="its id" opens one; a click beside it closes it, as Escape does. */
function open(sheet) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus(); // comes back here
  }
  sheet.dispatchEvent(new CustomEvent("sheet:opens"));
  if (!sheet.open) sheet.showModal();
}

for (const control of document.querySelectorAll("[data-opens]")) control.hidden = false;
document.addEventListener("sheet:open", ({ detail }) => open(document.getElementById(detail)));
document.addEventListener("click", (event) => {
  const control = event.target.closest("[data-opens]");
  if (control) open(document.getElementById(control.dataset.opens));
  else if (event.target.matches("dialog.sheet[open]")) beside(event.target, event);
});

function beside(sheet, { clientX, clientY }) {
  const { left, right, top, bottom } = sheet.getBoundingClientRect();
  if (clientX && (clientX < left || clientX > right || clientY < top || clientY > bottom)) sheet.close();
}

document.body.addEventListener("htmx:afterSwap", (event) => {
  const words = event.detail.target.querySelector("[data-announce]");
  if (words) announce(words.dataset.announce);
});

document.body.addEventListener("htmx:sendError", () => announce("No connection. Nothing was changed."));
