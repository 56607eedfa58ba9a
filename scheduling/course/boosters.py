"""When an extra treatment before an event could be (R14): by the event's days, and by what is near it."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from scheduling.course.situation import Situation
from scheduling.course.standing import Standing
from scheduling.guard.beside import Dated, Kept, had, minimum_of
from scheduling.intake.events import bands
from scheduling.intake.intake import Event
from scheduling.models import PlanSeries
from scheduling.planning.durations import Duration
from scheduling.planning.problem import Span
from scheduling.planning.reasons import spoken, spoken_range
from treatments.models import ProtocolVersion
from treatments.protocols import Protocol

DAY = datetime.timedelta(days=1)
FAR = 10_000  # days before an event, where a protocol aims at no earliest one


Close = tuple[Event, Span]


@dataclass(frozen=True, slots=True)
class Near:
    """Days closer than recommended to the event itself (`own`), to `others` of the patient, or to both."""

    spans: tuple[Span, ...]
    own: bool
    others: tuple[Event, ...] = ()


@dataclass(frozen=True)
class Extra:
    """An extra treatment of one series before an event.

    `good` are the days recommended for it, `near` those nearer to this or another event that the floors of
    all still allow; `kept` says what treatments keep it off days of both, `others` are the events that do,
    `minimum` how far apart two sessions are. `in_time` are days booked or treated on that serve the event
    already, `could` is a session without a date that could.
    """

    series: PlanSeries
    protocol: Protocol
    event: datetime.date
    good: tuple[Span, ...]
    near: tuple[Near, ...]
    kept: tuple[Kept, ...]
    others: tuple[Event, ...]
    minimum: Duration
    in_time: tuple[datetime.date, ...]
    could: Standing | None

    @property
    def days(self) -> tuple[Span, ...]:
        """The days it could be on: the recommended ones, else those nearer to an event."""
        near = (span for one in self.near for span in one.spans)
        return self.good or tuple(sorted(near, key=lambda span: span.first))


class Extras:
    """What could be given before events beside one plan; the plan and its rules are read once for all."""

    def __init__(self, situation: Situation):
        self.situation, self.standings = situation, situation.standings

    @cached_property
    def protocols(self) -> Mapping[str, Protocol]:
        """The protocols the series were planned by."""
        wanted = [one.protocol_version_id for one in self.standings.series.values()]
        found = ProtocolVersion.objects.filter(pk__in=wanted).with_details()
        return {record.key: record for record in (one.as_record() for one in found)}

    @cached_property
    def shut(self) -> tuple[Span, ...]:
        """The days the location is closed."""
        return tuple(Span(one.first, one.last) for one in self.situation.location.closures.all())

    @cached_property
    def treated(self) -> tuple[Dated, ...]:
        """All that the patient had and is booked for, in this plan and beside it."""
        standings, beside = self.standings, self.situation.beside
        names = {key: str(one.name) for key, one in standings.series.items()}
        own = (
            Dated(key, names[key], booking.date)
            for (key, _), booking in standings.booked.items()
            if booking.date >= standings.today
        )
        past = had(self.situation.version, standings)
        return tuple(dict.fromkeys((*past, *own, *beside.boosters, *beside.others)))

    def of(self, key: str, event: datetime.date) -> Extra:
        """An extra treatment of a series of the plan before a day."""
        series, protocol = self.standings.series[key], self.protocols[key]
        band, first = protocol.event, self.standings.today + DAY
        ideal, floor = event - (band.ideal or FAR) * DAY, event - band.blackout * DAY
        best, could = Span(ideal, event - band.warn * DAY), Span(max(first, ideal), floor)
        kept, (off, close) = tuple(self._kept(series)), self._others(protocol, event)
        free = self._free(could.first, floor, [*(span for span, _ in kept), *(span for _, span in off)])
        good = [day for day in free if day <= best.last and not close_to(day, close)]
        return Extra(
            series=series,
            protocol=protocol,
            event=event,
            good=tuple(runs(good)),
            near=tuple(near_runs([day for day in free if day not in set(good)], best, close)),
            kept=tuple(one for one in kept if overlap(one[0], could)),
            others=tuple(dict.fromkeys(one for one, span in (*off, *close) if overlap(span, could))),
            minimum=minimum_of(series),
            in_time=tuple(self._in_time(key, best)),
            could=self._could(key, replace(best, first=could.first)),
        )

    def _others(self, protocol: Protocol, event: datetime.date) -> tuple[list[Close], list[Close]]:
        """The days that a session keeps off before other events, and those it had better not use."""
        found: dict[str, list[Close]] = {"forbidden": [], "discouraged": []}
        for one in self.situation.events:
            for kind, span, _ in bands([one] if one.date != event else [], protocol, 0):
                found[kind].append((one, span))
        return found["forbidden"], found["discouraged"]

    def _kept(self, series: PlanSeries) -> Iterator[Kept]:
        """The days that all other treatments keep it off: after each, and before those to come."""
        spacing, minimum = self.situation.spacing, minimum_of(series)
        for one in self.treated:
            found = [*spacing.after(series.key, minimum, one)]
            if one.date > self.standings.today:
                found += spacing.before(series.key, minimum, one)
            yield from self.situation.named(series.key, found)

    def _free(self, first: datetime.date, last: datetime.date, kept: Iterable[Span]) -> list[datetime.date]:
        open_days = self.situation.location.weekdays
        off = [*self.shut, *kept]
        days = (first + ahead * DAY for ahead in range((last - first).days + 1))
        return [day for day in days if day.isoweekday() in open_days and not any(day in one for one in off)]

    def _in_time(self, key: str, span: Span) -> Iterator[datetime.date]:
        booked = {number: one.date for (held, number), one in self.standings.booked.items() if held == key}
        done = {number: day for (held, number), day in self.standings.done.items() if held == key}
        return (day for day in sorted({**booked, **done}.values()) if day in span)

    def _could(self, key: str, span: Span) -> Standing | None:
        """The first session without a date whose own days reach into the recommended ones."""
        undated = (one for one in self.standings.needs_a_date if one.key == key)
        windows = ((one, Span(one.window.earliest, one.window.end)) for one in undated)
        return next((one for one, window in windows if overlap(window, span)), None)


def close_to(day: datetime.date, close: Iterable[Close]) -> tuple[Event, ...]:
    """The events that a day is closer to than recommended."""
    return tuple(one for one, span in close if day in span)


def near_runs(days: Iterable[datetime.date], best: Span, close: Sequence[Close]) -> Iterator[Near]:
    """Days that are no recommended ones, by the events they are closer to than recommended, in order."""
    found: dict[tuple[bool, tuple[Event, ...]], list[datetime.date]] = defaultdict(list)
    for day in days:
        found[day > best.last, close_to(day, close)].append(day)
    yield from (Near(tuple(runs(some)), own, others) for (own, others), some in found.items())


def runs(days: Collection[datetime.date]) -> Iterator[Span]:
    """Days as spans with both ends; a weekend or a few shut days do not end one, a week does."""
    first = last = None
    for day in days:
        if first is not None and last is not None and (day - last).days > 7:
            yield Span(first, last)
            first = None
        first, last = first or day, day
    if first is not None and last is not None:
        yield Span(first, last)


def overlap(one: Span, other: Span) -> bool:
    """Whether two spans share a day."""
    return max(one.first, other.first) <= min(one.last, other.last)


def span_words(spans: Iterable[Span]) -> str:
    """Days with both ends, one span after the other."""
    return " or ".join(spoken_range(one.first, one.last) for one in spans)


def event_words(one: Event) -> str:
    """An event as it is named: Reunion on Tue 2 Feb 2027."""
    return f"{one.name} on {spoken(one.date)}"


def near_to(one: Near, own: str) -> str:
    """The events that days are closer to than recommended, the event itself called as `own` says."""
    return " and ".join([*([own] if one.own else []), *(event_words(each) for each in one.others)])
