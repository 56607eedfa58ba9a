"""The plans that wait for a provider's word: those that leave the rules first, then the oldest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from scheduling.models import PlanSeries, PlanVersion
from scheduling.naming import Names
from scheduling.plan_page.summary import Summary, summary
from scheduling.review.deviations import OPEN, Deviation, Rounds, deviations, set_aside, weight_of
from scheduling.review.strip import Strip, strip_of

SHOWN = 60  # lines of the list beside the card; the rest is counted


class Waits:
    """A proposed version with what a provider has to look at; its series must be prefetched."""

    def __init__(self, version: PlanVersion):
        self.version, self.plan = version, version.plan
        self.patient, self.found = version.plan.patient, version.recommendation

    @cached_property
    def names(self) -> Names:
        """What its series and topics are called."""
        return self.version.names

    @cached_property
    def series(self) -> Sequence[PlanSeries]:
        """The rows of its series."""
        return list(self.version.series.all())

    @cached_property
    def deviations(self) -> tuple[Deviation, ...]:
        """Where it leaves the recommended way, what weighs most first."""
        return deviations(self.found, self.names, rounds_of(self.series))

    @cached_property
    def weight(self) -> int:
        """How much that weighs together."""
        return weight_of(self.deviations)

    @property
    def set_aside(self) -> tuple[str, ...]:
        """The rules it goes against: signing needs a reason."""
        return set_aside(self.deviations)

    @property
    def open(self) -> tuple[Deviation, ...]:
        """The discussions without an outcome."""
        return tuple(one for one in self.deviations if one.level == OPEN)

    @cached_property
    def strip(self) -> Strip:
        """The plan as a strip."""
        return strip_of(self.found, self.names, self.deviations)

    @cached_property
    def summary(self) -> Summary | None:
        """The plan in figures."""
        return summary(self.found)


@dataclass(frozen=True, slots=True)
class Queue:
    """The waiting plans in order, and the one that is looked at; None when nothing waits."""

    waiting: tuple[Waits, ...]
    current: Waits | None

    @property
    def place(self) -> int:
        """Where the current plan stands, counted from 0."""
        return next((at for at, one in enumerate(self.waiting) if one is self.current), 0)

    @property
    def before(self) -> Waits | None:
        """The plan before the current one."""
        return self.waiting[self.place - 1] if self.place else None

    @property
    def after(self) -> Waits | None:
        """The plan after the current one."""
        return next(iter(self.waiting[self.place + 1 : self.place + 2]), None)

    @property
    def next(self) -> Waits | None:
        """Where to go on once the current plan is decided: the one after it, or the first of the others."""
        others = (one for one in self.waiting if one is not self.current)
        return self.after or next(others, None)

    @property
    def to_look_at(self) -> int:
        """How many of them leave the recommended way."""
        return sum(bool(one.deviations) for one in self.waiting)

    @property
    def shown(self) -> tuple[Waits, ...]:
        """The lines beside the card: as many as a page bears, the current one among them."""
        first = max(0, min(self.place - SHOWN // 2, len(self.waiting) - SHOWN))
        return self.waiting[first : first + SHOWN]

    @property
    def more(self) -> int:
        """How many wait that are not shown."""
        return len(self.waiting) - len(self.shown)


def queue_of(versions: Iterable[PlanVersion], plan: int | None = None) -> Queue:
    """Order proposed versions; `plan` is the id of the one to look at, the first of all without one."""
    each = sorted((Waits(one) for one in versions), key=lambda one: (-one.weight, *oldest(one)))
    current = next((one for one in each if plan in (None, one.plan.pk)), None)
    return Queue(tuple(each), current)


def oldest(one: Waits):
    """Where a plan stands among those that weigh the same."""
    return one.version.proposed_at, one.version.pk


def rounds_of(series: Iterable[PlanSeries]) -> Mapping[str, Rounds]:
    """What the protocol version of each series says about its first sessions."""
    return {
        one.key: Rounds(one.protocol_version.sessions_minimum, one.protocol_version.sessions_severe, one.done)
        for one in series
    }
