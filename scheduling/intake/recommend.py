"""From an intake to a proven plan, and the alternatives to choose from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from scheduling.planning.check import missed_targets
from scheduling.planning.problem import Span
from scheduling.planning.solution import Solution
from scheduling.planning.solver import solve
from scheduling.planning.wire import write_problem, write_solution
from treatments.library import load_library
from treatments.protocols import Library

from .cautions import cautions_after
from .compose import booster, compose
from .intake import VISIT_COSTS, Intake
from .recommendation import Discuss, Recommendation

SCOPES = {"essential": 1, "standard": 3, "full": 5}
Stop = Callable[[], bool]


def recommend(
    intake: Intake,
    library: Library | None = None,
    stop: Stop | None = None,
    closures: Sequence[Span] = (),
    booked: Mapping[tuple[str, int], date] | None = None,
) -> Recommendation:
    """The series, dates, declines, discussions and warnings of an intake.

    `stop` is handed to the planner: once it answers True the best plan so far is returned. `closures` are
    the days the practice is shut, `booked` the dates that sessions have, by key and number: they move only
    where they have to.
    """
    library = library or load_library()
    draft = around(compose(intake, library, closures), booked or {})
    return solved_by(draft, solve(draft.problem, stop), library)


def solved_by(draft: Recommendation, solution: Solution, library: Library) -> Recommendation:
    """The recommendation with a solution of its problem, and what follows from the dates of that."""
    placed = [one for visit in solution.visits for one in visit.sessions]
    solved = replace(
        draft,
        solution=solution,
        warnings=(*draft.warnings, *cautions_after(placed, draft.intake, library)),
    )
    return replace(solved, discuss=(*solved.discuss, *_missed(solved)))


def around(draft: Recommendation, booked: Mapping[tuple[str, int], date]) -> Recommendation:
    """The recommendation with the booked dates of its sessions, which the planner keeps where it can."""
    series = (
        replace(
            one,
            sessions=tuple(
                replace(session, booked=booked.get((one.key, number)))
                for number, session in enumerate(one.sessions, start=1)
            ),
        )
        for one in draft.problem.series
    )
    return replace(draft, problem=replace(draft.problem, series=tuple(series))) if booked else draft


def _missed(found: Recommendation) -> tuple[Discuss, ...]:
    """Boosters for the events whose best days the plan leaves out (R14)."""
    if found.solution is None or found.solution.terms is None:
        return ()
    topics = found.intake.outcomes
    return tuple(
        booster(key, target.span, target.span.reason.removeprefix("event: "))
        for target in missed_targets(found.problem, found.solution.dates)
        for key in target.series
        if f"booster.{key}" not in topics
    )


def by_preference(intake: Intake) -> dict[str, Intake]:
    """The intake at each preference: closest_to_protocol, balanced, fewest_visits."""
    return {preference: replace(intake, preference=preference) for preference in VISIT_COSTS}


def by_scope(intake: Intake, library: Library) -> dict[str, Intake]:
    """The intake with 1, 3 and 5 initial rounds of MesoBotox: essential, standard, full (R33, R35).

    Empty when no MesoBotox is planned.
    """
    keys = [one.key for one in compose(intake, library).series if one.key.startswith("mesobotox.")]
    return {
        scope: replace(
            intake, rounds={**intake.rounds, **{key: min(rounds, _most(library, key)) for key in keys}}
        )
        for scope, rounds in SCOPES.items()
        if keys
    }


def _most(library: Library, key: str) -> int:
    maximum = library.protocols[key].sessions.maximum
    return max(SCOPES.values()) if maximum is None else maximum


def write_recommendation(found: Recommendation) -> dict[str, object]:
    """The contract's JSON of a solved recommendation."""
    if found.solution is None:
        raise ValueError("the recommendation has not been solved")
    return {
        "problem": write_problem(found.problem),
        "solution": write_solution(found.solution),
        "series": [
            {"key": one.key, "because": [_plain(reason, "rule", "text", "source") for reason in one.because]}
            for one in found.series
        ],
        "declined": [_plain(one, "concern", "area", "rule", "text") for one in found.declined],
        "discuss": [_plain(one, "topic", "rule", "text") for one in found.discuss],
        "warnings": [_plain(one, "series", "number", "rule", "text") for one in found.warnings],
        "expectations": [_plain(one, "rule", "text") for one in found.expectations],
    }


def _plain(record: object, *names: str) -> Mapping[str, object]:
    return {name: getattr(record, name) for name in names}
