// “Choose all that change” ticks the boxes in place; plans that load afterwards are ticked as they come. However
// many are chosen, their ids go as one field: a form may send only so many.

import { announce } from "./announce.js";

const link = document.querySelector("[data-choose-all]");
let all = false;

function tick() {
  const boxes = [...document.querySelectorAll('input[name="plan"]')];
  for (const box of boxes) box.checked = true;
  return boxes.length;
}

link?.addEventListener("click", (event) => {
  event.preventDefault();
  all = true;
  announce(`${tick()} chosen`);
});

document.querySelector("[data-choose]")?.addEventListener("formdata", ({ formData }) => {
  const chosen = formData.getAll("plan");
  if (chosen.length) formData.set("plan", chosen.join(","));
});

document.body.addEventListener("htmx:afterSettle", () => all && tick());
