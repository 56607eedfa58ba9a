"""Choosing a time: for a visit that moves, for sessions in need of a date, for a booster."""

import datetime
import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinic.access import role
from scheduling.actions.bookings import Order, Refused, book
from scheduling.booking_page.forms import AskForm, TimeForm
from scheduling.booking_page.time_picker import TimePicker
from scheduling.booking_page.times import Refusal, TimesPage
from scheduling.booking_page.visit import VisitPage
from scheduling.booking_page.words import Line, with_windows
from scheduling.claiming.claims import TakenMeanwhile
from scheduling.course.situation import Situation
from scheduling.course.standing import Standing
from scheduling.course.wanted import Wanted
from scheduling.guard.rules import PLACE, Against
from scheduling.models import Change
from scheduling.planning.reasons import spoken
from scheduling.views import booking as plans
from scheduling.views import visits

METHODS = ["GET", "HEAD", "POST"]
TAKEN = "This time is not free any more."


@require_http_methods(METHODS)
@role("coordinator", "provider")
def visit_move(request, pk):
    """Show other times for a visit and move it to the one chosen, where no rule stands against it."""
    booking = visits.fetched(request, pk)
    version = plans.fetched(request, booking.plan_id)
    page = VisitPage(booking, version, timezone.now())
    if not page.can_move:
        messages.error(request, unmovable(page))
        return redirect("scheduling:visit", pk)
    ask = asked(request)
    provider = ask.cleaned_data.get("provider")
    picker = TimePicker(Situation(version, timezone.now()), page.numbered, booking, provider)
    if request.method == "POST":
        return moved(request, page, picker)
    day = ask.cleaned_data.get("day") or booking.date
    return times(request, TimesPage(picker, picker.within(day), page.sessions, query(ask)), visit=page)


def unmovable(page: VisitPage) -> str:
    """Why no other time can be chosen for a visit."""
    if not page.version.is_approved:
        return "The plan was changed since. A provider has to approve it before its visits move."
    if page.is_stray:
        return "The plan no longer holds this visit's sessions. Cancel it and book what the plan holds now."
    return f"This visit cannot be moved: {page.state.word.lower()}."


def moved(request, page: VisitPage, picker: TimePicker):
    """Move the visit to the time chosen, or show why not."""
    form = TimeForm(request.POST, user=request.user)
    refusal = tried(request, picker, form, "visit.moved")
    if refusal is None:
        return redirect("scheduling:visit", page.booking.pk)
    day = day_of_choice(picker, form) or page.booking.date
    again = TimesPage(picker, picker.within(day), page.sessions, query(asked(request)), refusal)
    return times(request, again, 409, visit=page)


@require_http_methods(METHODS)
@role("coordinator", "provider")
def visit_new(request, pk):
    """Choose sessions in need of a date, or a booster, and a time for them."""
    version = plans.fetched(request, pk)
    if not version.is_approved:
        messages.error(request, plans.NotApproved().messages[0])
        return redirect("scheduling:plan", pk)
    situation = Situation(version, timezone.now())
    ask = asked(request, choices(situation))
    sessions = ask.cleaned_data.get("session")
    if request.method == "POST":
        return booked(request, situation, ask)
    if not sessions:
        context = {"ask": ask, "version": version, "groups": groups(situation)}
        return render(request, "scheduling/visit_new.html", context, status=422 if ask.errors else 200)
    picker = TimePicker(situation, sessions, provider=ask.cleaned_data.get("provider"))
    return times(request, shown(picker, ask), version=version)


def booked(request, situation: Situation, ask: AskForm):
    """Book the chosen sessions at the time chosen, or show why not; sent twice it is booked once."""
    version, sessions = situation.version, ask.cleaned_data.get("session")
    form = TimeForm(request.POST, user=request.user)
    if form.is_valid() and Change.objects.filter(plan=version.plan_id, key=key_of(form)).exists():
        return redirect("scheduling:plan", version.plan_id)
    if not sessions:
        messages.error(request, "Choose what to book: it has a date already, or was not chosen.")
        return redirect("scheduling:visit_new", version.plan_id)
    picker = TimePicker(situation, sessions, provider=ask.cleaned_data.get("provider"))
    refusal = tried(request, picker, form, "visit.booked")
    if refusal is None:
        return redirect("scheduling:plan", version.plan_id)
    return times(request, shown(picker, ask, day_of_choice(picker, form), refusal), 409, version=version)


