"""What `benchmarks/availability.py` measured, as a table and against its goals."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.asking import EACH, TOGETHER
from benchmarks.visits import Filled

FASTER, AT_ONCE, CHANGE = 300, 0.003, 0.10
PROVIDERS, DAYS, FAR = 10, 14, 90


@dataclass
class Row:
    """One size of the workload: seconds of every repeat, by what was asked; `slots` of all providers."""

    providers: int
    days: int
    stored: int
    filled: Filled
    ours: dict[str, list[float]]
    sweep: dict[str, list[float]]
    slots: int
    agrees: bool
    peer: list[float] = field(default_factory=list)

    @property
    def size(self) -> str:
        return f"{self.providers} × {self.days}, {self.stored:,}"


@dataclass(frozen=True)
class Goal:
    """What was to be reached, what was reached, and whether that is enough."""

    name: str
    reached: str
    met: bool

    def __str__(self) -> str:
        return f"{'met' if self.met else 'MISSED'}: {self.name}: {self.reached}"


def table(rows: Sequence[Row]) -> str:
    """The medians as a markdown table, each beside ours."""
    lines = [
        "| providers × days, stored | ours, each provider | django-appointment | interval sweep "
        "| ours, with room and device | interval sweep |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        each, together = median(row.ours[EACH]), median(row.ours[TOGETHER])
        cells = [
            row.size,
            spoken(each),
            beside(row.peer, each),
            beside(row.sweep[EACH], each),
            spoken(together),
            beside(row.sweep[TOGETHER], together),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    largest = max(rows, key=lambda row: (row.stored, row.providers)).filled
    lines.append("")
    lines.append(
        f"Our tables at their fullest: {largest.bookings:,} bookings, {largest.busy_days:,} busy days and, "
        f"of the latest, {largest.claims:,} claims."
    )
    return "\n".join(lines)


def goals(rows: Sequence[Row]) -> list[Goal]:
    """The goals in the order of the issue."""
    ours = [row for row in rows if (row.providers, row.days) == (PROVIDERS, DAYS)]
    found = [same(rows)]
    for row in ours:
        if row.peer:
            ratio = median(row.peer) / median(row.ours[EACH])
            name = f"{row.size} stored: at least {FASTER} times faster than django-appointment"
            found.append(Goal(name, f"{ratio:,.0f} times", ratio >= FASTER))
    for row in ours:
        seconds = median(row.ours[TOGETHER])
        name = f"{row.size} stored: with provider, room and device at once under {AT_ONCE * 1000:.0f} ms"
        found.append(Goal(name, spoken(seconds), seconds < AT_ONCE))
    return [*found, *(steady(rows, kind) for kind in (EACH, TOGETHER))]


def same(rows: Sequence[Row]) -> Goal:
    """Whether everybody found the same times."""
    wrong = [row.size for row in rows if not row.agrees]
    return Goal("all find the same times", "; ".join(wrong) or "in every row", not wrong)


def steady(rows: Sequence[Row], kind: str) -> Goal:
    """By how much the time for 90 days changes, at most, from the fewest to the most stored."""
    few, many = min(row.stored for row in rows), max(row.stored for row in rows)
    by_size = {(row.providers, row.stored): median(row.ours[kind]) for row in rows if row.days == FAR}
    changes = {
        providers: by_size[providers, many] / by_size[providers, few] - 1
        for providers in sorted({row.providers for row in rows})
    }
    said = ", ".join(f"{change:+.1%} with {providers}" for providers, change in changes.items())
    name = f"{FAR} days, {kind}: less than {CHANGE:.0%} more from {few:,} to {many:,} stored"
    return Goal(name, said, max(changes.values()) < CHANGE)


def beside(seconds: Sequence[float], ours: float) -> str:
    """A median and how many times longer than ours it is."""
    return f"{spoken(median(seconds))} ({median(seconds) / ours:,.1f} ×)" if seconds else "not asked"


def spoken(seconds: float) -> str:
    """Seconds as a table shows them."""
    return f"{seconds * 1000:.2f} ms" if seconds < 1 else f"{seconds:.1f} s"
