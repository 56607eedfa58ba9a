"""Booked visits as blocks of a calendar's column, in minutes of the day as the clock shows them.

A column belongs to a provider, a room or a device. The steps of a visit that hold it are its solid part,
and those never meet another visit's; the steps before and after are hollow, as the column's holder is free
then. Where hollow parts meet anything, they stand side by side in narrow lanes at the left; brief ones, such
as check-in, are no more than a line beside the solid part's end.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from scheduling.availability.bits import UNIT, units
from scheduling.availability.days import clock
from scheduling.booking_page.words import Line, State

LANES = 3
BRIEF, WORDY = 10, 25  # minutes: up to which a part is a line, from which a narrow lane has room for a word
LINE, EDGE, PIXELS = 18, 7, 8 / 5  # pixels of a line of text, of the edges of a part, of a minute
Steps = Sequence[Sequence]


@dataclass(frozen=True, slots=True)
class Part:
    """Steps in a row that all hold the column's holder, or all leave it free.

    `lane` is the narrow lane of a hollow part, counted from 0; None for the whole width.
    """

    minute: int
    minutes: int
    held: bool
    steps: tuple[str, ...]
    lane: int | None = None

    @property
    def end(self) -> int:
        """The minute it ends at."""
        return self.minute + self.minutes

    @property
    def size(self) -> str:
        """The classes of its length."""
        return lasting(self.minutes)

    @property
    def look(self) -> str:
        """The classes of where it stands: in a narrow lane, or over the whole width."""
        if self.is_brief:
            return "cal-brief"
        return "cal-wide" if self.lane is None else f"cal-narrow cal-lane-{self.lane}"

    @property
    def is_brief(self) -> bool:
        """Whether it is too short to be more than a line."""
        return self.minutes <= BRIEF

    @property
    def word(self) -> str:
        """What happens most of the time, where there is room to say it."""
        if self.is_brief or (self.lane is not None and self.minutes < WORDY):
            return ""
        return self.steps[-1] if self.steps[0] == "check-in" else self.steps[0]

    @property
    def words(self) -> str:
        """What happens and when: check-in, numbing 09:00 to 09:30."""
        return f"{', '.join(self.steps)} {clock(self.minute)} to {clock(self.end % 1440)}"


@dataclass(frozen=True, slots=True)
class Block:
    """A visit in a column: where it stands and all that is written in it.

    `before`, `solid` and `after` are its parts; `indent` counts the narrow lanes left of the solid one;
    `because` says why it cannot take place as booked.
    """

    pk: int
    patient: str
    minute: int
    minutes: int
    before: Part | None
    solid: Part
    after: Part | None
    state: State
    sessions: tuple[Line, ...]
    held: tuple[str, ...]
    movable: bool
    because: str = ""
    indent: int = 0

    @property
    def place(self) -> str:
        """The classes of its beginning."""
        return at(self.minute)

    @property
    def hours(self) -> str:
        """From when to when the patient is here: 09:00 to 10:30."""
        return f"{clock(self.minute)} to {clock((self.minute + self.minutes) % 1440)}"

    @property
    def room(self) -> str:
        """The classes of how much its solid part has room for: one line, marks alone, or everything."""
        lines = int((self.solid.minutes * PIXELS - EDGE) // LINE)
        if lines >= 2 + bool(self.because) + len(self.sessions):
            return ""
        if lines < 2:
            return "cal-short"
        return "cal-tight cal-why" if self.because and lines > 2 else "cal-tight"

    @property
    def what(self) -> str:
        """What is treated, and what stands against it, in one line."""
        treated = (f"{one.name}, {one.place}" for one in self.sessions)
        return "; ".join([*treated, self.because] if self.because else treated)

    @property
    def mark(self) -> str:
        """The treatment whose colour it has: its first."""
        return self.sessions[0].mark if self.sessions else "none"

    @property
    def parts(self) -> tuple[Part, ...]:
        """Its hollow parts that are more than a line."""
        return tuple(part for part in (self.before, self.after) if part and not part.is_brief)


def at(minute: int) -> str:
    """The classes that put something at a minute of the day: h9 m35."""
    return f"h{minute // 60} m{minute % 60}"


def lasting(minutes: int) -> str:
    """The classes that give something the length of so many minutes: for-h1 for-m30."""
    return f"for-h{minutes // 60} for-m{minutes % 60}"


def parts_of(steps: Steps, minute: int, kind: str) -> tuple[Part | None, Part, Part | None]:
    """What comes before, during and after a visit holds the column's holder.

    `steps` are [name, minutes, "patient provider room"]. Steps between two that hold it belong to the solid
    part; a visit that never does is solid as a whole.
    """
    holding = [place for place, (_, _, holds) in enumerate(steps) if kind in holds.split()]
    first, last = (holding[0], holding[-1]) if holding else (0, len(steps) - 1)
    sides = [0 if place < first else 1 if place <= last else 2 for place in range(len(steps))]
    found: dict[int, Part] = {}
    for side, places in groupby(range(len(steps)), key=sides.__getitem__):
        chosen = [steps[place] for place in places]
        length = sum(units(minutes) for _, minutes, _ in chosen) * UNIT
        found[side] = Part(minute, length, side == 1, tuple(name for name, _, _ in chosen))
        minute += length
    return found.get(0), found[1], found.get(2)


def laid_out(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Give hollow parts that meet another visit their lanes, and indent the solid parts beside them."""
    blocks = list(blocks)
    lanes = dict(lanes_of(blocks))
    found = []
    for place, block in enumerate(blocks):
        beside = [
            lane + 1
            for (other, side), lane in lanes.items()
            if other != place and meets(getattr(blocks[other], side), block.solid)
        ]
        parts = {
            side: replace(part, lane=lanes.get((place, side)))
            for side in ("before", "after")
            if (part := getattr(block, side))
        }
        found.append(replace(block, indent=max(beside, default=0), **parts))
    return tuple(found)


def lanes_of(blocks: Sequence[Block]) -> Iterator[tuple[tuple[int, str], int]]:
    """The lane of every hollow part, by block and side, that meets any part of another block."""
    hollow = [
        ((place, side), part)
        for place, block in enumerate(blocks)
        for side in ("before", "after")
        if (part := getattr(block, side)) and not part.is_brief
    ]
    ends: list[int] = []
    for (place, side), part in sorted(hollow, key=lambda one: (one[1].minute, one[0])):
        others = (one for at_, one in enumerate(blocks) if at_ != place)
        if any(meets(part, other) for one in others for other in (one.solid, *one.parts)):
            lane = next((lane for lane, end in enumerate(ends) if end <= part.minute), len(ends))
            lane = min(lane, LANES - 1)
            ends[lane : lane + 1] = [part.end]
            yield (place, side), lane


def meets(one: Part, other: Part) -> bool:
    """Whether two parts share a minute."""
    return one.minute < other.end and other.minute < one.end
