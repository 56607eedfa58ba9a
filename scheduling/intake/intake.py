"""What a coordinator enters for one patient."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from treatments.routing import Want

VISIT_COSTS = {"closest_to_protocol": 3, "balanced": 21, "fewest_visits": 60}


@dataclass(frozen=True, slots=True)
class Past:
    """A treatment the patient has had; `counts` says whether it is a session of its series."""

    treatment: str
    area: str
    date: date
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Event:
    """A day the patient wants to look and feel at ease on."""

    name: str
    date: date


@dataclass(frozen=True, slots=True)
class Away:
    """Days the patient cannot come, both ends included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Discussed:
    """What a discussion with the provider came to: agreed, declined or deferred; a reason for an override."""

    topic: str
    outcome: str
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The wish to space Botox out, for cost or time, and whether fading was observed (R12)."""

    series: str
    reason: str
    fading_observed: bool


@dataclass(frozen=True, slots=True)
class Intake:
    """Everything a recommendation is made from. `rounds` sets how many initial sessions a series has."""

    start: date
    concerns: tuple[Want, ...]
    horizon_months: int = 18
    age: int | None = None
    findings: tuple[str, ...] = ()
    rounds: Mapping[str, int] = field(default_factory=dict)
    stretch: Stretch | None = None
    history: tuple[Past, ...] = ()
    discussed: tuple[Discussed, ...] = ()
    events: tuple[Event, ...] = ()
    away: tuple[Away, ...] = ()
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5)
    preference: str = "balanced"

    @property
    def visit_cost(self) -> int:
        """What one more visit costs at the patient's preference, in cost units."""
        return VISIT_COSTS[self.preference]

    @property
    def outcomes(self) -> dict[str, str]:
        """What the discussions came to, by topic."""
        return {one.topic: one.outcome for one in self.discussed}
