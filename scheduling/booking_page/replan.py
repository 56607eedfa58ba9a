"""A re-plan before it is applied: what stays, moves, is new or given up, and what would need a date."""

import datetime
import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from scheduling.actions.bookings import Order
from scheduling.arranging.arrange import Arrangement, Stop, Unplaced, arrange
from scheduling.arranging.blocking import Blocker
from scheduling.availability.steps import DEVICE, PROVIDER, ROOM
from scheduling.booking_page.page import booster_lines, in_a_sentence, time_url
from scheduling.booking_page.words import Line, State, held_by, hours_of, line_of
from scheduling.course.deeds import REPLANNED
from scheduling.course.replanning import Difference, difference, sessions_of, with_moved
from scheduling.course.signed_orders import sign
from scheduling.course.situation import Situation
from scheduling.course.standing import SessionId, Standing
from scheduling.course.wanted import Wanted
from scheduling.guard.rules import RULE, Against, by_rules
from scheduling.models import Booking
from scheduling.planning.reasons import spoken

CHOSEN = State("good", "calendar-check", "Your choice")
KEPT = State("quiet", "pin", "Stays")
MOVED = State("warn", "calendar-clock", "Moves")
NEW = State("good", "calendar-plus", "New")
GIVEN_UP = State("stop", "calendar-x", "Given up")
NO_DATE = State("warn", "calendar-x", "Needs a date")


@dataclass(frozen=True, slots=True)
class Place:
    """A day and time, with whom and where."""

    day: str
    hours: str
    held: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Nearest:
    """A day on which a visit could be had, and where its times are shown."""

    day: str
    href: str


@dataclass(frozen=True, slots=True)
class ReplanLine:
    """One visit before and after; `booking` is its id where it can be pinned."""

    state: State
    date: datetime.date
    sessions: tuple[Line, ...]
    before: Place | None = None
    after: Place | None = None
    reason: str = ""
    blockers: tuple[Blocker | Against, ...] = ()
    nearest: tuple[Nearest, ...] = ()
    booking: int | None = None
    pinned: bool = False

    @property
    def day(self) -> str:
        """The day it is about, with its weekday."""
        return spoken(self.date)


