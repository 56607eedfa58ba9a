"""A plan that waits for a provider's word, with what has to be looked at."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from scheduling.models import PlanSeries, PlanVersion
from scheduling.naming import Names
from scheduling.plan_page.summary import Summary, summary
from scheduling.review.deviations import OPEN, Deviation, Rounds, deviations, set_aside, weight_of
from scheduling.review.strip import Strip, strip_of


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


def rounds_of(series: Iterable[PlanSeries]) -> Mapping[str, Rounds]:
    """What the protocol version of each series says about its first sessions."""
    return {
        one.key: Rounds(one.protocol_version.sessions_minimum, one.protocol_version.sessions_severe, one.done)
        for one in series
    }
