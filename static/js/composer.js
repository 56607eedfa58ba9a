/* The composer: after going back the plan fits the fields again, and one click proposes once. */

const form = document.getElementById("composer");

window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[form=composer][disabled]")) button.disabled = false;
  if (form.querySelector("[name=concern]:checked") && !document.getElementById("plan-title")) htmx.trigger(form, "change");
});

form.addEventListener("submit", ({ submitter }) => {
  // Later than this event, as a disabled button would not be sent.
  if (submitter?.value === "propose") setTimeout(() => { submitter.disabled = true; });
});