class Replan:
    """An arrangement of a plan as it stands, around the pinned bookings (ids) and a visit moved first.

    `moving` is a booked visit at the time somebody chose for it: it stays there, whatever the rest does.
    `stop` is handed to the planner.
    """

    def __init__(
        self,
        situation: Situation,
        pinned: Collection[int] = (),
        moving: Wanted | None = None,
        stop: Stop | None = None,
        action: str = REPLANNED,
    ):
        self.situation, self.moving, self.stop, self.action = situation, moving, stop, action
        chosen = frozenset([moving.booking] if moving and moving.booking else ())
        self.pinned = frozenset(pinned) | chosen
        self.tried = with_moved(situation, moving) if moving else situation

    @classmethod
    def of(cls, situation: Situation, arranged: Arrangement, action: str) -> "Replan":
        """What was arranged already around everything that is booked."""
        found = cls(situation, [one.pk for one in situation.standings.bookings], action=action)
        found.arrangement = arranged
        return found

    @cached_property
    def arrangement(self) -> Arrangement:
        """A real time for every session that is left."""
        return arrange(
            self.tried.left(self.pinned),
            self.situation.seats(self.situation.movable),
            self.tried.standings.wanted,
            self.tried.current(self.pinned),
            self.stop,
        )

    @cached_property
    def difference(self) -> Difference:
        """What would change about the booked visits."""
        return difference(self.tried, self.arrangement, self.pinned)

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return self.difference.is_empty and self.moving is None

    @property
    def is_whole(self) -> bool:
        """Whether every session that is left has a time."""
        return not self.difference.unplaced

    @property
    def visits(self) -> int:
        """How many visits would be written."""
        return len(self.order().wanted)

    def order(self, key: uuid.UUID | None = None) -> Order:
        """The order that applies it: exactly what is shown."""
        found = self.difference.order(self.action, key=key)
        first = (self.moving,) if self.moving else ()
        return Order((*first, *found.wanted), found.dropped, found.action, key=found.key)

    @property
    def signed(self) -> str:
        """The order for the form that applies it."""
        return sign(self.order(), self.situation)

    @cached_property
    def key(self) -> uuid.UUID:
        """The idempotency key of the form that applies it."""
        return uuid.uuid4()

    @cached_property
    def lines(self) -> tuple[ReplanLine, ...]:
        """Every visit in the order of its new day."""
        return tuple(sorted(self._lines(), key=lambda one: one.date))

    @property
    def changes(self) -> tuple[ReplanLine, ...]:
        """What would change, and what would have no date."""
        return tuple(one for one in self.lines if one.state != KEPT)

    @property
    def kept(self) -> tuple[ReplanLine, ...]:
        """The visits that stay as they are booked."""
        return tuple(one for one in self.lines if one.state == KEPT)

    @property
    def unplaced(self) -> tuple[ReplanLine, ...]:
        """The sessions that would have no date."""
        return tuple(one for one in self.lines if one.state == NO_DATE)

    @property
    def placed(self) -> tuple[ReplanLine, ...]:
        """The visits that would be written."""
        return tuple(one for one in self.lines if one.after and one.before != one.after)

    @property
    def summary(self) -> str:
        """What would change, counted in a sentence: 2 visits move, 1 is new, 6 stay."""
        found = self.difference
        moved = len(found.moved) + (self.moving is not None)
        stay = len(found.kept) - (self.moving is not None)
        counts = (
            (moved, "moves", "move"),
            (len(found.new), "is new", "are new"),
            (len(found.dropped), "is given up", "are given up"),
            (len(found.unplaced), "needs a date", "need a date"),
            (stay, "stays", "stay"),
        )
        parts = [f"{number} {one if number == 1 else more}" for number, one, more in counts if number]
        return f"Visits: {', '.join(parts)}." if parts else "No visit is left."

    @property
    def undated(self) -> int:
        """How many visits would have no date."""
        return len({one.date for one in self.unplaced})

    def _lines(self) -> Iterator[ReplanLine]:
        found = self.difference
        chosen = self.moving.booking if self.moving else None
        for booking in found.kept:
            if booking.pk != chosen:
                yield self._booked(KEPT, booking, after=True)
        if self.moving and chosen:
            yield self._moved(CHOSEN, self._by_id[chosen], self.moving)
        for moved in found.moved:
            yield self._moved(MOVED, moved.booking, moved.wanted)
        for one in found.new:
            lines = self._sessions(one.sessions)
            yield ReplanLine(NEW, one.date, lines, after=self._place(one), reason=in_a_sentence(one.reason))
        for booking in found.dropped:
            yield self._booked(GIVEN_UP, booking)
        for undated in alike(found.unplaced):
            yield self._unplaced(undated)

    @cached_property
    def _by_id(self) -> dict[int, Booking]:
        return {one.pk: one for one in self.situation.standings.bookings}

    def _booked(self, state: State, booking: Booking, after: bool = False) -> ReplanLine:
        place = place_of_booking(booking)
        lines = self._sessions(sessions_of(self.situation, booking)) or booster_lines(booking)
        pin = booking.pk if booking.status == Booking.Status.BOOKED else None
        later = booking.date >= self.situation.today
        return ReplanLine(
            state,
            booking.date,
            lines,
            before=place,
            after=place if after else None,
            booking=pin if later else None,
            pinned=booking.pk in self.pinned,
        )

    def _moved(self, state: State, booking: Booking, wanted: Wanted) -> ReplanLine:
        return ReplanLine(
            state,
            wanted.date,
            self._sessions(wanted.sessions),
            before=place_of_booking(booking),
            after=self._place(wanted),
            reason=in_a_sentence(wanted.reason),
            booking=None if state == CHOSEN else booking.pk,
            pinned=booking.pk in self.pinned,
        )

    def _unplaced(self, one: Unplaced) -> ReplanLine:
        sessions = [self._standing(session) for session in one.sessions]
        nearest = tuple(
            Nearest(spoken(day), time_url(self.situation.version.plan_id, sessions, day=day))
            for day in one.nearest
        )
        lines = tuple(line_of(session) for session in sessions)
        return ReplanLine(NO_DATE, one.wanted, lines, blockers=self._against(one), nearest=nearest)

    def _against(self, one: Unplaced) -> tuple[Blocker | Against, ...]:
        """What stands in the way on the day it was wanted: rules in full, beside all that was placed."""
        if any(found.kind != RULE for found in one.blockers):
            return one.blockers
        there = Wanted(one.sessions, one.wanted, 0, 0, 0, 0, None, ())
        order = self.order()
        found = by_rules(self.situation, (*order.wanted, there), frozenset(order.dropped))
        return tuple(rule for rule in found if rule.date == one.wanted) or one.blockers

    def _standing(self, session: SessionId) -> Standing:
        return self._standings[session]

    @cached_property
    def _standings(self) -> dict[SessionId, Standing]:
        return {(one.key, one.number): one for one in self.situation.standings.sessions}

    def _sessions(self, sessions: Collection[SessionId]) -> tuple[Line, ...]:
        order = list(self.situation.standings.series)
        ordered = sorted(sessions, key=lambda one: order.index(one[0]))
        return tuple(line_of(self._standing(one)) for one in ordered)

    def _place(self, one: Wanted) -> Place:
        return Place(spoken(one.date), f"{one.starts} to {one.ends}", names_held(self.situation, one))


def alike(unplaced: Sequence[Unplaced]) -> Iterator[Unplaced]:
    """Sessions that were wanted on one day and that the same things stand against, as one."""
    together: dict[Unplaced, tuple[SessionId, ...]] = {}
    for one in unplaced:
        bare = replace(one, sessions=())
        together[bare] = (*together.get(bare, ()), *one.sessions)
    for bare, sessions in together.items():
        yield replace(bare, sessions=sessions)


def names_held(situation: Situation, one: Wanted) -> tuple[str, ...]:
    """With whom and where a wanted visit would be."""
    held = ((PROVIDER, one.provider), (ROOM, one.room), (DEVICE, one.device))
    holders = situation.place.holders
    return tuple(holder.name for kind, key in held for holder in holders[kind] if holder.id == key)


def place_of_booking(booking: Booking) -> Place:
    """Where a booked visit is now."""
    return Place(spoken(booking.date), hours_of(booking), held_by(booking))
