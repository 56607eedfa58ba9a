"""A plan in a few figures, and what one choice gives up against another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from scheduling.intake.recommendation import Recommendation
from scheduling.naming import Names
from scheduling.planning.check import missed_targets
from scheduling.planning.reasons import days_in_words
from scheduling.planning.solution import Placed


@dataclass(frozen=True, slots=True)
class Summary:
    """A plan in figures: days outside recommended windows are summed over all sessions.

    `gap` is how much cheaper, in cost units, a plan could still be; 0 when it is proven best.
    """

    visits: int
    sessions: int
    series: int
    first: date
    last: date
    outside: int
    gap: int
    proven: bool

    @property
    def months(self) -> int:
        """Calendar months from the first visit to the last, a begun month counted whole."""
        apart = relativedelta(self.last, self.first)
        return max(1, 12 * apart.years + apart.months + (apart.days > 0))

    @property
    def saved(self) -> int:
        """Trips saved against one visit for every session."""
        return self.sessions - self.visits


def summary(found: Recommendation) -> Summary | None:
    """Sum a recommendation up; None when it has no plan."""
    solution = found.solution
    if solution is None or solution.terms is None or not solution.visits:
        return None
    placed = list(solution.placed())
    gap = 0 if solution.bound is None else max(0, solution.terms.total - solution.bound)
    return Summary(
        visits=len(solution.visits),
        sessions=len(placed),
        series=len(found.problem.series),
        first=solution.visits[0].date,
        last=solution.visits[-1].date,
        outside=sum(days_outside(one) for one in placed),
        gap=gap,
        proven=solution.status == "optimal",
    )


def days_outside(placed: Placed) -> int:
    """How many days a session lies before or after its recommended days."""
    early, late = (placed.window.start - placed.date).days, (placed.date - placed.window.end).days
    return max(0, early, late)


def outside_words(placed: Placed) -> str:
    """How far outside its recommended days a session lies, in words; empty when inside."""
    days = days_outside(placed)
    if not days:
        return ""
    return f"{days_in_words(days)} {'early' if placed.date < placed.window.start else 'late'}"


def given_up(found: Recommendation, names: Names) -> str:
    """What a plan gives up, in a sentence: events it misses, and the session furthest outside its window."""
    if found.solution is None or found.solution.terms is None:
        return ""
    missed = missed_targets(found.problem, found.solution.dates)
    events = dict.fromkeys(target.span.reason.removeprefix("event: ") for target in missed)
    parts = [f"Misses the best days before {event}" for event in events]
    outside = [one for one in found.solution.placed() if days_outside(one)]
    if outside:
        parts.append(furthest(outside, names))
    return "; ".join(parts) or "Every session inside its recommended days"


def furthest(outside: Sequence[Placed], names: Names) -> str:
    """The session that lies furthest outside its recommended days, and how many more there are."""
    worst = max(outside, key=days_outside)
    text = f"{names[worst.series]}, session {worst.number} comes {outside_words(worst)}"
    more = len(outside) - 1
    return f"{text}; {more} more outside" if more else text


def rounds_given_up(found: Recommendation, counts: Mapping[str, int]) -> str:
    """What a number of first rounds leaves out of what the findings would get (`counts` by series)."""
    initial = {one.key: one.initial for one in found.series}
    fewer = sum(max(0, counts[key] - initial.get(key, 0)) for key in counts)
    more = sum(max(0, initial.get(key, 0) - counts[key]) for key in counts)
    if fewer:
        return f"{fewer} first session{'s' if fewer > 1 else ''} fewer than these findings usually get"
    if more:
        return f"{more} first session{'s' if more > 1 else ''} more than these findings usually get"
    return "As many first sessions as these findings usually get"
