"""Where each session of a plan stands, as its page shows it: given, booked, or proposed and nothing more."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from scheduling.availability.bits import UNIT
from scheduling.planning.problem import FourDates
from scheduling.planning.reasons import spoken
from scheduling.planning.solution import Placed, Visit

if TYPE_CHECKING:  # the drawings know no Django
    from scheduling.course.standing import Standing, Standings
    from scheduling.intake.recommendation import Recommendation

GIVEN, BOOKED, OPEN, PROPOSED = "done", "booked", "open", "to-come"
LOOKS = {"done": GIVEN, "needs a date": PROPOSED, "unresolved": OPEN}
SAID = {GIVEN: "given", BOOKED: "booked", OPEN: "booked", PROPOSED: "proposed"}
MORE = {OPEN: "what happened?", PROPOSED: "needs a date"}


@dataclass(frozen=True, slots=True)
class Stood:
    """A session with its real date and window, and the date it was proposed for.

    `look` is done, booked, open (its day has passed and nobody said what happened) or to-come; a booked one
    has its `time` on the clock, its `minutes`, its `position` within the visit and the id of the `booking`.
    """

    look: str
    date: datetime.date
    proposed: datetime.date
    window: FourDates
    time: str = ""
    minutes: int = 0
    position: int = 0
    booking: int | None = None

    @property
    def when(self) -> str:
        """Its date with the weekday, and its time where it has one: Wed 25 Nov 2026, 09:00."""
        return f"{spoken(self.date)}, {self.time}" if self.time else spoken(self.date)

    @property
    def before(self) -> str:
        """The date it was proposed for, where it has another now: proposed Mon 23 Nov 2026."""
        return f"proposed {spoken(self.proposed)}" if self.date != self.proposed else ""

    @property
    def words(self) -> str:
        """All of it: booked Wed 25 Nov 2026, 09:00, proposed Mon 23 Nov 2026."""
        parts = (f"{SAID[self.look]} {self.when}", MORE.get(self.look, ""), self.before)
        return ", ".join(part for part in parts if part)


Stand = Mapping[tuple[str, int], Stood]


def stand_of(standings: Standings) -> Stand:
    """Where every session of a version stands; nothing as long as none was given or booked."""
    if not (standings.booked or standings.done):
        return {}
    return {(one.key, one.number): stood(one) for one in standings.sessions}


def stood(one: Standing) -> Stood:
    """Where one session stands."""
    look = LOOKS.get(one.state, BOOKED)
    found = Stood(look, one.date, one.planned, one.window)
    if one.booking is None or look == GIVEN:
        return found
    keys = [session.key for session in one.booking.sessions.all()]
    return replace(
        found,
        time=one.booking.starts,
        minutes=one.booking.units * UNIT,
        position=keys.index(one.key),
        booking=one.booking.pk,
    )


def visits_of(found: Recommendation, stand: Stand) -> tuple[Visit, ...]:
    """The visits of a plan on the dates its sessions have now; as proposed without a stand."""
    if found.solution is None or not stand:
        return found.solution.visits if found.solution else ()
    return tuple(regrouped(found, stand))


def regrouped(found: Recommendation, stand: Stand) -> Iterator[Visit]:
    """Group the sessions by their real day and time."""
    minutes = {one.key: one.minutes for one in found.problem.series}
    placed = list(found.solution.placed() if found.solution else ())

    def when(one: Placed) -> tuple[datetime.date, str, str]:
        at = stand[one.series, one.number]
        return (at.date, at.time, at.look)

    order = sorted(placed, key=lambda one: (*when(one), stand[one.series, one.number].position))
    for (day, *_), group in groupby(order, key=when):
        sessions = list(group)
        known = max(stand[one.series, one.number].minutes for one in sessions)
        planned = found.problem.visit_overhead_minutes + sum(minutes[one.series] for one in sessions)
        real = (replace(one, date=day, window=stand[one.series, one.number].window) for one in sessions)
        yield Visit(day, known or planned, tuple(real))
