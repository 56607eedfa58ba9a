"""The page on which a time is chosen: for a visit that moves, or for a new one."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse

from scheduling.booking_page.time_picker import DayTimes, TimePicker
from scheduling.booking_page.words import Line, with_windows
from scheduling.course.moving import Destination, Moving
from scheduling.course.standing import Standing
from scheduling.guard.against import NO_DAY, PLACE, Against

WEEK = datetime.timedelta(days=7)
UNREAD = (Against(PLACE, "Choose one of the times shown.", NO_DAY),)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a chosen time was not booked, the nearest days that work, and the re-plan that would allow it."""

    against: tuple[Against, ...]
    nearest: tuple[DayTimes, ...] = ()
    replan_url: str = ""
    day: datetime.date | None = None

    @classmethod
    def of(cls, moving: Moving, to: Destination, against: tuple[Against, ...]) -> "Refusal":
        """What stands against a time; where only later visits do, the way to re-plan around it."""
        if moving.stays or not moving.sessions:
            return cls(against)
        later = moving.booking and all(one.kind != PLACE and one.date != to.date for one in against)
        address = replan_url(moving, to) if later else ""
        picker = TimePicker(moving)
        day = picker.within(to.date)
        return cls(against, picker.nearest(day), address, day)


@dataclass(frozen=True, slots=True)
class Near:
    """A day that works: what it costs, if anything, and where its times are shown."""

    day: str
    words: str
    url: str


class TimesPage:
    """Times from `start` on, or from the day that was refused.

    `query` is what stays the same from day to day.
    """

    def __init__(
        self,
        picker: TimePicker,
        start: datetime.date,
        lines: tuple[Line, ...],
        query: tuple[tuple[str, str], ...] = (),
        refusal: Refusal | None = None,
        notes: tuple[str, ...] = (),
    ):
        self.picker, self.lines, self.query = picker, lines, query
        self.start = picker.within(refusal.day if refusal and refusal.day else start)
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
        """The chosen sessions as hidden fields, with the event they are for."""
        return tuple(one for one in self.query if one[0] in ("session", "event"))

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


def replan_url(moving: Moving, to: Destination) -> str:
    """Where the later visits are re-planned around one at the time chosen for it; nothing if it has none."""
    wanted = moving.naming(to.named).at(to)
    if wanted is None:
        return ""
    address = reverse("scheduling:replan", args=[moving.situation.version.plan_id])
    chosen = f"{wanted.unit}-{to.provider}" if to.provider else str(wanted.unit)
    return f"{address}?{urlencode({'move': wanted.booking, 'at': chosen})}"


def lines_of(picker: TimePicker) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    """The chosen sessions with their windows in words, a booster among them as what it is."""
    series, sessions = picker.situation.standings.series, undated(picker)
    lines, notes = with_windows(sessions)
    extra = [series[key].name for key, number in picker.moving.sessions if number == 0]
    return (*lines, *(Line(str(one), one.mark, "booster before an event") for one in extra)), notes


def undated(picker: TimePicker) -> list[Standing]:
    """Where the chosen sessions stand that need a date."""
    needed = {(one.key, one.number): one for one in picker.situation.standings.needs_a_date}
    return [needed[one] for one in picker.moving.sessions if one in needed]


def best_day(picker: TimePicker) -> datetime.date:
    """The day from which on all chosen sessions are recommended: as planned, where that still fits."""
    return max([picker.first, *(best_day_of(one) for one in undated(picker))])


def best_day_of(one: Standing) -> datetime.date:
    """The day a session was planned for, or where that does not fit any more the first recommended one."""
    fits = one.window.earliest <= one.planned <= one.window.latest
    return one.planned if fits else one.window.start
