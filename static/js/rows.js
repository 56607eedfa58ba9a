/* Lists that grow: “Another event” adds an empty row. Without script the server always adds one. */

for (const list of document.querySelectorAll("[data-rows]")) {
  const button = list.querySelector(".grow");
  const total = list.querySelector(`[name="${list.dataset.rows}-TOTAL_FORMS"]`);
  const most = Number(list.querySelector(`[name="${list.dataset.rows}-MAX_NUM_FORMS"]`).value);
  const full = () => Number(total.value) >= most;
  button.hidden = full();
  button.addEventListener("click", () => {
    const row = list.querySelector("template").content.cloneNode(true);
    for (const part of row.querySelectorAll("[name], [id], [for]")) {
      for (const name of ["name", "id", "for", "aria-describedby"]) {
        if (part.hasAttribute(name)) part.setAttribute(name, part.getAttribute(name).replace("__prefix__", total.value));
      }
    }
    total.value = Number(total.value) + 1;
    button.before(row);
    button.hidden = full();
    button.previousElementSibling.querySelector("input, select").focus();
  });
}
