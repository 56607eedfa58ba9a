"""What cannot hold together: sets that conflict, of which nothing can be spared."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import assume, given, settings

from scheduling.planning.durations import Duration
from scheduling.planning.problem import FourDates, Interval, Problem, Separation, Series, Session, Span
from scheduling.planning.solution import Conflict
from scheduling.planning.solver import solve
from tests.scheduling.planning.brute import best_dates
from tests.scheduling.planning.satisfying import is_minimal_conflict
from tests.scheduling.planning.strategies import JUDGED, problems

WORKDAYS = (1, 2, 3, 4, 5)
MONDAY, SATURDAY = date(2027, 2, 1), date(2027, 2, 6)
ON_MONDAY = FourDates(MONDAY, MONDAY, MONDAY, MONDAY)
NEXT_DAY = Interval(*[Duration(days=1)] * 4)
MONTHS_LATER = Interval(Duration(days=90), Duration(months=3), Duration(months=4), Duration(months=5))


def botox(*windows: FourDates | Interval, **fields: object) -> Series:
    sessions = tuple(Session(window) for window in windows)
    return Series("botox.neck", "botox", "neck", 20, sessions, **fields)


def practice(*series: Series, **fields: object) -> Problem:
    return Problem(date(2027, 2, 1), date(2027, 2, 28), WORKDAYS, 10, series, **fields)


def pinned(series: Series, day: date) -> Series:
    return replace(series, sessions=(Session(series.sessions[0].window, booked=day, pinned=True),))


BOTOX = botox(ON_MONDAY)
FILLER = Series("filler.lips", "filler", "lips", 45, (Session(ON_MONDAY),))
SEVERAL = {
    "closed": (
        practice(BOTOX, closed=(Span(SATURDAY, SATURDAY), Span(MONDAY, MONDAY))),
        {Conflict("window", "botox.neck", 1), Conflict("closed", index=1)},
    ),
    "forbidden": (
        practice(botox(ON_MONDAY, forbidden=(Span(MONDAY, SATURDAY),))),
        {Conflict("window", "botox.neck", 1), Conflict("forbidden", "botox.neck", index=0)},
    ),
    "weekdays": (
        practice(pinned(botox(FourDates(MONDAY, MONDAY, MONDAY, date(2027, 2, 20))), SATURDAY)),
        {Conflict("pinned", "botox.neck", 1), Conflict("weekdays")},
    ),
    "horizon": (
        practice(botox(ON_MONDAY, MONTHS_LATER)),
        {Conflict("window", "botox.neck", 2), Conflict("horizon")},
    ),
    "too few days": (
        replace(practice(botox(ON_MONDAY, NEXT_DAY)), start=date(2027, 2, 5), end=SATURDAY),
        {Conflict("weekdays"), Conflict("horizon")},
    ),
    "length": (
        practice(BOTOX, max_visit_minutes=29, visit_overhead_minutes=10),
        {Conflict("length")},
    ),
    "a visit too long": (
        practice(BOTOX, FILLER, max_visit_minutes=64),
        {
            Conflict("window", "botox.neck", 1),
            Conflict("window", "filler.lips", 1),
            Conflict("length"),
        },
    ),
    "separation": (
        practice(BOTOX, FILLER, separations=(Separation(("filler",), ("botox",), 14, same_visit=False),)),
        {
            Conflict("window", "botox.neck", 1),
            Conflict("window", "filler.lips", 1),
            Conflict("separation", index=0),
        },
    ),
    "window by itself": (
        practice(botox(FourDates(SATURDAY, SATURDAY, SATURDAY, MONDAY))),
        {Conflict("window", "botox.neck", 1)},
    ),
}


@pytest.mark.parametrize("name", SEVERAL)
def test_conflict_names_what_cannot_hold_together(name):
    problem, conflict = SEVERAL[name]

    solution = solve(problem)

    assert (solution.status, set(solution.conflict)) == ("infeasible", conflict)
    assert is_minimal_conflict(problem, conflict)


@settings(JUDGED, max_examples=10)
@given(problems())
def test_conflict_can_spare_nothing(problem):
    assume(best_dates(problem) is None)

    solution = solve(problem)

    assert len(solution.conflict) == len(set(solution.conflict))
    assert is_minimal_conflict(problem, solution.conflict)


def test_conflict_is_left_open_when_stopped():
    problem, _ = SEVERAL["horizon"]

    assert solve(problem, stop=lambda: True).status == "unknown"
