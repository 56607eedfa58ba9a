"""How planners stand beside each other on the same cases: medians, p95, share proven, agreement."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from math import ceil
from statistics import median

PROVEN = ("optimal", "infeasible")
PROMPT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Measured:
    """What one planner answered to one case, and the wall-clock seconds from the problem to the answer."""

    status: str
    seconds: float
    cost: int | None = None
    day_sum: int | None = None

    @property
    def proven(self) -> bool:
        return self.status in PROVEN

    @property
    def answer(self) -> tuple[str, int | None, int | None]:
        return (self.status, self.cost, self.day_sum)


@dataclass(frozen=True, slots=True)
class Summary:
    """One planner over all cases. A case given up counts with the seconds spent on it."""

    median_seconds: float
    p95_seconds: float
    proven_promptly: float
    proven: float


def summary(measured: Sequence[Measured]) -> Summary:
    """Sum up one planner's cases, of which there is at least one; shares lie between 0 and 1."""
    seconds = sorted(one.seconds for one in measured)
    prompt = [one for one in measured if one.proven and one.seconds <= PROMPT_SECONDS]
    return Summary(
        median_seconds=median(seconds),
        p95_seconds=seconds[ceil(0.95 * len(seconds)) - 1],
        proven_promptly=len(prompt) / len(seconds),
        proven=sum(one.proven for one in measured) / len(seconds),
    )


def disagreements(case: str, answers: Iterable[tuple[str, Measured]]) -> list[str]:
    """A line for each answer to a case that cannot be true beside the first proven one."""
    named = list(answers)
    judge = next(((name, one) for name, one in named if one.proven), None)
    if judge is None:
        return []
    return [
        f"{case}: {name} says {one.answer}, {judge[0]} says {judge[1].answer}"
        for name, one in named
        if contradicts(one, judge[1])
    ]


def contradicts(one: Measured, proven: Measured) -> bool:
    """Whether an answer and a proven one cannot both be true."""
    if one.proven:
        return one.answer != proven.answer
    if one.cost is None:
        return False
    if proven.cost is None or proven.day_sum is None or one.day_sum is None:
        return True
    return (one.cost, one.day_sum) < (proven.cost, proven.day_sum)


def table(summaries: dict[str, Summary], cases: int, first: str) -> str:
    """The comparison as a markdown table; how often slower is by the medians, beside `first`."""
    prompt = f"proven within {PROMPT_SECONDS:.0f} s"
    lines = [
        f"| {cases} cases | median | p95 | {prompt} | proven | median beside ours |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, one in summaries.items():
        ratio = one.median_seconds / summaries[first].median_seconds
        lines.append(
            f"| {name} | {spoken(one.median_seconds)} | {spoken(one.p95_seconds)} "
            f"| {one.proven_promptly:.0%} | {one.proven:.0%} | {ratio:.3g} × |"
        )
    return "\n".join(lines)


def spoken(seconds: float) -> str:
    """Seconds as a table shows them."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def as_json(
    measured: dict[str, dict[str, Measured]], summaries: dict[str, Summary], wrong: list[str]
) -> dict[str, object]:
    """Everything measured, case by case, as plain JSON values."""
    return {
        "cases": {
            case: {name: asdict(one) for name, one in answers.items()} for case, answers in measured.items()
        },
        "summary": {name: asdict(one) for name, one in summaries.items()},
        "disagreements": wrong,
    }
