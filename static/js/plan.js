/* The plan page: the chosen session keeps its ring on the timeline, and paper has its button. */

const chosen = (link) => {
  for (const mark of document.querySelectorAll(".mark-selected")) mark.classList.remove("mark-selected");
  for (const mark of document.querySelectorAll("a.mark")) {
    if (mark.getAttribute("href") === link) mark.classList.add("mark-selected");
  }
};

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.target?.id === "session") chosen(event.detail.pathInfo.requestPath);
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
