"""How far migrating the chosen plans has come: what became of each, in this answer and in those before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

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
    """What became of some chosen plans now and `before`, and those (ids of versions) that are still to do.

    `unseen` says the same of plans that nobody may see here any more, such as one whose patient was
    transferred meanwhile: by id of version alone.
    """

    now: Sequence[Migrated]
    before: Sequence[Migrated]
    waiting: Sequence[int]
    unseen: Mapping[int, str] = field(default_factory=dict)

    @property
    def done(self) -> int:
        """Of how many plans it is known what became of them."""
        return len(self.now) + len(self.before) + len(self.unseen)

    @property
    def total(self) -> int:
        """How many plans were chosen."""
        return self.done + len(self.waiting)

    @property
    def counts(self) -> dict[str, int]:
        """How many plans came to each result."""
        return {result: len(ids) for result, ids in self.by_result.items()}

    @property
    def by_result(self) -> dict[str, list[int]]:
        """The versions (ids) that came to each result."""
        found = {one.version.pk: one.result for one in (*self.before, *self.now)} | {**self.unseen}
        return {result: [pk for pk, came in found.items() if came == result] for result in RESULTS}

    @property
    def kept(self) -> Iterator[tuple[str, str]]:
        """What going on sends along: the plans to do, and what became of the others, a field for each result.

        Ids are joined by commas, as a form may send only so many fields.
        """
        for name, ids in {"plan": self.waiting, **self.by_result}.items():
            if ids:
                yield name, ",".join(map(str, ids))