def choices(situation: Situation) -> list[tuple[str, str]]:
    """What can be booked by itself: every session in need of a date, and a booster of each series."""
    return [*undated(situation), *boosters(situation)]


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


def shown(
    picker: TimePicker, ask: AskForm, day: datetime.date | None = None, refusal: Refusal | None = None
) -> TimesPage:
    """The page of times for sessions that are booked anew, from the day their windows begin unless told."""
    standings = picker.situation.standings
    needed = {(one.key, one.number): one for one in standings.needs_a_date}
    sessions = [needed[one] for one in picker.sessions if one in needed]
    lines, notes = with_windows(sessions)
    extra = [standings.series[key].name for key, number in picker.sessions if number == 0]
    lines += tuple(Line(str(one), one.mark, "booster before an event") for one in extra)
    start = ask.cleaned_data.get("day") or max([picker.first, *map(best_day, sessions)])
    return TimesPage(picker, picker.within(day or start), lines, query(ask), refusal, notes)


def best_day(one: Standing) -> datetime.date:
    """The day a session was planned for, or where that does not fit any more the first recommended one."""
    fits = one.window.earliest <= one.planned <= one.window.latest
    return one.planned if fits else one.window.start


def asked(request, sessions: list[tuple[str, str]] | None = None) -> AskForm:
    """Read what is asked for from the address, or from the form on which a time was chosen."""
    form = AskForm(request.POST if request.method == "POST" else request.GET, sessions=sessions or [])
    form.is_valid()
    return form


def query(ask: AskForm) -> tuple[tuple[str, str], ...]:
    """What stays the same from one day to the next."""
    found = [("session", f"{key}:{number}") for key, number in ask.cleaned_data.get("session") or ()]
    provider = ask.cleaned_data.get("provider")
    return (*found, *([("provider", str(provider))] if provider else []))


def tried(request, picker: TimePicker, form: TimeForm, action: str) -> Refusal | None:
    """Book the time chosen and say so; or give every reason against it and the nearest days that work."""
    wanted = picker.wanted(form.cleaned_data["at"]) if form.is_valid() else None
    if wanted is None:
        return Refusal((Against(PLACE, TAKEN, picker.first),))
    order = Order(
        (wanted,),
        action=action,
        override=form.cleaned_data.get("override", ""),
        key=key_of(form),
    )
    try:
        book(by=request.user, version=picker.situation.version, order=order, now=picker.situation.now)
    except Refused as refusal:
        return refused(picker, wanted, refusal.against)
    except (ValidationError, TakenMeanwhile) as why:
        reasons = (Against(PLACE, words, wanted.date) for words in plans.in_words(why))
        return Refusal(tuple(reasons), picker.nearest(wanted.date))
    messages.success(request, f"Booked: {spoken(wanted.date)}, {wanted.starts} to {wanted.ends}.")
    return None


def key_of(form: TimeForm) -> uuid.UUID:
    """The idempotency key of one choice on one page: the same click twice is one, another time is another."""
    return uuid.uuid5(form.cleaned_data["key"], str(form.cleaned_data["at"]))


def refused(picker: TimePicker, wanted: Wanted, against: tuple[Against, ...]) -> Refusal:
    """What stands against a time; where only later visits do, the way to re-plan around it."""
    later = picker.booking and all(one.kind != PLACE and one.date != wanted.date for one in against)
    address = reverse("scheduling:replan", args=[picker.situation.version.plan_id])
    question = urlencode({"move": wanted.booking, "at": wanted.unit}) if later else ""
    return Refusal(against, picker.nearest(wanted.date), f"{address}?{question}" if later else "")


def day_of_choice(picker: TimePicker, form: TimeForm) -> datetime.date | None:
    """The local day of the time that was chosen."""
    at = form.cleaned_data.get("at")
    return None if at is None else picker.local_day(at)


def times(request, page: TimesPage, status: int = 200, **context):
    """Draw the days with their times."""
    return render(request, "scheduling/times.html", {"times": page, **context}, status=status)
