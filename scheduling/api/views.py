"""The JSON interface of booking: the same people, rules and actions as the pages.

Who asks is signed in as on the pages and sends their x-csrftoken. What is not understood is 422 with a
message for each field, what cannot be done 409 with everything that stands against it.
"""

import uuid
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from clinic.access import role, staff
from scheduling.actions.bookings import NotApproved, Order, Refused, book
from scheduling.api import words
from scheduling.api.reading import BOOK, MOVE, Wrong, asked_plan, asked_series, read_body
from scheduling.arranging.blocking import blockers
from scheduling.availability.days import NoSuchTime
from scheduling.claiming.claims import TakenMeanwhile
from scheduling.course.moving import Destination, NotMoved, move
from scheduling.course.situation import Situation
from scheduling.course.wanted import SessionId, wanted_at, wanted_of
from scheduling.guard.rules import PLACE, Against, by_rules
from scheduling.models import Booking, Change, PlanVersion
from scheduling.time_limit import ARRANGING, stop_after


class NotPlaced(Exception):
    """Raised when some visits of a series have no time; `visits` says of each what stands in its way."""

    def __init__(self, visits: list[words.Json]):
        super().__init__(f"{len(visits)} visits have no time")
        self.visits = visits


def answered(view):
    """Answer what a view gives as JSON, and what it raises as JSON with the status that it means."""

    @wraps(view)
    def answering(request, *args, **kwargs):
        try:
            return JsonResponse(view(request, *args, **kwargs))
        except Wrong as wrong:
            return JsonResponse({"errors": wrong.fields}, status=wrong.status)
        except Http404:
            return JsonResponse({"error": "There is nothing here that you may see."}, status=404)
        except PermissionDenied as denied:
            return JsonResponse({"error": str(denied)}, status=403)
        except (Refused, NotPlaced, TakenMeanwhile) as refusal:
            return JsonResponse(refused(refusal), status=409)

    return answering


def refused(refusal: Refused | NotPlaced | TakenMeanwhile) -> words.Json:
    """What stands against a change, and what would work."""
    if isinstance(refusal, NotPlaced):
        return {"unplaced": refusal.visits}
    if isinstance(refusal, TakenMeanwhile):
        return {"against": [{"kind": PLACE, "rule": "", "text": str(refusal), "date": None}]}
    found: words.Json = {"against": words.against_json(refusal.against)}
    if isinstance(refusal, NotMoved):
        found["nearest"] = words.nearest_json(refusal.moving) if refusal.moving else []
    return found


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
    override = asked.get("override_reason", "")
    try:
        change = move(
            by=request.user, booking=booking, to=to, now=timezone.now(), override=override, key=asked["key"]
        )
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
    """Book every visit of a plan that has no date, or none: {key} gives {change, visits}."""
    version = approved(request, pk)
    key = read_body(request, BOOK, ("key",))["key"]
    change = Change.objects.filter(key=key, plan=pk).first() or booked(request, version, key)
    visits = (
        Booking.objects.visible_to(request.user).with_details().filter(pk__in=change.after if change else ())
    )
    return {
        "change": change.pk if change else None,
        "visits": [words.visit_json(one) for one in visits.order_by("unit")],
    }


def approved(request, pk: int) -> PlanVersion:
    """Fetch the current version of a plan; Refused when no provider approved it."""
    versions = PlanVersion.objects.visible_to(request.user).current().with_details()
    version = get_object_or_404(versions, plan=pk)
    if not version.is_approved:
        today = timezone.localdate(timezone=version.plan.patient.location.zone)
        raise Refused([Against(PLACE, NotApproved().messages[0], today)])
    return version


def booked(request, version: PlanVersion, key: uuid.UUID) -> Change | None:
    """Arrange and book all that has no date; None when nothing is left. NotPlaced books nothing."""
    situation = Situation(version, timezone.now())
    around = [one.pk for one in situation.standings.bookings]
    arranged = situation.arrange(around, stop=stop_after(ARRANGING))
    if arranged.unplaced:
        raise NotPlaced([words.unplaced_json(situation, one) for one in arranged.unplaced])
    if not arranged.placed:
        return None
    order = Order(tuple(wanted_of(one) for one in arranged.placed), key=key)
    return book(by=request.user, version=version, order=order, now=timezone.now())


def next_sessions(situation: Situation, keys: tuple[str, ...]) -> tuple[SessionId, ...]:
    """The next session of each series that needs a date."""
    found: dict[str, int] = {}
    for one in situation.standings.needs_a_date:
        if one.key in keys:
            found[one.key] = min(one.number, found.get(one.key, one.number))
    return tuple((key, found[key]) for key in situation.standings.series if key in found)
