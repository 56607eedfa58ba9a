"""The steps of a visit: what happens one after the other, and whom and what each of them holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .bits import units

PATIENT, PROVIDER, ROOM, DEVICE = "patient", "provider", "room", "device"
CHECK_IN, TURN_OVER = 10, 10
ORDER = {"energy": 0, "filler": 1, "toxin": 2}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name, its length in minutes, and the kinds of resources it holds."""

    name: str
    minutes: int
    holds: frozenset[str]

    @property
    def units(self) -> int:
        """Its length in five-minute units, a begun one counted whole."""
        return units(self.minutes)


@dataclass(frozen=True, slots=True)
class Treated:
    """What a visit's steps are made from: a session with the numbers of its protocol.

    `kind` is energy, filler or toxin; `minutes` the treatment itself, `numbing` the minutes of cream before
    it (the provider may work elsewhere meanwhile), `block` those of a dental block (the provider gives it).
    """

    name: str
    kind: str
    minutes: int
    numbing: int = 0
    block: int = 0


def steps_of(sessions: Sequence[Treated]) -> tuple[Step, ...]:
    """The steps of one visit in their order: check-in, numbing once, then each treatment, then turn-over.

    Needles of an energy device come first on skin that nothing was injected into, filler before toxin
    always (R40, X1, X6); sessions of a kind keep their order. ValueError for a visit of nothing.
    """
    if not sessions:
        raise ValueError("a visit has at least one session")
    return tuple(_steps(sorted(sessions, key=lambda one: ORDER[one.kind])))


def _steps(sessions: Sequence[Treated]) -> Iterator[Step]:
    yield Step("check-in", CHECK_IN, frozenset({PATIENT}))
    if numbing := max(one.numbing for one in sessions):
        yield Step("numbing", numbing, frozenset({PATIENT, ROOM}))
    for one in sessions:
        if one.block:
            yield Step("dental block", one.block, frozenset({PATIENT, PROVIDER, ROOM}))
        holds = {PATIENT, PROVIDER, ROOM} | ({DEVICE} if one.kind == "energy" else set())
        yield Step(one.name, one.minutes, frozenset(holds))
    yield Step("turn-over", TURN_OVER, frozenset({ROOM}))


def length(steps: Sequence[Step]) -> int:
    """Units from the first step to the end of the last."""
    return sum(step.units for step in steps)


def held(steps: Sequence[Step], kind: str) -> tuple[tuple[int, int], ...]:
    """When a kind of resource is held, as (first unit after the start, units); steps in a row are one."""
    found: list[tuple[int, int]] = []
    place = 0
    for step in steps:
        if kind in step.holds:
            if found and sum(found[-1]) == place:
                found[-1] = (found[-1][0], found[-1][1] + step.units)
            else:
                found.append((place, step.units))
        place += step.units
    return tuple(found)
