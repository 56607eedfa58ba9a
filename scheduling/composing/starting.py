"""What the composer's fields hold when it opens: nothing yet, or what a plan was made from."""

import datetime
from collections.abc import Sequence
from typing import Any

from clinic.models import Location
from scheduling.composing.past import Known
from scheduling.composing.words import ROUNDS
from scheduling.intake.intake import Intake, Past
from scheduling.intake.recommendation import Recommendation

KEPT = "kept"


def blank(location: Location, today: datetime.date, known: Known) -> dict[str, Any]:
    """The fields of a new plan, from the next open day on, after what the patient had here before."""
    days = location.weekdays
    start = first_open(today + datetime.timedelta(days=1), days)
    return {"start": start, "weekdays": days, "rounds": "", "history": rows_of(known.history())}


def from_plan(
    found: Recommendation, location: Location, today: datetime.date, known: Known
) -> dict[str, Any]:
    """The fields of a plan that is changed, with what was really given of it as earlier treatments.

    What is proposed then starts today at the soonest, each series counted from its last treatment. A
    session that was planned for a day that has passed and was not given does not count.
    """
    given, stretch = found.intake, found.intake.stretch
    return {
        "start": given.start if given.start >= today else first_open(today, location.weekdays),
        "horizon_months": given.horizon_months,
        "weekdays": [day for day in given.weekdays if day in location.weekdays],
        "preference": given.preference,
        "rounds": rounds_choice(given, bool(known.since(given.history))),
        "findings": list(given.findings),
        "stretch_series": stretch.series if stretch else "",
        "stretch_reason": stretch.reason if stretch else "cost",
        "fading_observed": bool(stretch and stretch.fading_observed),
        "events": [{"name": event.name, "date": event.date} for event in given.events if event.date >= today],
        "away": [{"first": away.first, "last": away.last} for away in given.away if away.last >= today],
        "history": rows_of(known.history(given.history)),
    }


def rows_of(history: Sequence[Past]) -> list[dict[str, Any]]:
    """Earlier treatments as the rows of their list."""
    return [{"what": f"{past.treatment}.{past.area}", "date": past.date} for past in history]


def rounds_choice(given: Intake, begun: bool) -> str:
    """The choice that stands for the rounds of an intake: empty, a number, or as now."""
    counts = set(given.rounds.values())
    if not counts:
        return ""
    plain = len(counts) == 1 and str(*counts) in ROUNDS and not begun
    mesobotox = all(key.startswith("mesobotox.") for key in given.rounds)
    return str(*counts) if plain and mesobotox else KEPT


def rounds_left(given: Intake, known: Known) -> dict[str, int]:
    """How many of the rounds asked for are still to come, at least one of each series that is not closed."""
    since = [f"{past.treatment}.{past.area}" for past in known.since(given.history) if past.counts]
    left = {key: count - since.count(key) for key, count in given.rounds.items()}
    return {key: max(1, left[key]) if count > 0 else left[key] for key, count in given.rounds.items()}


def first_open(day: datetime.date, weekdays: list[int]) -> datetime.date:
    """The first day from `day` on which the location is open."""
    week = (day + datetime.timedelta(days=ahead) for ahead in range(7))
    return next(later for later in week if later.isoweekday() in weekdays)
