/* The search box of the head: arrows walk through what was found, Escape closes it. */

const box = document.getElementById("find");
const results = document.getElementById("find-results");

box.form.addEventListener("keydown", (event) => {
  const links = [box, ...results.querySelectorAll("a")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") {
    event.preventDefault();
    results.replaceChildren();
    box.value = "";
    box.focus();
  } else if (step && links.length > 1) {
    event.preventDefault();
    links.at((links.indexOf(document.activeElement) + step) % links.length).focus();
  }
});
