"""When an extra treatment before an event could be (R14): by the event's days, and by what is near it."""

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from scheduling.course.situation import Situation
from scheduling.course.standing import Standing
from scheduling.guard.beside import Dated, Kept, had, minimum_of
from scheduling.models import PlanSeries
from scheduling.planning.durations import Duration
from scheduling.planning.problem import Span
from scheduling.planning.reasons import spoken_range
from treatments.models import ProtocolVersion
from treatments.protocols import Protocol

DAY = datetime.timedelta(days=1)
FAR = 10_000  # days before an event, where a protocol aims at no earliest one


@dataclass(frozen=True)
class Extra:
    """An extra treatment of one series before an event.

    `good` are the days recommended for it, `near` those nearer to the event that its floor still allows;
    `kept` says what keeps it off days of both, `minimum` how far apart two sessions are. `in_time` are days
    booked or treated on that serve the event already, `could` is a session without a date that could.
    """

    series: PlanSeries
    protocol: Protocol
    event: datetime.date
    good: tuple[Span, ...]
    near: tuple[Span, ...]
    kept: tuple[Kept, ...]
    minimum: Duration
    in_time: tuple[datetime.date, ...]
    could: Standing | None

    @property
    def days(self) -> tuple[Span, ...]:
        """The days it could be on: the recommended ones, else those nearer to the event."""
        return self.good or self.near


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
        floor, ideal = event - band.blackout * DAY, event - (band.ideal or FAR) * DAY
        best = Span(ideal, event - band.warn * DAY)
        kept = tuple(self._kept(series))
        return Extra(
            series=series,
            protocol=protocol,
            event=event,
            good=tuple(runs(self._free(max(first, ideal), best.last, kept))),
            near=tuple(runs(self._free(max(first, best.last + DAY), floor, kept))),
            kept=tuple(one for one in kept if overlap(one[0], Span(max(first, ideal), floor))),
            minimum=minimum_of(series),
            in_time=tuple(self._in_time(key, best)),
            could=self._could(key, replace(best, first=max(first, ideal))),
        )

    def _kept(self, series: PlanSeries) -> Iterator[Kept]:
        """The days that all other treatments keep it off: after each, and before those to come."""
        spacing, minimum = self.situation.spacing, minimum_of(series)
        for one in self.treated:
            found = [*spacing.after(series.key, minimum, one)]
            if one.date > self.standings.today:
                found += spacing.before(series.key, minimum, one)
            yield from self.situation.named(series.key, found)

    def _free(self, first: datetime.date, last: datetime.date, kept: Collection[Kept]) -> list[datetime.date]:
        open_days = self.situation.location.weekdays
        off = [*self.shut, *(span for span, _ in kept)]
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
