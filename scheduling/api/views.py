"""The JSON interface of booking: the same people, rules and actions as the pages.

Who asks is signed in as on the pages and sends their x-csrftoken. What is not understood is 422 with a
message for each field, what cannot be done 409 with everything that stands against it.
"""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from clinic.access import role, staff
from scheduling.actions.moves import move
from scheduling.actions.refusals import NotApproved
from scheduling.actions.series import book_series
from scheduling.api import words
from scheduling.api.answers import answered
from scheduling.api.reading import BOOK, MOVE, Wrong, asked_plan, asked_series, read_body
from scheduling.arranging.blocking import blockers
from scheduling.availability.days import NoSuchTime
from scheduling.course.moving import Destination
from scheduling.course.situation import Situation
from scheduling.course.wanted import SessionId, wanted_at
from scheduling.guard.rules import by_rules
from scheduling.models import Booking, PlanVersion
from scheduling.time_limit import ARRANGING, stop_after


@require_POST
@answered
@role("coordinator", "provider")
def visit_move(request, pk):
    """Move a visit: {date, time, fold?, provider?, room?, override_reason?, key} gives {visit, change}."""
    visits = Booking.objects.visible_to(request.user).with_details()
    booking = get_object_or_404(visits, pk=pk)
    asked = read_body(request, MOVE, ("date", "time", "key"))
    to = Destination(
        asked["date"], asked["time"], asked.get("provider"), asked.get("room"), asked.get("fold")
    )
    facts = {"to": to, "key": asked["key"], "override": asked.get("override_reason", "")}
    try:
        change = move(by=request.user, booking=booking, now=timezone.now(), **facts)
    except NoSuchTime as wrong:
        raise Wrong({"time": f"{wrong}."}) from None
    return {"visit": words.visit_json(visits.get(pk=pk)), "change": change.pk}


@require_safe
@answered
@staff
def day_times(request, day):
    """The free times of a day for a visit of ?series=… of ?plan=…, and the rules that stand against it."""
    version = approved(request, asked_plan(request))
    keys = asked_series(request, {one.key: one for one in version.series.all()})
    situation = Situation(version, timezone.now())
    sessions = next_sessions(situation, keys)
    found = {"date": day.isoformat(), "sessions": words.sessions_json(situation, sessions)}
    if outside := words.outside(day, situation):
        return found | {"times": [], "against": [], "blockers": words.blockers_json(outside)}
    seats = situation.seats()
    finder = seats.finder(keys)
    fits = list(finder.all_fits(seats.asked(keys, day)))
    seat = seats.at(keys, day, fits[0].start) if fits else None
    rules = by_rules(situation, [wanted_at(seat, sessions)], frozenset()) if seat else ()
    return found | {
        "times": [words.time_json(seats, seats.day(day), fit, finder.length) for fit in fits],
        "against": words.against_json(rules),
        "blockers": words.blockers_json(blockers(seats, keys, day)),
    }


@require_POST
@answered
@role("coordinator", "provider")
def plan_book(request, pk):
    """Book every session of a plan that has no date, or nothing: {key} gives {change, visits}."""
    version = current(request, pk)
    key = read_body(request, BOOK, ("key",))["key"]
    facts = {"version": version, "key": key, "now": timezone.now()}
    change = book_series(by=request.user, patience=lambda: stop_after(ARRANGING), **facts)
    visits = Booking.objects.visible_to(request.user).with_details().filter(pk__in=change.after)
    return {"change": change.pk, "visits": [words.visit_json(one) for one in visits.order_by("unit")]}


def current(request, pk: int) -> PlanVersion:
    """Fetch the current version of a plan."""
    versions = PlanVersion.objects.visible_to(request.user).current().with_details()
    return get_object_or_404(versions, plan=pk)


def approved(request, pk: int) -> PlanVersion:
    """Fetch the current version of a plan; NotApproved when no provider approved it."""
    version = current(request, pk)
    if not version.is_approved:
        raise NotApproved
    return version


def next_sessions(situation: Situation, keys: tuple[str, ...]) -> tuple[SessionId, ...]:
    """The next session of each series that needs a date."""
    found: dict[str, int] = {}
    for one in situation.standings.needs_a_date:
        if one.key in keys:
            found[one.key] = min(one.number, found.get(one.key, one.number))
    return tuple((key, found[key]) for key in situation.standings.series if key in found)
