"""The page on which a time is chosen: for a visit that moves, or for a new one."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from scheduling.booking_page.time_picker import DayTimes, TimePicker
from scheduling.booking_page.words import Line
from scheduling.guard.rules import Against

WEEK = datetime.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a chosen time was not booked, the nearest days that work, and the re-plan that would allow it."""

    against: tuple[Against, ...]
    nearest: tuple[DayTimes, ...] = ()
    replan_url: str = ""


@dataclass(frozen=True, slots=True)
class Near:
    """A day that works: what it costs, if anything, and where its times are shown."""

    day: str
    words: str
    url: str


class TimesPage:
    """Times from `start` on; `address` is the page's own, `query` what stays the same from day to day."""

    def __init__(
        self,
        picker: TimePicker,
        start: datetime.date,
        lines: tuple[Line, ...],
        query: tuple[tuple[str, str], ...] = (),
        refusal: Refusal | None = None,
        notes: tuple[str, ...] = (),
    ):
        self.picker, self.start, self.lines, self.query = picker, start, lines, query
        self.refusal, self.notes = refusal, notes
        self.key = uuid.uuid4()

    @property
    def plan(self):
        """The plan it belongs to."""
        return self.picker.situation.version.plan

    @property
    def patient(self):
        """Whom it is for."""
        return self.plan.patient

    @property
    def sessions(self) -> tuple[tuple[str, str], ...]:
        """The chosen sessions as hidden fields."""
        return tuple(one for one in self.query if one[0] == "session")

    @property
    def provider(self) -> int | None:
        """Whose times were asked for."""
        return next((int(value) for name, value in self.query if name == "provider"), None)

    @cached_property
    def days(self) -> tuple[DayTimes, ...]:
        """The days shown."""
        return self.picker.days(self.start)

    @property
    def open_day(self) -> datetime.date | None:
        """The first day with a time that can be booked."""
        return next((one.date for one in self.days if one.offered), None)

    @cached_property
    def nearest(self) -> tuple[Near, ...]:
        """The nearest days that work, sought only where none of the days shown does."""
        return () if self.open_day else self.near(self.picker.nearest(self.start))

    @property
    def refused_near(self) -> tuple[Near, ...]:
        """The days that would work in the place of the time that was refused."""
        return self.near(self.refusal.nearest) if self.refusal else ()

    def near(self, days: Iterable[DayTimes]) -> tuple[Near, ...]:
        """Days with the addresses of their times."""
        return tuple(
            Near(one.day, "moves later visits" if one.later else one.span, self.url(one.date)) for one in days
        )

    @property
    def earlier_url(self) -> str:
        """Where the days before are shown; nothing before the first."""
        if self.start <= self.picker.first:
            return ""
        return self.url(self.picker.within(self.start - WEEK))

    @property
    def later_url(self) -> str:
        """Where the days after are shown; nothing after the last."""
        after = max((one.date for one in self.days), default=self.start) + datetime.timedelta(days=1)
        return self.url(after) if after <= self.picker.last else ""

    def url(self, day: datetime.date) -> str:
        """Where the times from a day on are shown."""
        return f"?{urlencode([*self.query, ('day', day.isoformat())])}"
