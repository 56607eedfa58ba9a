"""Moving one's own visit: the days inside its window that break no rule, and the effect on later visits."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from urllib.parse import urlencode

from scheduling.actions.confirmations import near_words, too_near
from scheduling.arranging.days import outwards
from scheduling.availability.days import unit_of
from scheduling.availability.steps import PROVIDER
from scheduling.booking_page.time_picker import DayTimes, Group, TimePicker, days_from
from scheduling.course.moving import Destination, Moving
from scheduling.course.replanning import with_moved
from scheduling.course.situation import Situation
from scheduling.course.standing import Standings
from scheduling.course.wanted import Wanted
from scheduling.guard.against import PLACE, RULE, Against
from scheduling.models import Booking, PlanVersion
from scheduling.patient_page.course import Course
from scheduling.patient_page.words import window_words
from scheduling.planning.reasons import spoken

SHOWN, BEYOND = 5, 3
NO_TIME = "Neither {} nor anybody else who gives this has a free time that is long enough on {}."
REVISED = "Your practice is revising your plan. Ask them if you would like to move this visit."
ELSEWHERE = "This visit is at another location. Ask the practice if you would like to move it."
ASK = "This visit cannot be moved here any more. Ask the practice: they can help."


@dataclass(frozen=True, slots=True)
class LaterLine:
    """What a move does to something later: a visit that stays, or the days it would be recommended on."""

    names: tuple[str, ...]
    before: str
    after: str

    @property
    def stays(self) -> bool:
        """Whether nothing changes about it."""
        return self.before == self.after


def why_not(course: Course, booking: Booking, version: PlanVersion | None) -> str:
    """Why a patient cannot move a visit themselves, and what would work; nothing when they can."""
    if version is None:
        return REVISED
    if booking.location_id != course.location.pk:
        return ELSEWHERE
    if booking.status != Booking.Status.BOOKED:
        return ASK
    return near_words(booking.location) if too_near(booking, course.now) else ""


class MovePage:
    """The safe times of one visit of a signed plan, `start` the day they are shown from."""

    def __init__(self, booking: Booking, version: PlanVersion, now: datetime.datetime):
        self.booking, self.now = booking, now
        self.situation = Situation(version, now)
        self.moving = Moving.of(self.situation, booking)
        self.picker = TimePicker(self.moving)
        self.start = booking.date

    @property
    def stays(self) -> bool:
        """Whether it cannot be moved at all."""
        return bool(self.moving.stays)

    @property
    def soonest(self) -> datetime.datetime:
        """The first moment it can be moved to, the notice kept."""
        return self.now + self.booking.location.notice

    @cached_property
    def span(self) -> tuple[datetime.date, datetime.date]:
        """The first and last day that every session of the visit allows, the notice kept."""
        windows = [
            one.window
            for one in self.situation.standings.sessions
            if one.booking and self._is_it(one.booking)
        ]
        soonest = self.soonest.astimezone(self.situation.location.zone).date()
        first = max([soonest, *(one.earliest for one in windows)])
        return first, min([self.picker.last, *(one.latest for one in windows)])

    def _is_it(self, booking: Booking) -> bool:
        return booking.pk == self.booking.pk

    def from_day(self, day: datetime.date | None) -> None:
        """Show the days from one on, within the span."""
        first, last = self.span
        self.start = min(max(day or first, first), max(first, last))

    @cached_property
    def days(self) -> tuple[DayTimes, ...]:
        """The safe days that are shown."""
        return tuple(self._first(days_from(self.start, self.span[1]), SHOWN))

    @cached_property
    def later_url(self) -> str:
        """Where later safe days are shown; nothing when there are none."""
        if len(self.days) < SHOWN:
            return ""
        after = self.days[-1].date + datetime.timedelta(days=1)
        found = next(self._first(days_from(after, self.span[1]), 1), None)
        return f"?{urlencode({'day': found.date.isoformat()})}" if found else ""

    @cached_property
    def earlier_url(self) -> str:
        """Where earlier safe days are shown; nothing when there are none."""
        before = outwards(self.start, self.span[0], self.start)
        found = [one.date for one in self._first((day for day in before if day < self.start), SHOWN)]
        return f"?{urlencode({'day': min(found).isoformat()})}" if found else ""

    def _first(self, days: Iterator[datetime.date], count: int) -> Iterator[DayTimes]:
        """So many days that have a safe time."""
        for day in days:
            if self.moving.times(day) and (found := self.safe(self.picker.day(day))):
                yield found
                count -= 1
            if count == 0:
                return

    def safe(self, day: DayTimes) -> DayTimes | None:
        """A day with the times far enough ahead, the visit's own left out; None where none is safe."""
        if day.against or not day.groups:
            return None
        soonest, own = unit_of(self.soonest), self.booking.unit
        groups = []
        for group in day.groups:
            slots = tuple(one for one in group.slots if one.at >= soonest and one.at != own)
            if slots:
                groups.append(Group(group.provider, slots))
        return DayTimes(day.date, tuple(groups), later=day.later) if groups else None

    @cached_property
    def why_none(self) -> tuple[str, ...]:
        """Why no day of the span is safe: what the guard says of those with a time; that others have none."""
        found: dict[str, None] = {}
        timeless = False
        for day in days_from(*self.span):
            timeless |= not self.moving.times(day)
            rules = (one for one in self.moving.against_day(day) if one.kind == RULE and one.date <= day)
            found |= dict.fromkeys(f"{one.text} Rule {one.rule}." if one.rule else one.text for one in rules)
        if timeless:
            which = "the other days" if found else "these days"
            found[NO_TIME.format(self.booking.provider.printed_name, which)] = None
        return tuple(found)

    @cached_property
    def beyond(self) -> tuple[str, ...]:
        """The nearest days after the span that have a time: the practice decides about them."""
        after = days_from(self.span[1] + datetime.timedelta(days=1), self.picker.last)
        return tuple(spoken(day) for day in islice((day for day in after if self.moving.times(day)), BEYOND))

    def wanted(self, to: Destination) -> Wanted | None:
        """The visit at a time chosen for it, with whom it was shown; None unless it is safe there itself."""
        first, last = self.span
        found = self.moving.naming(to.named).at(to) if first <= to.date <= last else None
        return None if found is None or any(stands(one, to) for one in self._against(to)) else found

    def _against(self, to: Destination) -> tuple[Against, ...]:
        return self.moving.naming(to.named).against(to)

    def moves_later(self, to: Destination) -> bool:
        """Whether later visits would break a rule where they are, so that they have to move along."""
        return bool(self._against(to))

    def provider(self, wanted: Wanted) -> str:
        """With whom a visit would be."""
        return self.moving.seats.names[PROVIDER, wanted.provider].name

    def later_lines(self, wanted: Wanted) -> tuple[LaterLine, ...]:
        """What is later than the visit and how it would stand: booked visits stay, windows may shift."""
        then = with_moved(self.situation, wanted).standings
        return tuple(later_lines(self.situation.standings, then, self.booking))


def stands(one: Against, to: Destination) -> bool:
    """Whether a problem is about the visit itself, and not about a later one."""
    return one.kind == PLACE or one.date <= to.date


def later_lines(now: Standings, then: Standings, booking: Booking) -> Iterator[LaterLine]:
    """Each later visit with its booked day, each later session in need of a date with its days."""
    for one in now.bookings:
        if one.unit > booking.unit:
            names = tuple(str(each.name) for each in one.sessions.all() if each.is_live)
            when = f"{spoken(one.date)}, {one.starts}"
            yield LaterLine(names, when, when)
    windows = {(one.key, one.number): one.window for one in then.needs_a_date}
    for session in now.needs_a_date:
        after = windows[session.key, session.number]
        what = f"{session.name}, {session.round}"
        yield LaterLine((what,), window_words(session.window), window_words(after))
