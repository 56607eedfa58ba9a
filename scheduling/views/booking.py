"""From an approved plan to booked visits: approve, keep wishes, book all, apply what was shown, undo."""

import datetime
import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import role
from clinic.models.clock import clock
from scheduling.actions import approvals
from scheduling.actions import wishes as wish_actions
from scheduling.actions.bookings import SERIES, NotApproved, Refused, book, undo
from scheduling.booking_page.forms import LONGEST_UNIT, KeyForm, ShownForm, VersionForm, WishesForm
from scheduling.booking_page.replan import Replan
from scheduling.booking_page.time_picker import TimePicker
from scheduling.claiming.claims import TakenMeanwhile
from scheduling.course.signed_orders import Stale, read
from scheduling.course.situation import Situation
from scheduling.models import Change, Plan, PlanVersion
from scheduling.planning.reasons import spoken
from scheduling.time_limit import ARRANGING, stop_after
from scheduling.views.plans import fetched

TRIES = 2


@require_POST
@role("provider")
def approve(request, pk):
    """Approve the version of a plan that was read, so that it can be booked."""
    form = VersionForm(request.POST)
    number = form.cleaned_data["version"] if form.is_valid() else None
    version = fetched(request, pk, number)
    if number is None:
        messages.error(request, "Open the plan and approve what you see there.")
        return redirect("scheduling:plan", pk)
    try:
        approvals.approve(by=request.user, version=version, now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, f"{version.plan} is approved and can be booked.")
    return redirect("scheduling:plan", pk)


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
    if not form.is_valid() or not version.is_approved:
        text = NotApproved().messages[0] if form.is_valid() else "Open the plan and try again."
        messages.error(request, text)
        return redirect("scheduling:plan", pk)
    replan, refused = booked_now(request, version, form.cleaned_data["key"])
    if replan.is_whole and not refused:
        return redirect("scheduling:plan", pk)
    return render(
        request, "scheduling/booking_result.html", {"replan": replan, "refused": refused}, status=409
    )


def booked_now(request, version: PlanVersion, key: uuid.UUID) -> tuple[Replan, tuple[str, ...]]:
    """Arrange and book all that has no date, once more where a time was taken meanwhile."""
    refused: tuple[str, ...] = ()
    for _ in range(TRIES):
        replan = arranged(version)
        if not replan.is_whole:
            return replan, ()
        try:
            change = book(by=request.user, version=version, order=replan.order(key), now=timezone.now())
        except (Refused, TakenMeanwhile) as refusal:
            refused = in_words(refusal)
            if isinstance(refusal, Refused):
                break
        else:
            messages.success(request, booked_words(change))
            return replan, ()
    return replan, refused


def arranged(version: PlanVersion) -> Replan:
    """Arrange what has no date around everything that is booked."""
    situation = Situation(version, timezone.now())
    booked = [one.pk for one in situation.standings.bookings]
    return Replan(situation, booked, stop=stop_after(ARRANGING), action=SERIES)


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
    shown = Replan(situation, pinned, moving, stop_after(ARRANGING))
    return render(request, "scheduling/replan.html", {"replan": shown})


def moved_first(request, situation: Situation):
    """Read ?move=7&at=5990424: a booked visit at the time chosen for it; None without one."""
    move, at = request.GET.get("move", ""), request.GET.get("at", "")
    booking = next((one for one in situation.standings.bookings if str(one.pk) == move), None)
    sessions = sorted(situation.standings.sessions_of(booking)) if booking else []
    if not sessions or not at.isdecimal() or len(at) > 9 or int(at) > LONGEST_UNIT:
        return None
    wanted = TimePicker(situation, sessions, booking).wanted(int(at))
    if wanted is None:
        messages.error(request, "The time you chose is not free any more. Here is the plan without it.")
    return wanted


@require_POST
@role("coordinator", "provider")
def apply(request, pk):
    """Carry out an order exactly as it was shown; when the plan changed since, show it anew."""
    version, form = fetched(request, pk), ShownForm(request.POST)
    situation = Situation(version, timezone.now())
    try:
        change = applied(request, situation, form)
    except NotApproved as refusal:
        messages.error(request, refusal.messages[0])
    except (ValidationError, TakenMeanwhile) as refusal:
        shown = Replan(situation, stop=stop_after(ARRANGING))
        context = {"replan": shown, "refused": in_words(refusal)}
        return render(request, "scheduling/replan.html", context, status=409)
    else:
        messages.success(request, booked_words(change))
    return redirect("scheduling:plan", pk)


def applied(request, situation: Situation, form: ShownForm) -> Change:
    """Book what a form holds; the change made with its key before, when it was sent twice."""
    if not form.is_valid():
        raise Stale("What was sent is not what was shown.")
    key, version = form.cleaned_data["key"], situation.version
    if done := Change.objects.filter(key=key, plan=version.plan_id).first():
        return done
    order = read(form.cleaned_data["order"], situation, key)
    return book(by=request.user, version=version, order=order, now=situation.now)


@require_POST
@role("coordinator", "provider")
def undo_change(request, pk):
    """Bring everything a change did back to where it was."""
    plans = Plan.objects.visible_to(request.user)
    change = get_object_or_404(Change.objects.filter(plan__in=plans), pk=pk)
    try:
        undo(by=request.user, change=change, now=timezone.now())
    except (ValidationError, TakenMeanwhile) as why:
        messages.error(request, " ".join(in_words(why)))
    else:
        messages.success(request, "Undone: every visit is where it was before.")
    return redirect("scheduling:plan", change.plan_id)


def in_words(refusal: Exception) -> tuple[str, ...]:
    """Every reason that a refusal gives."""
    return tuple(refusal.messages) if isinstance(refusal, ValidationError) else (str(refusal),)


def booked_words(change: Change) -> str:
    """Say what a change did: how many visits have their time now, and when the first of them is."""
    written = [one for one in change.after.values() if one]
    if not written:
        return "Nothing was left to book."
    first = min(written, key=lambda one: (one["date"], one["minute"]))
    when = f"{spoken(datetime.date.fromisoformat(first['date']))} at {clock(first['minute'])}"
    many = f"{len(written)} visits have their time, the first on {when}."
    return many if len(written) > 1 else f"The visit is on {when}."
