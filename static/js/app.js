// What every page shares: the theme toggle, menus that close, and a word for screen readers after a swap.

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

document.body.addEventListener("htmx:afterSwap", (event) => {
  const words = event.detail.target.querySelector("[data-announce]");
  if (words) announce(words.dataset.announce);
});

document.body.addEventListener("htmx:sendError", () => announce("No connection. Nothing was changed."));
