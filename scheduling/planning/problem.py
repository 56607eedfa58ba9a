"""The planning problem: every series of one patient, and what ties their dates together.

All dates are local calendar dates, ranges include both ends, costs and weights are integers of at
least 0, minutes are minutes.
"""

from dataclasses import dataclass
from datetime import date

from .durations import Duration


@dataclass(frozen=True, slots=True)
class FourDates:
    """The window of a session as dates: `earliest` and `latest` are hard, `start`..`end` is recommended."""

    earliest: date
    start: date
    end: date
    latest: date


@dataclass(frozen=True, slots=True)
class Interval:
    """The window of a later session as durations from the session before it."""

    minimum: Duration
    start: Duration
    end: Duration
    latest: Duration

    def counted_from(self, previous: date) -> FourDates:
        """Turn into dates, counted from the actual date of the session before."""
        return FourDates(
            self.minimum.after(previous),
            self.start.after(previous),
            self.end.after(previous),
            self.latest.after(previous),
        )


@dataclass(frozen=True, slots=True)
class Session:
    """The n-th treatment of a series; `pinned` holds it on its `booked` date."""

    window: FourDates | Interval
    booked: date | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A range of dates, what a session inside it costs, and why."""

    first: date
    last: date
    reason: str = ""
    cost: int = 0

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Series:
    """One treatment on one area: its sessions in order. The first has dates, the others durations."""

    key: str
    treatment: str
    area: str
    minutes: int
    sessions: tuple[Session, ...]
    weight: int = 1
    forbidden: tuple[Span, ...] = ()
    discouraged: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Separation:
    """No session of a treatment in `after` within `days` after one in `before` (0 < gap < days).

    Without `same_visit` they may not share a visit either.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    days: int
    same_visit: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """A range that at least one session of `series` should meet; missing it costs `span.cost`."""

    series: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything that decides the dates of one patient's plan."""

    start: date
    end: date
    weekdays: tuple[int, ...]
    visit_cost: int
    series: tuple[Series, ...]
    closed: tuple[Span, ...] = ()
    separations: tuple[Separation, ...] = ()
    targets: tuple[Target, ...] = ()
    move_cost: int = 0
    max_visit_minutes: int | None = None
    visit_overhead_minutes: int = 0
