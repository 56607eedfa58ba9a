"""How far migrating the chosen plans has come: what became of each, in this answer and in those before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scheduling.lab.after import ToReplan
from scheduling.models import PlanVersion

MIGRATED, UNCHANGED, UNPROVEN, REFUSED = "migrated", "unchanged", "unproven", "refused"
RESULTS = (MIGRATED, UNCHANGED, UNPROVEN, REFUSED)


@dataclass(frozen=True, slots=True)
class Migrated:
    """What became of one chosen plan (one of RESULTS), with why, or what is to do.

    `version` was looked at, `made` took its place.
    """

    version: PlanVersion
    result: str
    why: str = ""
    made: PlanVersion | None = None
    replan: tuple[ToReplan, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """What became of some chosen plans now and `before`, and those (ids of versions) that are still to do."""

    now: Sequence[Migrated]
    before: Sequence[Migrated]
    waiting: Sequence[int]

    @property
    def done(self) -> int:
        """Of how many plans it is known what became of them."""
        return len(self.now) + len(self.before)

    @property
    def total(self) -> int:
        """How many plans were chosen."""
        return self.done + len(self.waiting)

    @property
    def counts(self) -> dict[str, int]:
        """How many plans came to each result."""
        results = [one.result for one in (*self.before, *self.now)]
        return {result: results.count(result) for result in RESULTS}

    @property
    def kept(self) -> Iterator[tuple[str, int]]:
        """What going on sends along, as fields of a form: the plans to do, and what became of the others."""
        yield from (("plan", pk) for pk in self.waiting)
        yield from ((one.result, one.version.pk) for one in (*self.before, *self.now))
