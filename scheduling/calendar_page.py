"""What the calendar shows: a day of all providers, rooms or devices of a location, or a week of one."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse

from clinic.models import Location, User
from scheduling.availability.days import clock
from scheduling.availability.place import Holder, Place
from scheduling.availability.steps import DEVICE, PROVIDER, ROOM
from scheduling.calendar_blocks import at
from scheduling.calendar_columns import Column, Counts, Drawing, Stretch, board_of
from scheduling.free_times import place_of
from scheduling.models import Booking, PlanSeries, PlanVersion
from scheduling.planning.reasons import spoken

KINDS = {PROVIDER: "Providers", ROOM: "Rooms", DEVICE: "Devices"}
BOOKERS = (User.Role.COORDINATOR, User.Role.PROVIDER)
ONE_DAY, WEEK = datetime.timedelta(days=1), datetime.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Link:
    """A way from one calendar to another; `current` is the one shown."""

    words: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: a day, a location among those the person works at, a kind of holder.

    `who` is the id of the holder whose week it is; None shows a day.
    """

    user: User
    day: datetime.date
    locations: tuple[Location, ...]
    location: Location
    by: str = PROVIDER
    who: int | None = None

    def href(self, route: str, **changes) -> str:
        """The address of another calendar that differs in this."""
        other = replace(self, **changes)
        query = {"by": other.by} if other.by != PROVIDER else {}
        if len(other.locations) > 1:
            query["location"] = other.location.slug
        if route == "calendar_week" and other.who:
            query["who"] = str(other.who)
        address = reverse(f"scheduling:{route}", args=[other.day])
        return f"{address}?{urlencode(query)}" if query else address


class CalendarPage:
    """What the calendars of a day and of a week have in common; `now` is aware."""

    route = ""

    def __init__(self, asked: Asked, now: datetime.datetime):
        self.asked, self.location = asked, asked.location
        self.now = now.astimezone(asked.location.zone)
        self.today = self.now.date()

    @property
    def days(self) -> Sequence[datetime.date]:
        """The days it shows."""
        raise NotImplementedError

    @cached_property
    def place(self) -> Place:
        """The location on these days."""
        return place_of(self.location, self.days[0], self.days[-1])

    @cached_property
    def bookings(self) -> tuple[Booking, ...]:
        """The bookings it shows: all but cancelled ones, in order of time."""
        found = Booking.objects.visible_to(self.asked.user).filter(
            location=self.location, date__range=(self.days[0], self.days[-1])
        )
        return tuple(found.exclude(status=Booking.Status.CANCELLED).with_details().order_by("unit", "pk"))

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
        )

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Its columns from the left."""
        raise NotImplementedError

    @property
    def open(self) -> str:
        """When the location is open, or why it is shut."""
        raise NotImplementedError

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
        return f"{self.location.name} is {self.open}. Look at another day."

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


class DayCalendar(CalendarPage):
    """All providers, rooms or devices of a location on one day."""

    route = "calendar_day"

    @property
    def days(self) -> Sequence[datetime.date]:
        """The day."""
        return (self.asked.day,)

    @cached_property
    def everybody(self) -> tuple[Column, ...]:
        """A column for each, whether there or not."""
        when = self.asked.day
        return tuple(
            self.drawing.column(one, when, one.name, self.asked.href("calendar_week", who=one.id))
            for one in self.holders
        )

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Those who are there on this day, would be but for an absence, or have a visit."""
        return tuple(one for one in self.everybody if one.is_shown)

    @property
    def elsewhere(self) -> str:
        """The names of those who are not there."""
        return ", ".join(one.title for one in self.everybody if not one.is_shown)

    @property
    def title(self) -> str:
        """The day with its weekday."""
        return spoken(self.asked.day)

    @property
    def open(self) -> str:
        """When the location is open, or why it is shut."""
        shut = self.place.shut_on(self.asked.day)
        if shut:
            return f"closed: {shut.reason}"
        weekly = [one for one in self.place.weekly if one.weekday == self.asked.day.isoweekday()]
        times = " and ".join(f"{clock(one.opens)} to {clock(one.closes)}" for one in weekly)
        return f"open {times}" if times else f"not open on {self.asked.day:%A}s"

    @property
    def before(self) -> Link:
        """The open day before."""
        return self.neighbour(-ONE_DAY)

    @property
    def after(self) -> Link:
        """The next open day."""
        return self.neighbour(ONE_DAY)

    def neighbour(self, step: datetime.timedelta) -> Link:
        """The nearest open weekday on one side."""
        day = self.asked.day + step
        while day.isoweekday() not in self.location.weekdays:
            day += step
        return Link(spoken(day), self.asked.href(self.route, day=day))

    @property
    def other(self) -> Link:
        """The week that this day is in."""
        return Link("Week", self.asked.href("calendar_week"))


class WeekCalendar(CalendarPage):
    """One provider, room or device from Monday to Sunday."""

    route = "calendar_week"

    @cached_property
    def days(self) -> Sequence[datetime.date]:
        """Monday to Sunday of the week the day is in."""
        monday = self.asked.day - ONE_DAY * (self.asked.day.isoweekday() - 1)
        return tuple(monday + ONE_DAY * ahead for ahead in range(7))

    @cached_property
    def who(self) -> Holder | None:
        """Whose week it is: as asked, else the person's own, else the first; None for an unknown one."""
        by_id = {one.id: one for one in self.holders}
        if self.asked.who:
            return by_id.get(self.asked.who)
        own = getattr(self.asked.user, "provider", None) if self.asked.by == PROVIDER else None
        return by_id.get(own.pk if own else 0) or next(iter(self.holders), None)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """A column for each day."""
        if self.who is None:
            return ()
        return tuple(
            self.drawing.column(self.who, day, short(day), self.asked.href("calendar_day", day=day))
            for day in self.days
        )

    @property
    def people(self) -> Iterator[Link]:
        """The weeks of all of the kind."""
        for one in self.holders:
            current = self.who is not None and one.id == self.who.id
            yield Link(one.name, self.asked.href(self.route, who=one.id), current)

    @property
    def open(self) -> str:
        """What is said where nothing is open."""
        return "not open in this week"

    @property
    def title(self) -> str:
        """From which day to which."""
        return f"{spoken(self.days[0])} to {spoken(self.days[-1])}"

    @property
    def before(self) -> Link:
        """The week before."""
        return Link("The week before", self.asked.href(self.route, day=self.asked.day - WEEK))

    @property
    def after(self) -> Link:
        """The week after."""
        return Link("The week after", self.asked.href(self.route, day=self.asked.day + WEEK))

    @property
    def other(self) -> Link:
        """The day itself."""
        return Link("Day", self.asked.href("calendar_day"))


def short(day: datetime.date) -> str:
    """A day as a column is headed: Tue 13 Apr."""
    return f"{day:%a} {day.day} {day:%b}"


def counts_of(bookings: Sequence[Booking]) -> Counts:
    """How many sessions the first course of each booked series has, and how many came before its version."""
    rows = PlanSeries.objects.filter(version__plan__in={one.plan_id for one in bookings})
    current = rows.exclude(version__status=PlanVersion.Status.SUPERSEDED)
    return {
        (plan, key): (initial, done)
        for plan, key, initial, done in current.values_list("version__plan", "key", "initial", "done")
    }
