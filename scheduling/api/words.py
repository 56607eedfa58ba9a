"""What the JSON interface answers with."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from scheduling.arranging.arrange import Unplaced
from scheduling.arranging.blocking import Blocker
from scheduling.arranging.seats import Seats
from scheduling.availability.bits import UNIT
from scheduling.availability.days import Day
from scheduling.availability.engine import Fit
from scheduling.availability.steps import DEVICE, PROVIDER, ROOM
from scheduling.course.moving import Destination, Moving
from scheduling.course.nearest import in_words, nearest_times
from scheduling.course.situation import Situation
from scheduling.course.wanted import SessionId
from scheduling.guard.against import NO_DAY, Against
from scheduling.models import Booking

HELD = (PROVIDER, ROOM, DEVICE)
Json = dict[str, Any]


def visit_json(booking: Booking) -> Json:
    """A booked visit, with its people, place and sessions; `at` is the same moment with its offset.

    `reason` says why it is not with the provider it would keep, or not as the patient likes; or is empty.
    """
    return {
        "id": booking.pk,
        "plan": booking.plan_id,
        "patient": {"id": booking.patient_id, "name": str(booking.patient)},
        "date": booking.date.isoformat(),
        "time": booking.starts,
        "ends": booking.ends,
        "at": booking.at.isoformat(),
        "minutes": booking.units * UNIT,
        "status": booking.status,
        "reason": booking.reason,
        **{kind: thing_json(getattr(booking, kind)) for kind in HELD},
        "sessions": [
            {"series": one.key, "ordinal": one.ordinal, "name": str(one.name)}
            for one in booking.sessions.all()
        ],
    }


def thing_json(thing) -> Json | None:
    """A provider, room or device; nothing for none."""
    return {"id": thing.pk, "name": str(thing)} if thing else None


def against_json(problems: Iterable[Against]) -> list[Json]:
    """Everything that stands against a change; `date` is null for what is about no visit."""
    return [
        {
            "kind": one.kind,
            "rule": one.rule,
            "text": one.text,
            "date": None if one.date == NO_DAY else one.date.isoformat(),
        }
        for one in problems
    ]


def nearest_json(moving: Moving, to: Destination) -> list[Json]:
    """The nearest times that work."""
    return [
        {
            "date": one.date.isoformat(),
            "time": one.starts,
            "provider": {"id": one.provider, "name": moving.seats.names[PROVIDER, one.provider].name},
            "room": {"id": one.room, "name": moving.seats.names[ROOM, one.room].name},
            "text": in_words(moving, one),
        }
        for one in nearest_times(moving, to)
    ]


def blockers_json(found: Iterable[Blocker]) -> list[Json]:
    """What stands in the way of a visit on a day."""
    return [{"kind": one.kind, "text": one.text, "rule": one.rule} for one in found]


def time_json(seats: Seats, day: Day, fit: Fit, length: int) -> Json:
    """A free time and whom and what the visit would hold; `fold` tells two equal wall times apart."""
    starts = day.shows(fit.start)
    return {
        "time": f"{starts:%H:%M}",
        "ends": f"{day.shows(fit.start + length):%H:%M}",
        "at": starts.isoformat(),
        "fold": starts.fold,
        **{
            kind: {"id": fit.resources[kind], "name": seats.names[kind, fit.resources[kind]].name}
            for kind in HELD
            if kind in fit.resources
        },
    }


def sessions_json(situation: Situation, sessions: Sequence[SessionId]) -> list[Json]:
    """Sessions by series and place in the whole course."""
    series = situation.standings.series
    return [
        {"series": key, "ordinal": number + series[key].done, "name": str(series[key].name)}
        for key, number in sessions
    ]


def unplaced_json(situation: Situation, one: Unplaced) -> Json:
    """A visit that has no time: what stands in its way, and the nearest days that have one."""
    return {
        "sessions": sessions_json(situation, one.sessions),
        "wanted": one.wanted.isoformat(),
        "blockers": blockers_json(one.blockers),
        "nearest": [day.isoformat() for day in one.nearest],
    }


def outside(day: datetime.date, situation: Situation) -> tuple[Blocker, ...]:
    """Why no time of a day can be looked at: it has passed, or lies after the plan."""
    if day < situation.today:
        return (Blocker("place", "the day has passed"),)
    if day > situation.last:
        return (Blocker("rule", f"the plan ends on {situation.last.isoformat()}"),)
    return ()
