"""A plan's intake as it stands today, and what is recommended for it around what is booked."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from clinic.models import Location
from scheduling.composing.past import Known
from scheduling.composing.starting import first_open, rounds_left
from scheduling.intake.compose import compose
from scheduling.intake.history import done
from scheduling.intake.intake import Intake
from scheduling.intake.recommend import Stop, around, recommend, solved_by
from scheduling.intake.recommendation import Recommendation
from scheduling.planning.problem import Span
from treatments.protocols import Library

SHORTEST, LONGEST = 3, 36  # months that an intake looks ahead
Session = tuple[str, int]


def intake_now(
    given: Intake, location: Location, today: datetime.date, known: Known, last: datetime.date | None = None
) -> Intake:
    """What a plan was made from, with what was really given since, and nothing that lies behind.

    It starts today at the soonest, and ends when the plan did or after its `last` booked visit.
    """
    weekdays = [day for day in given.weekdays if day in location.weekdays] or location.weekdays
    start = given.start if given.start >= today else first_open(today, list(weekdays))
    months = given.horizon_months - whole_months(given.start, start)
    if last is not None:
        months = max(months, whole_months(start, last) + 1)
    return replace(
        given,
        start=start,
        horizon_months=min(LONGEST, max(SHORTEST, months)),
        weekdays=tuple(weekdays),
        rounds=rounds_left(given, known),
        history=tuple(known.history(given.history)),
        events=tuple(one for one in given.events if one.date >= today),
        away=tuple(one for one in given.away if one.last >= today),
    )


def whole_months(first: datetime.date, last: datetime.date) -> int:
    """How many whole months lie between two days; 0 when the last is not later."""
    between = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
    return max(0, between)


def done_before(intake: Intake, key: str, library: Library) -> int:
    """How many sessions of a series counted before: session n of what is left is `done_before` + n."""
    return len(done(intake.history, library.protocols[key], library))


def numbered(booked: Mapping[Session, datetime.date], intake: Intake, library: Library):
    """Booked dates by key and number within what is left, of dates by key and place in the course."""
    found = {}
    for (key, ordinal), day in booked.items():
        number = ordinal - done_before(intake, key, library) if key in library.protocols else 0
        if number > 0:
            found[key, number] = day
    return found


@dataclass(frozen=True, slots=True)
class Anew:
    """What a plan would be made from now: its intake, the days the place is shut, what is booked.

    `booked` holds dates by key and place in the course; those dates move only where they have to.
    """

    intake: Intake
    closures: Sequence[Span]
    booked: Mapping[Session, datetime.date]

    def recommended(self, library: Library, stop: Stop | None) -> Recommendation:
        """The best plan found until `stop` answers True."""
        booked = numbered(self.booked, self.intake, library)
        return recommend(self.intake, library, stop, self.closures, booked)

    def still_asks(self, found: Recommendation, library: Library) -> bool:
        """Whether a plan that was found before answers what would be asked now, and says what it would."""
        booked = numbered(self.booked, self.intake, library)
        asked = around(compose(self.intake, library, self.closures), booked)
        if found.solution is None or (found.intake, found.problem) != (self.intake, asked.problem):
            return False
        return facts(found) == facts(solved_by(asked, found.solution, library))


def differs(intake: Intake, before: Library, after: Library, closures: Sequence[Span]) -> bool:
    """Whether two libraries come to other windows, minutes, series or advice for an intake."""
    one, other = compose(intake, before, closures), compose(intake, after, closures)
    return facts(one) != facts(other)


def facts(found: Recommendation) -> tuple:
    """What of a recommendation decides its dates, or is told to people; not where its numbers are from."""
    series = tuple((one.key, one.severity, one.initial) for one in found.series)
    return found.problem, series, found.declined, found.discuss, found.warnings, found.expectations
