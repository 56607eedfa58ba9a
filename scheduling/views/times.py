"""Choosing a time: for a visit that moves, for sessions in need of a date, for a booster."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinic.access import role
from scheduling.actions import moves
from scheduling.actions.refusals import NotApproved, Refused
from scheduling.booking_page.forms import AskForm, TimeForm
from scheduling.booking_page.time_picker import TimePicker
from scheduling.booking_page.times import UNREAD, Refusal, TimesPage, best_day, lines_of
from scheduling.booking_page.told_events import booster_notes
from scheduling.booking_page.visit import VisitPage
from scheduling.booking_page.words import moved_words
from scheduling.course.moving import Destination, Moving
from scheduling.course.situation import Situation
from scheduling.models import Booking, Change, PatientEvent, PlanVersion

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
@role("coordinator", "provider")
def visit_move(request, pk):
    """Show other times for a visit and move it to the one chosen, where no rule stands against it."""
    page, ask, refusal = opened(request, pk), asked(request), None
    moving = Moving.of(Situation(page.version, page.now), page.booking, ask.named)
    if request.method == "POST":
        refusal = tried(request, moving, partial(moves.move, booking=page.booking), "Moved to")
        if refusal is None:
            return redirect("scheduling:visit", pk)
    if page.why_it_stays:
        messages.error(request, page.why_it_stays)
        return redirect("scheduling:visit", pk)
    day = ask.from_day or page.booking.date
    return times(request, TimesPage(TimePicker(moving), day, page.sessions, ask.query, refusal), page)


@require_http_methods(METHODS)
@role("coordinator", "provider")
def visit_new(request, pk):
    """Choose sessions in need of a date, or a booster, and a time for them."""
    versions = PlanVersion.objects.visible_to(request.user).current().with_details()
    version = get_object_or_404(versions, plan=pk)
    if not version.is_approved:
        messages.error(request, NotApproved().messages[0])
        return redirect("scheduling:plan", pk)
    situation, refusal = Situation(version, timezone.now()), None
    ask = asked(request, [*undated(situation), *boosters(situation)])
    moving, event = Moving(situation, ask.sessions, named=ask.named), carried(request, version, ask)
    if request.method == "POST":
        act = partial(moves.book_visit, version=version, sessions=ask.sessions, event=event)
        refusal = tried(request, moving, act, "Booked:")
        if refusal is None:
            return redirect("scheduling:plan", pk)
    if not moving.sessions:
        return chosen_first(request, situation, ask, refusal)
    return times(request, new_page(moving, ask, event, refusal))


def new_page(moving: Moving, ask: AskForm, event: PatientEvent | None, refusal: Refusal | None) -> TimesPage:
    """The times of a new visit, with what is to be known of its windows and of the event it is for."""
    picker = TimePicker(moving)
    lines, notes = lines_of(picker)
    notes = (*booster_notes(moving.situation, event), *notes) if event else notes
    return TimesPage(picker, ask.from_day or best_day(picker), lines, ask.query, refusal, notes)


def carried(request, version: PlanVersion, ask: AskForm) -> PatientEvent | None:
    """Fetch the day of the patient's for which a booster among the sessions is wished, if one is named."""
    if ask.for_event is None:
        return None
    boosted = [key for key, number in ask.sessions if number == 0]
    events = PatientEvent.objects.visible_to(request.user).filter(patient=version.plan.patient_id)
    events = events.filter(withdrawn_at=None, booster_key__in=boosted).exclude(booster_key="")
    return get_object_or_404(events, pk=ask.for_event)


def tried(request, moving: Moving, act: Callable[..., Change], words: str) -> Refusal | None:
    """Carry out what was chosen and say so; else every reason against it and the nearest days that work."""
    form = TimeForm(request.POST, user=request.user)
    if not form.is_valid():
        return Refusal(UNREAD)
    at, situation = form.cleaned_data["at"], moving.situation
    to = Destination.on(at.unit, situation.location.zone, at.provider)
    facts = {"key": form.change_key, "override": form.cleaned_data.get("override", "")}
    try:
        change = act(by=request.user, to=to, now=situation.now, **facts)
    except Refused as refused:
        return Refusal.of(moving, to, refused.against)
    booking = Booking.objects.with_details().get(pk__in=change.after)
    messages.success(request, f"{words} {moved_words(booking)}", extra_tags=str(change.pk))
    return None


def chosen_first(request, situation: Situation, ask: AskForm, refusal: Refusal | None):
    """Let the sessions be chosen first, saying why those that were sent cannot be booked."""
    if refusal:
        messages.error(request, " ".join(one.text for one in refusal.against))
        return redirect("scheduling:visit_new", situation.version.plan_id)
    context = {"ask": ask, "version": situation.version, "groups": groups(situation)}
    return render(request, "scheduling/visit_new.html", context, status=422 if ask.errors else 200)


def undated(situation: Situation) -> list[tuple[str, str]]:
    """The sessions in need of a date."""
    needed = situation.standings.needs_a_date
    return [(f"{one.key}:{one.number}", f"{one.name}, {one.round}") for one in needed]


def boosters(situation: Situation) -> list[tuple[str, str]]:
    """A booster of each series."""
    series = situation.standings.series.values()
    return [(f"{one.key}:0", str(one.name)) for one in series]


def groups(situation: Situation):
    """What can be chosen, under its headings, and what to say where there is nothing."""
    return (
        ("Needs a date", undated(situation), "Every session of the plan has its date."),
        ("Booster before an event (R14: no round of the series)", boosters(situation), ""),
    )


def opened(request, pk: int) -> VisitPage:
    """Open a visit beside the current version of its plan."""
    bookings = Booking.objects.visible_to(request.user).visits().with_details().select_related("booked_by")
    booking = get_object_or_404(bookings, pk=pk)
    versions = PlanVersion.objects.visible_to(request.user).current().with_details()
    return VisitPage(booking, get_object_or_404(versions, plan=booking.plan_id), timezone.now())


def asked(request, sessions: list[tuple[str, str]] | None = None) -> AskForm:
    """Read what is asked for from the address, or from the form on which a time was chosen."""
    form = AskForm(request.POST if request.method == "POST" else request.GET, sessions=sessions or [])
    form.is_valid()
    return form


def times(request, page: TimesPage, visit: VisitPage | None = None):
    """Draw the days with their times."""
    context = {"times": page, "visit": visit}
    return render(request, "scheduling/times.html", context, status=409 if page.refusal else 200)
