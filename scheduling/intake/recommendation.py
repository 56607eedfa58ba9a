"""What an intake comes to: the problem and its solution, and the rule behind every part of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from scheduling.planning.problem import Problem
from scheduling.planning.solution import Solution

from .intake import Intake


@dataclass(frozen=True, slots=True)
class Because:
    """A rule of the practice (R33) or the library (X2, F7) in words, and its source with grade."""

    rule: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class PlannedSeries:
    """A series of the problem and the rules that made it; `initial` of its sessions are the first series."""

    key: str
    severity: str
    initial: int
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Declined:
    """A concern that gets no treatment, and why."""

    concern: str
    area: str
    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Discuss:
    """What the provider has to discuss first; `topic` is the key of the series or booster in question."""

    topic: str
    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Caution:
    """What must be acknowledged about a session of a series, counted from 1 within the plan."""

    series: str
    number: int
    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Expected:
    """A sentence for the patient and the rule it rests on."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The whole answer to an intake; `solution` is None until it was solved.

    `rules` holds the rule behind elements of the problem, by kind, series (None where the problem holds
    the list) and index: forbidden, discouraged and window (index None) of a series, separation, target.
    """

    intake: Intake
    problem: Problem
    solution: Solution | None = None
    series: tuple[PlannedSeries, ...] = ()
    declined: tuple[Declined, ...] = ()
    discuss: tuple[Discuss, ...] = ()
    warnings: tuple[Caution, ...] = ()
    expectations: tuple[Expected, ...] = ()
    rules: Mapping[tuple[str, str | None, int | None], Because] = field(default_factory=dict)

    def rule_for(self, kind: str, series: str | None = None, index: int | None = None) -> Because | None:
        """The rule behind a reason of the planner, named as `planning.reasons.Reason` names it."""
        if kind in ("separation", "order"):
            return self.rules.get(("separation", None, index))
        if kind == "target":
            return self.rules.get(("target", None, index))
        if kind in ("forbidden", "discouraged"):
            return self.rules.get((kind, series, index))
        return self.rules.get(("window", series, None)) if kind in ("window", "drift") else None
