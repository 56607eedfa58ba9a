// Runs before the first paint, so a page never flashes in the wrong theme. Without it the system's choice holds.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("theme");
  } catch {
    // A browser that forbids storage still gets the system's theme.
  }
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    document.documentElement.dataset.bsTheme = chosen ?? (system.matches ? "dark" : "light");
  };
  apply();
  system.addEventListener("change", apply);
  document.addEventListener("theme:chosen", (event) => {
    chosen = event.detail;
    apply();
  });
})();
