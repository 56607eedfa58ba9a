"""A plan as a strip: its visits from left to right, with the sessions that need a look marked."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from scheduling.intake.recommendation import Recommendation
from scheduling.naming import Names, SeriesName
from scheduling.planning.reasons import spoken
from scheduling.review.deviations import Deviation

WEEK = 7


@dataclass(frozen=True, slots=True)
class Stop:
    """A session within a visit of the strip; `minded` says whether a deviation is about it."""

    name: SeriesName
    number: int
    of: int
    minded: bool


@dataclass(frozen=True, slots=True)
class StripVisit:
    """A visit of the strip; `weeks` counts from the visit before, in whole weeks, None for the first."""

    date: date
    minutes: int
    weeks: int | None
    stops: tuple[Stop, ...]

    @property
    def day(self) -> str:
        """The date with its weekday."""
        return spoken(self.date)

    @property
    def minded(self) -> bool:
        """Whether one of its sessions needs a look."""
        return any(stop.minded for stop in self.stops)


@dataclass(frozen=True, slots=True)
class Lane:
    """A series in the strip's legend: its name and how many sessions of it are planned."""

    name: SeriesName
    count: int
    initial: int


@dataclass(frozen=True, slots=True)
class Strip:
    """The whole strip with its legend."""

    visits: tuple[StripVisit, ...]
    lanes: tuple[Lane, ...]


def strip_of(found: Recommendation, names: Names, each: Collection[Deviation]) -> Strip:
    """Draw a solved recommendation, its deviating sessions marked."""
    minded = {(one.series, one.number) for one in each if one.number is not None}
    counts = {one.key: len(one.sessions) for one in found.problem.series}
    visits: list[StripVisit] = []
    for visit in found.solution.visits if found.solution else ():
        stops = tuple(
            Stop(names[one.series], one.number, counts[one.series], (one.series, one.number) in minded)
            for one in visit.sessions
        )
        weeks = (visit.date - visits[-1].date).days // WEEK if visits else None
        visits.append(StripVisit(visit.date, visit.minutes, weeks, stops))
    lanes = tuple(Lane(names[one.key], counts[one.key], one.initial) for one in found.series)
    return Strip(tuple(visits), lanes)
