"""The calendar of a day with all providers, rooms or devices of a location, and the week of one of them."""

import datetime
from collections.abc import Iterator, Sequence
from functools import cached_property

from scheduling.availability.days import clock
from scheduling.availability.place import Holder
from scheduling.availability.steps import PROVIDER
from scheduling.calendar.asked import Link
from scheduling.calendar.columns import Column
from scheduling.calendar.page import CalendarPage
from scheduling.planning.reasons import spoken

ONE_DAY, WEEK = datetime.timedelta(days=1), datetime.timedelta(days=7)


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
    def next_open(self) -> Link:
        """The next day on which the location is open, closures seen."""
        closures = list(self.location.closures.filter(last__gt=self.asked.day))
        day = self.asked.day + ONE_DAY
        while day.isoweekday() not in self.location.weekdays or any(
            one.first <= day <= one.last for one in closures
        ):
            day += ONE_DAY
        return Link(f"See {spoken(day)}", self.asked.href(self.route, day=day))

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
