/* Good news in the corner: stays 8 seconds at least, longer while pointed at or focused, and can be closed.
   What went wrong is never a toast: it stays where it stands. With an Undo it waits 20 seconds; the change
   itself can be undone for longer, on its page. Without script all of it stays a notice at the page's head. */

const region = document.getElementById("toasts");
const STAY = 8000;
const STAY_WITH_UNDO = 20000;
const busy = (toast) => toast.matches(":hover, :focus-within") || document.hidden;

function close(toast) {
  const within = toast.contains(document.activeElement);
  toast.remove();
  if (within) document.getElementById("main").focus({ preventScroll: true });
}

function wait(toast) {
  let left = toast.querySelector("form") ? STAY_WITH_UNDO : STAY;
  const clock = setInterval(() => {
    if (!toast.isConnected) clearInterval(clock);
    else if (busy(toast)) left = Math.max(left, 4000); // whoever looked gets another moment
    else if ((left -= 500) <= 0) close(toast);
  }, 500);
}

function lift(notice) {
  const cross = document.getElementById("toast-close").content.firstElementChild.cloneNode(true);
  notice.removeAttribute("data-toast");
  notice.removeAttribute("role"); // the region says it
  notice.classList.add("toast-notice");
  notice.append(cross);
  cross.addEventListener("click", () => close(notice));
  region.append(notice);
  wait(notice);
}

const liftAll = () => document.querySelectorAll("main [data-toast]").forEach(lift);

liftAll();
document.addEventListener("htmx:afterSettle", liftAll);
document.addEventListener("keydown", ({ key, target }) => {
  const toast = key === "Escape" && target.closest(".toast-notice");
  if (toast) close(toast);
});
