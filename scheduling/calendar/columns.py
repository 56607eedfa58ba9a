"""The columns of a calendar: one holder on one day, when they can be had, and the visits that hold them.

Rows are minutes of the day as the clock on the wall shows it. In an hour that comes twice, two visits could
lie over each other; no practice is open then.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from zoneinfo import ZoneInfo

from scheduling.availability.bits import UNIT, Bits
from scheduling.availability.days import PLAIN, Day, clock
from scheduling.availability.place import Holder, Place, hours
from scheduling.availability.steps import PROVIDER
from scheduling.booking_page.words import STATES, Line, booking_state, held_by
from scheduling.calendar.blocks import Block, at, laid_out, lasting, parts_of
from scheduling.models import BookedSession, Booking

DIAL = ZoneInfo("UTC")  # a clock that never changes, for the rows
Counts = Mapping[tuple[int, str], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a day, in minutes as the clock shows them."""

    minute: int
    end: int

    @property
    def place(self) -> str:
        """The classes that draw it."""
        return f"{at(self.minute)} {lasting(self.end - self.minute)}"

    def __str__(self) -> str:
        return f"{clock(self.minute)} to {clock(self.end)}"


@dataclass(frozen=True, slots=True)
class Column:
    """One provider, room or device on one day.

    `works` are the stretches in which it can be had, `note` says why there are none; `needed` whether it
    would be there but for a closure or an absence. `missed` are the visits nobody came to.
    """

    kind: str
    holder: int
    title: str
    href: str
    date: datetime.date
    is_today: bool
    works: tuple[Stretch, ...]
    note: str
    needed: bool
    blocks: tuple[Block, ...]
    missed: tuple[str, ...]

    @property
    def hours(self) -> str:
        """When it can be had: 09:00 to 12:00 and 13:00 to 17:00."""
        return " and ".join(str(one) for one in self.works)

    @property
    def is_shown(self) -> bool:
        """Whether the day's page has a column for it rather than a word."""
        return self.needed or bool(self.works or self.blocks or self.missed)

    @property
    def edges(self) -> Iterator[int]:
        """Every minute at which something begins or ends."""
        for one in self.works:
            yield from (one.minute, one.end)
        for block in self.blocks:
            yield from (block.minute, block.minute + block.minutes)


@dataclass(frozen=True)
class Drawing:
    """What all columns of a page are drawn from.

    `counts` hold, by plan and series, the sessions of the first course and those given before the current
    version; `may_move` says whether the person moves visits, `because` why visits, by id, cannot take place
    as booked.
    """

    kind: str
    place: Place
    bookings: tuple[Booking, ...]
    counts: Counts
    today: datetime.date
    may_move: bool
    because: Mapping[int, str]

    @cached_property
    def by_holder(self) -> Mapping[tuple[int, datetime.date], list[Booking]]:
        """The bookings of each holder and day."""
        found: dict[tuple[int, datetime.date], list[Booking]] = {}
        for one in self.bookings:
            found.setdefault((getattr(one, f"{self.kind}_id"), one.date), []).append(one)
        return found

    def column(self, holder: Holder, when: datetime.date, title: str, href: str) -> Column:
        """Draw a holder's day."""
        own = self.by_holder.get((holder.id, when), [])
        note, works = self.note(holder, when), self.works(holder, when)
        missed = [one for one in own if one.status == Booking.Status.MISSED]
        blocks = (self.block(one) for one in own if one not in missed)
        return Column(
            kind=self.kind,
            holder=holder.id,
            title=title,
            href=href,
            date=when,
            is_today=when == self.today,
            works=works,
            note=note,
            needed=bool(note) and comes_on(holder, when, self.place),
            blocks=laid_out(blocks),
            missed=tuple(f"{one.starts} {one.patient}" for one in missed),
        )

    def works(self, holder: Holder, when: datetime.date) -> tuple[Stretch, ...]:
        """The stretches of a day in which somebody or something can be had."""
        day = Day(when, DIAL, 0, PLAIN)
        return stretches(hours(holder, day, self.place.open(day)))

    def note(self, holder: Holder, when: datetime.date) -> str:
        """Why somebody or something cannot be had on a day at all; nothing when it can."""
        shut, away = self.place.shut_on(when), holder.away_on(when)
        if shut:
            return f"Closed: {shut.reason}"
        if away:
            return f"Away: {away.reason}"
        if self.works(holder, when):
            return ""
        return "Not at work" if self.kind == PROVIDER and open_on(when, self.place) else "Not open"

    def block(self, booking: Booking) -> Block:
        """Draw a booking; one that its provider or place cannot keep says so, and why."""
        before, solid, after = parts_of(booking.steps, booking.minute, self.kind)
        because = self.because.get(booking.pk, "")
        open_ahead = booking.status == Booking.Status.BOOKED and booking.date >= self.today
        return Block(
            pk=booking.pk,
            patient=str(booking.patient),
            minute=booking.minute,
            minutes=booking.units * UNIT,
            before=before,
            solid=solid,
            after=after,
            state=STATES["affected"] if because else booking_state(booking, self.today),
            sessions=tuple(self.line(one) for one in booking.sessions.all() if one.is_live),
            held=self.others(booking),
            movable=self.may_move and open_ahead,
            because=because,
        )

    def others(self, booking: Booking) -> tuple[str, ...]:
        """With whom, where and with what else a visit is."""
        own = {"provider": 0, "room": 1, "device": 2}[self.kind]
        return tuple(name for place, name in enumerate(held_by(booking)) if place != own)

    def line(self, session: BookedSession) -> Line:
        """A session with its place in the course: round 2 of 5."""
        first, done = self.counts.get((session.plan_id, session.key), (0, 0))
        if session.ordinal is None:
            place = "booster"
        elif session.ordinal <= first + done:
            place = f"round {session.ordinal} of {first + done}"
        else:
            place = f"session {session.ordinal}, maintenance"
        return Line(str(session.name), session.mark, place)


def comes_on(holder: Holder, when: datetime.date, place: Place) -> bool:
    """Whether a day is one of the weekly ones of a holder, or of its place."""
    weekly = place.weekly if holder.weekly is None else holder.weekly
    return any(one.weekday == when.isoweekday() and one.first <= when <= one.last for one in weekly)


def stretches(bits: Bits) -> tuple[Stretch, ...]:
    """Bits in a row as stretches of the day."""
    found: list[Stretch] = []
    for place in range(PLAIN):
        if bits >> place & 1:
            minute = place * UNIT
            if found and found[-1].end == minute:
                found[-1] = replace(found[-1], end=minute + UNIT)
            else:
                found.append(Stretch(minute, minute + UNIT))
    return tuple(found)


def open_on(when: datetime.date, place: Place) -> tuple[Stretch, ...]:
    """The stretches of a day in which a place is open."""
    return stretches(place.open(Day(when, DIAL, 0, PLAIN)))


def board_of(columns: Iterable[Column], place: Place) -> Stretch | None:
    """The whole hours that hold all that is in some columns, and the opening hours; None for nothing."""
    edges: list[int] = []
    for column in columns:
        edges += column.edges
        edges += [edge for one in open_on(column.date, place) for edge in (one.minute, one.end)]
    if not edges:
        return None
    return Stretch(min(edges) // 60 * 60, -(-max(edges) // 60) * 60)
