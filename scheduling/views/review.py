"""The review queue: one proposed plan at a time, signed, adjusted, discussed or declined."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from clinic.access import role, seen
from scheduling.actions import approvals, discussions
from scheduling.composing import answers
from scheduling.intake.intake import Discussed
from scheduling.models import PlanVersion
from scheduling.models.signature import MEANING
from scheduling.plan_page.changes import changes_between
from scheduling.review.forms import DeclineForm, DiscussForm, WordForm
from scheduling.review.queue import Queue, queue_of
from scheduling.review.settling import settled, topics_of
from treatments.current import current_library


@require_safe
@role("provider")
def review(request):
    """Show the plan that needs a look most, with the list of all that wait."""
    return card(request, waiting(request))


@require_safe
@role("provider")
def review_plan(request, pk):
    """Show one of the plans that wait; one that does not wait any more leads back to the queue."""
    queue = waiting(request, pk)
    if queue.current is None:
        get_object_or_404(PlanVersion.objects.visible_to(request.user).current(), plan=pk)
        return redirect("scheduling:review")
    return card(request, queue)


@require_POST
@role("provider")
def review_decline(request, pk):
    """Send a plan back with the reason, and go on to the next."""
    form, version = DeclineForm(request.POST), read(request, pk)
    if not form.is_valid():
        return refused(request, pk, form, "decline")
    because, now = form.cleaned_data["because"], timezone.now()
    try:
        approvals.decline(by=request.user, version=version, because=because, now=now)
    except ValidationError as refusal:
        return answered(request, version, refusal, form)
    messages.success(request, f"Declined: {version.plan} of {version.plan.patient.full_name}. It says why.")
    return onward(form, version)


@require_POST
@role("provider")
def review_discuss(request, pk):
    """Record what a discussion came to; what the plan becomes waits in its place, to be signed."""
    form, version = DiscussForm(request.POST), read(request, pk)
    if form.is_valid() and form.cleaned_data["topic"] not in topics_of(version):
        form.add_error("topic", "This plan has no such topic.")
    if not form.is_valid():
        return refused(request, pk, form, "discuss")
    try:
        after = discuss(request, version, form.cleaned_data)
    except ValidationError as refusal:
        return answered(request, version, refusal, form)
    patient = version.plan.patient.full_name
    messages.success(request, f"Recorded for {patient}. Version {after.number} waits for your signature.")
    return redirect("scheduling:review_plan", pk)


def discuss(request, version: PlanVersion, entered) -> PlanVersion:
    """Plan anew with the outcome, and propose that."""
    location, library = version.plan.patient.location, current_library()
    said = Discussed(entered["topic"], entered["outcome"], "provider", entered["reason"])
    intake = settled(version, said, timezone.localdate(timezone=location.zone))
    found = answers.answer(intake, library, location, answers.PROPOSE)
    facts = {"said": said, "found": found, "library": library, "now": timezone.now()}
    return discussions.settle(by=request.user, version=version, **facts)


def waiting(request, pk: int | None = None) -> Queue:
    """Order the plans that wait at the provider's locations; the one of that id is looked at."""
    proposed = PlanVersion.objects.visible_to(request.user).filter(status=PlanVersion.Status.PROPOSED)
    return queue_of(proposed, pk)


def read(request, pk: int) -> PlanVersion:
    """Fetch the version somebody read before they spoke; the current one where they do not say which."""
    versions, form = PlanVersion.objects.visible_to(request.user).with_details(), WordForm(request.POST)
    if not form.is_valid():
        return get_object_or_404(versions.current(), plan=pk)
    return get_object_or_404(versions, plan=pk, number=form.cleaned_data["version"])


def card(request, queue: Queue, status: int = 200, **shown):
    """Draw the plan that is looked at beside the list, and log that it was opened."""
    if queue.current:
        seen(request, queue.current.patient, "review")
    signer = getattr(request.user, "provider", None)
    context = {"queue": queue, "signer": signer, "now": timezone.now(), "meaning": MEANING, **shown}
    return render(request, "scheduling/review.html", context, status=status)


def refused(request, pk: int, form, panel: str):
    """Show the card again with what is wrong with what was entered."""
    queue = waiting(request, pk)
    if queue.current is None:
        return redirect("scheduling:review")
    return card(request, queue, 422, wrong=form, panel=panel)


def answered(request, version: PlanVersion, refusal: ValidationError, form):
    """Say why nothing was decided: what another version changed, or the reason in words."""
    if getattr(refusal, "code", "") == "overtaken":
        return overtaken(request, version)
    messages.error(request, refusal.messages[0])
    if form.cleaned_data["queue"]:
        return redirect("scheduling:review_plan", version.plan_id)
    return redirect("scheduling:plan", version.plan_id)


def overtaken(request, before: PlanVersion):
    """Show what changed since the version that was read: that is what has to be looked at."""
    versions = PlanVersion.objects.visible_to(request.user).with_details()
    now = get_object_or_404(versions.current(), plan=before.plan_id)
    names = {**before.names, **now.names}
    changes = changes_between(before.recommendation, now.recommendation, names)
    context = {"version": now, "before": before, "changes": changes}
    return render(request, "scheduling/review_overtaken.html", context, status=409)


def onward(form, version: PlanVersion):
    """Go on: to the next plan of the queue, or back to the plan's own page."""
    if not form.cleaned_data["queue"]:
        return redirect("scheduling:plan", version.plan_id)
    after = form.cleaned_data["next"]
    return redirect("scheduling:review_plan", after) if after else redirect("scheduling:review")
