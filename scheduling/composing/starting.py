"""What the composer's fields hold when it opens: nothing yet, or what a plan was made from."""

import datetime
from typing import Any

from clinic.models import Location
from scheduling.composing.words import ROUNDS
from scheduling.intake.intake import Intake
from scheduling.intake.recommendation import Recommendation

KEPT = "kept"


def blank(location: Location, today: datetime.date) -> dict[str, Any]:
    """The fields of a new plan, from the next open day on."""
    days = location.weekdays
    return {"start": first_open(today + datetime.timedelta(days=1), days), "weekdays": days, "rounds": ""}


def from_plan(found: Recommendation, location: Location, today: datetime.date) -> dict[str, Any]:
    """The fields of a plan that is changed; once it has begun its past sessions count as given.

    What is proposed then starts today at the soonest, each series counted from its last past session.
    """
    given, stretch = found.intake, found.intake.stretch
    past = past_sessions(found, today)
    return {
        "start": max(given.start, first_open(today, location.weekdays)) if past else given.start,
        "horizon_months": given.horizon_months,
        "weekdays": [day for day in given.weekdays if day in location.weekdays],
        "preference": given.preference,
        "rounds": rounds_choice(given, bool(past)),
        "findings": list(given.findings),
        "stretch_series": stretch.series if stretch else "",
        "stretch_reason": stretch.reason if stretch else "cost",
        "fading_observed": bool(stretch and stretch.fading_observed),
        "events": [{"name": event.name, "date": event.date} for event in given.events if event.date >= today],
        "away": [{"first": away.first, "last": away.last} for away in given.away if away.last >= today],
        "history": [
            *({"what": f"{past.treatment}.{past.area}", "date": past.date} for past in given.history),
            *({"what": key, "date": day} for key, day in past),
        ],
    }


def past_sessions(found: Recommendation, today: datetime.date) -> list[tuple[str, datetime.date]]:
    """The sessions whose date has passed, by series key and date, in their order."""
    placed = found.solution.placed() if found.solution else ()
    return [(one.series, one.date) for one in placed if one.date < today]


def rounds_choice(given: Intake, begun: bool) -> str:
    """The choice that stands for the rounds of an intake: empty, a number, or as now."""
    counts = set(given.rounds.values())
    if not counts:
        return ""
    plain = len(counts) == 1 and str(*counts) in ROUNDS and not begun
    mesobotox = all(key.startswith("mesobotox.") for key in given.rounds)
    return str(*counts) if plain and mesobotox else KEPT


def rounds_left(found: Recommendation, today: datetime.date) -> dict[str, int]:
    """How many of the rounds asked for are still to come, at least one of each series."""
    past = [key for key, _ in past_sessions(found, today)]
    return {key: max(1, count - past.count(key)) for key, count in found.intake.rounds.items()}


def first_open(day: datetime.date, weekdays: list[int]) -> datetime.date:
    """The first day from `day` on which the location is open."""
    week = (day + datetime.timedelta(days=ahead) for ahead in range(7))
    return next(later for later in week if later.isoweekday() in weekdays)
