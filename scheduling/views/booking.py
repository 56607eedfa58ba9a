"""From an approved plan to booked visits: approve, keep wishes, book all, apply what was shown, undo."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import reauthenticated, role
from scheduling.actions import approvals, series
from scheduling.actions import wishes as wish_actions
from scheduling.actions.refusals import NotApproved, Refused
from scheduling.actions.undoing import undo
from scheduling.booking_page.forms import KeyForm, MovedForm, ShownForm, WishesForm
from scheduling.booking_page.replan import Replan
from scheduling.booking_page.words import reasons
from scheduling.claiming.claims import TakenMeanwhile
from scheduling.course.deeds import SERIES, booked_words
from scheduling.course.moving import Destination, Moving
from scheduling.course.situation import Situation
from scheduling.course.wanted import Wanted
from scheduling.models import Change, Plan, PlanVersion
from scheduling.review.forms import SignForm
from scheduling.time_limit import ARRANGING, stop_after
from scheduling.views.review import answered, onward


@require_POST
@role("provider")
@reauthenticated
def approve(request, pk):
    """Sign the version of a plan that was read, so that it can be booked and its patient can see it."""
    form, versions = SignForm(request.POST), PlanVersion.objects.visible_to(request.user).with_details()
    if not form.is_valid():
        get_object_or_404(versions.current(), plan=pk)
        messages.error(request, "Open the plan and approve what you see there.")
        return redirect("scheduling:plan", pk)
    version = get_object_or_404(versions, plan=pk, number=form.cleaned_data["version"])
    override, now = form.cleaned_data["override"], timezone.now()
    try:
        found = approvals.approve(by=request.user, version=version, now=now, override=override)
    except ValidationError as refusal:
        return answered(request, version, refusal, form)
    who = "" if found.approved_by_id == request.user.pk else f" already, by {found.approved_by.name}"
    patient = version.plan.patient.full_name
    messages.success(request, f"Signed{who}: {version.plan} of {patient} is approved and can be booked.")
    return onward(form, version)


@require_http_methods(["GET", "HEAD", "POST"])
@role("coordinator", "provider")
def wishes(request, pk):
    """Keep when the patient of a plan likes to come, and to whom."""
    plan = get_object_or_404(Plan.objects.visible_to(request.user).with_details(), pk=pk)
    form = WishesForm(request.POST or None, user=request.user, patient=plan.patient)
    if request.method == "POST" and form.is_valid():
        wish_actions.save(by=request.user, patient=plan.patient, **form.cleaned_data)
        messages.success(request, "The wishes are kept and count from the next booking on.")
        return redirect("scheduling:plan", pk)
    status = 422 if form.is_bound else 200
    return render(request, "scheduling/wishes.html", {"form": form, "plan": plan}, status=status)


@require_POST
@role("coordinator", "provider")
def book_series(request, pk):
    """Arrange and book every visit in need of a date, or show which have none and why, nothing booked."""
    version, form = fetched(request, pk), KeyForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Open the plan and try again.")
        return redirect("scheduling:plan", pk)
    facts = {"key": form.cleaned_data["key"], "now": timezone.now()}
    try:
        change = series.book_series(by=request.user, version=version, patience=patience, **facts)
    except series.NotBooked as refusal:
        return not_booked(request, refusal)
    except Refused as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, booked_words(change), extra_tags=str(change.pk))
    return redirect("scheduling:plan", pk)


def patience():
    """The question that ends the planner's time."""
    return stop_after(ARRANGING)


def not_booked(request, refusal: series.NotBooked):
    """Show what was arranged, and which visits have no time or why they were not booked."""
    shown = Replan.of(refusal.situation, refusal.arranged, SERIES)
    refused = tuple(refusal.messages) if shown.is_whole else ()
    context = {"replan": shown, "refused": refused}
    return render(request, "scheduling/booking_result.html", context, status=409)


@require_safe
@role("coordinator", "provider")
def replan(request, pk):
    """Show what a re-plan would change, around pinned visits and a visit moved first."""
    version = fetched(request, pk)
    if not version.is_approved:
        messages.error(request, NotApproved().messages[0])
        return redirect("scheduling:plan", pk)
    situation = Situation(version, timezone.now())
    pinned = [int(text) for text in request.GET.getlist("pinned") if text.isdecimal() and len(text) < 19]
    moving = moved_first(request, situation)
    shown = Replan(situation, pinned, moving, patience())
    return render(request, "scheduling/replan.html", {"replan": shown})


def moved_first(request, situation: Situation) -> Wanted | None:
    """Read ?move=7&at=5990424-3: a booked visit at the time chosen for it; None without one."""
    form = MovedForm(request.GET)
    if not form.is_valid():
        return None
    bookings = situation.standings.bookings
    booking = next((one for one in bookings if one.pk == form.cleaned_data["move"]), None)
    if booking is None or not situation.standings.sessions_of(booking):
        return None
    to = Destination.on(
        form.cleaned_data["at"].unit, situation.location.zone, form.cleaned_data["at"].provider
    )
    wanted = Moving.of(situation, booking, to.named).at(to)
    if wanted is None:
        messages.error(request, "The time you chose is not free any more. Here is the plan without it.")
    return wanted


@require_POST
@role("coordinator", "provider")
def apply(request, pk):
    """Carry out an order exactly as it was shown; when the plan changed since, show it anew."""
    version, form = fetched(request, pk), ShownForm(request.POST)
    try:
        change = series.apply(by=request.user, version=version, now=timezone.now(), **form.facts)
    except NotApproved as refusal:
        messages.error(request, refusal.messages[0])
    except (ValidationError, TakenMeanwhile) as refusal:
        shown = Replan(Situation(version, timezone.now()), stop=patience())
        context = {"replan": shown, "refused": reasons(refusal)}
        return render(request, "scheduling/replan.html", context, status=409)
    else:
        messages.success(request, booked_words(change), extra_tags=str(change.pk))
    return redirect("scheduling:plan", pk)


@require_POST
@role("coordinator", "provider")
def undo_change(request, pk):
    """Bring everything a change did back to where it was."""
    plans = Plan.objects.visible_to(request.user)
    change = get_object_or_404(Change.objects.filter(plan__in=plans), pk=pk)
    try:
        undo(by=request.user, change=change, now=timezone.now())
    except (ValidationError, TakenMeanwhile) as why:
        messages.error(request, " ".join(reasons(why)))
    else:
        messages.success(request, "Undone: every visit is where it was before.")
    return redirect("scheduling:plan", change.plan_id)


def fetched(request, pk: int) -> PlanVersion:
    """Fetch the current version of a plan the person may see."""
    versions = PlanVersion.objects.visible_to(request.user).current().with_details()
    return get_object_or_404(versions, plan=pk)
