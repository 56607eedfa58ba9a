// Says a word to screen readers through the page's live region.
export function announce(words) {
  document.getElementById("announce").textContent = words;
}
