"""What the calendars of a day and of a week have in common."""

import datetime
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from functools import cached_property

from clinic.models import User
from scheduling.availability.days import clock
from scheduling.availability.place import Holder, Place
from scheduling.availability.steps import PROVIDER, ROOM
from scheduling.boards.affected import coming_visits, unserved
from scheduling.calendar.asked import KINDS, Asked, Link
from scheduling.calendar.blocks import at
from scheduling.calendar.columns import Column, Counts, Drawing, Stretch, board_of
from scheduling.claiming.free_times import place_of
from scheduling.models import Booking, PlanSeries, PlanVersion

BOOKERS = (User.Role.COORDINATOR, User.Role.PROVIDER)


class CalendarPage(ABC):
    """What the calendars of a day and of a week have in common; `now` is aware."""

    route = ""

    def __init__(self, asked: Asked, now: datetime.datetime):
        self.asked, self.location = asked, asked.location
        self.now = now.astimezone(asked.location.zone)
        self.today = self.now.date()

    @property
    @abstractmethod
    def days(self) -> Sequence[datetime.date]:
        """The days it shows."""

    @cached_property
    def place(self) -> Place:
        """The location on these days."""
        return place_of(self.location, self.days[0], self.days[-1])

    @cached_property
    def bookings(self) -> tuple[Booking, ...]:
        """The bookings it shows, in order of time: all but cancelled ones and holds that have ended."""
        found = Booking.objects.visible_to(self.asked.user).filter(
            location=self.location, date__range=(self.days[0], self.days[-1])
        )
        found = found.exclude(status=Booking.Status.CANCELLED).without_expired(self.now)
        return tuple(found.with_details().order_by("unit", "pk"))

    @cached_property
    def holders(self) -> tuple[Holder, ...]:
        """The providers, rooms or devices of the location, and any other that has bookings on these days."""
        known = {one.id: one for one in self.place.holders[self.asked.by]}
        for booking in self.bookings:
            other = getattr(booking, self.asked.by)
            if other and other.pk not in known:
                weekly = () if self.asked.by == PROVIDER else None
                known[other.pk] = Holder(other.pk, str(other), frozenset(), weekly)
        return tuple(known.values())

    @cached_property
    def drawing(self) -> Drawing:
        """What its columns are drawn from."""
        return Drawing(
            kind=self.asked.by,
            place=self.place,
            bookings=self.bookings,
            counts=counts_of(self.bookings),
            today=self.today,
            may_move=self.asked.user.role in BOOKERS,
            because=self.because,
        )

    @cached_property
    def because(self) -> dict[int, str]:
        """Why visits of these days cannot take place as booked, by id: the board's check in three queries."""
        first, last = max(self.today, self.days[0]), self.days[-1]
        coming = coming_visits(self.location, first, last) if first <= last else []
        found = unserved(self.place, self.location, coming) if coming else []
        return {one.booking: one.because for one in found}

    @property
    @abstractmethod
    def columns(self) -> tuple[Column, ...]:
        """Its columns from the left."""

    @property
    @abstractmethod
    def open(self) -> str:
        """When the location is open, or why it is shut."""

    @cached_property
    def board(self) -> Stretch | None:
        """The hours it shows; None on days on which nothing is open or booked."""
        return board_of(self.columns, self.place)

    @property
    def hours(self) -> Iterator[tuple[str, str]]:
        """The hours beside the board: the classes of their place, and what the clock shows."""
        if self.board:
            for minute in range(self.board.minute, self.board.end, 60):
                yield at(minute), clock(minute)

    @property
    def now_time(self) -> str:
        """What the clock of the location shows."""
        return f"{self.now:%H:%M}"

    @property
    def now_place(self) -> str:
        """The classes of the minute it is now; nothing when the board does not show it."""
        minute = self.now.hour * 60 + self.now.minute // 5 * 5
        shown = self.board and self.board.minute <= minute < self.board.end and self.today in self.days
        return at(minute) if shown else ""

    @property
    def key(self) -> tuple[str, ...]:
        """The treatments' marks that the board shows, to be named once."""
        blocks = (block for column in self.columns for block in column.blocks)
        return tuple(dict.fromkeys(line.mark for block in blocks for line in block.sessions))

    @property
    def count(self) -> int:
        """How many visits it shows."""
        return sum(len(column.blocks) for column in self.columns)

    @property
    def held_words(self) -> str:
        """What the solid part of a visit means."""
        return f"With the {self.asked.by}"

    @property
    def free_words(self) -> str:
        """What the hollow parts of a visit mean."""
        hollow = "Numbing" if self.asked.by == PROVIDER else "The rest of the visit"
        return f"{hollow}: the {self.asked.by} is free"

    @property
    def brief_words(self) -> str:
        """What the lines at the ends of a visit mean."""
        brief = "Check-in" if self.asked.by == ROOM else "Check-in or turn-over"
        return f"{brief}: the {self.asked.by} is free"

    @property
    def nothing(self) -> str:
        """What to do where there is nothing to show."""
        if not self.holders:
            return f"{self.location.name} has no {KINDS[self.asked.by].lower()} yet."
        return f"{self.location.name} is {self.open}."

    @property
    def kept(self) -> Iterator[tuple[str, str]]:
        """What another day keeps of this calendar, as fields of a form."""
        yield ("by", self.asked.by)
        yield ("location", self.location.slug)
        if self.route == "calendar_week":
            yield ("view", "week")
            if self.asked.who:
                yield ("who", str(self.asked.who))

    @property
    def kinds(self) -> Iterator[Link]:
        """The same by provider, by room and by device."""
        for kind, words in KINDS.items():
            yield Link(words, self.asked.href(self.route, by=kind, who=None), kind == self.asked.by)

    @property
    def places(self) -> Iterator[Link]:
        """The same at the person's other locations; nothing for one location."""
        if len(self.asked.locations) > 1:
            for one in self.asked.locations:
                href = self.asked.href(self.route, location=one, who=None)
                yield Link(one.name, href, one == self.location)

    @property
    def to_today(self) -> Link:
        """The same for today."""
        return Link("Today", self.asked.href(self.route, day=self.today), self.today in self.days)


def counts_of(bookings: Sequence[Booking]) -> Counts:
    """How many sessions the first course of each booked series has, and how many came before its version."""
    rows = PlanSeries.objects.filter(version__plan__in={one.plan_id for one in bookings})
    current = rows.exclude(version__status=PlanVersion.Status.SUPERSEDED)
    return {
        (plan, key): (initial, done)
        for plan, key, initial, done in current.values_list("version__plan", "key", "initial", "done")
    }
