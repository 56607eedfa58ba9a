"""Everything of a plan that has no date, arranged and booked by one click; and what was shown, applied."""

import datetime
import uuid
from collections.abc import Callable, Sequence

from clinic.models import User
from scheduling.actions.bookings import Order, book, made_with
from scheduling.actions.moves import done_with
from scheduling.actions.refusals import KeyUsed, NotApproved, Refused
from scheduling.arranging.arrange import Arrangement, Stop, Unplaced
from scheduling.claiming.claims import TakenMeanwhile
from scheduling.course.deeds import REPLANNED, SERIES, done_before
from scheduling.course.signed_orders import read
from scheduling.course.situation import Situation
from scheduling.course.wanted import wanted_of
from scheduling.guard.against import NO_DAY, PLACE, Against
from scheduling.models import Change, PlanVersion
from scheduling.planning.reasons import spoken

NOTHING_LEFT = "Nothing is left to book: every session of this plan is booked or done."


class NothingLeft(Refused):
    """Raised when every session of a plan is booked or done."""

    def __init__(self) -> None:
        super().__init__([Against(PLACE, NOTHING_LEFT, NO_DAY)])


class NotBooked(Refused):
    """Raised when a series is not booked, nothing of it: `against` says why, `arranged` what it would be."""

    def __init__(self, problems: Sequence[Against], situation: Situation, arranged: Arrangement):
        super().__init__(problems)
        self.situation, self.arranged = situation, arranged


class Overtaken(NotBooked):
    """Raised when a time of a series was booked by somebody else while it was arranged."""


def book_series(
    *,
    by: User,
    version: PlanVersion,
    key: uuid.UUID,
    now: datetime.datetime,
    patience: Callable[[], Stop | None] = lambda: None,
) -> Change:
    """Arrange and book every session of a plan that has no date, around what is booked; or nothing.

    `version` comes `with_details`; `patience` makes the question that the planner asks now and then. Where a
    time is booked by somebody else meanwhile, all of it is arranged once more. The same key books it once.
    Raises NotApproved, NothingLeft, KeyUsed, NotBooked with what has no time or what stands against it.
    """
    if not version.is_approved:
        raise NotApproved
    try:
        return arranged_and_booked(by, Situation(version, now), key, patience())
    except Overtaken:
        return arranged_and_booked(by, Situation(version, now), key, patience())


def arranged_and_booked(by: User, situation: Situation, key: uuid.UUID, stop: Stop | None) -> Change:
    """Arrange around all that is booked, and book it; Overtaken when a time was taken meanwhile."""
    plan = situation.version.plan_id
    if done := done_with(key, plan, SERIES):
        return done
    arranged = situation.arrange([one.pk for one in situation.standings.bookings], stop)
    if arranged.unplaced:
        raise NotBooked(without_time(arranged.unplaced), situation, arranged)
    if arranged.placed:
        return as_arranged(by, situation, arranged, key)
    if done := done_with(key, plan, SERIES):  # the same click, a moment ago
        return done
    raise NothingLeft


def as_arranged(by: User, situation: Situation, arranged: Arrangement, key: uuid.UUID) -> Change:
    """Book what was arranged."""
    order = Order(tuple(wanted_of(one) for one in arranged.placed), action=SERIES, key=key)
    try:
        return book(by=by, version=situation.version, order=order, now=situation.now)
    except (NotApproved, KeyUsed):
        raise
    except Refused as refused:
        raise NotBooked(refused.against, situation, arranged) from refused
    except TakenMeanwhile as taken:
        raise Overtaken([Against(PLACE, str(taken), NO_DAY)], situation, arranged) from taken


def without_time(unplaced: Sequence[Unplaced]) -> list[Against]:
    """What stands in the way of visits that have no time, each on the day it was wanted."""
    return [
        Against(PLACE, f"{spoken(one.wanted)}: {blocker.text}.", one.wanted, blocker.rule)
        for one in unplaced
        for blocker in one.blockers
    ]


def apply(*, by: User, version: PlanVersion, shown: str, key: uuid.UUID, now: datetime.datetime) -> Change:
    """Carry out a signed order exactly as it was shown; the same key does it once.

    `version` comes `with_details`. Raises Stale when it is not what was shown or the plan changed since,
    and what `book` raises.
    """
    if done := made_with(key, version.plan_id):
        return same_kind(done)
    order = read(shown, Situation(version, now), key)
    return book(by=by, version=version, order=order, now=now)


def same_kind(done: Change) -> Change:
    """The change when it carried out what was shown; KeyUsed says what it did when it was something else."""
    if done.action not in (SERIES, REPLANNED):
        raise KeyUsed(done_before(done))
    return done
