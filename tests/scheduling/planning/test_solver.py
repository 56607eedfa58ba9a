"""The planner's answers, judged by brute force."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import count

from hypothesis import assume, given
from hypothesis import strategies as st

from scheduling.planning.check import lay_out
from scheduling.planning.durations import Duration
from scheduling.planning.problem import FourDates, Interval, Problem, Series, Session
from scheduling.planning.solution import Solution, Terms
from scheduling.planning.solver import solve
from tests.scheduling.planning.brute import best_dates, is_plan, terms_of
from tests.scheduling.planning.strategies import GLANCED, JUDGED, problems


@JUDGED
@given(problems())
def test_solve_finds_what_brute_force_finds(problem):
    best = best_dates(problem)

    solution = solve(problem)

    if best is None:
        assert solution.status == "infeasible"
    else:
        cost, dates = best
        assert (solution.status, solution.cost, solution.dates) == ("optimal", cost, dates)
        assert solution.terms == Terms(*terms_of(problem, dates))
        assert solution.visits == lay_out(problem, dates)


@GLANCED
@given(problems())
def test_solve_gives_the_same_answer_twice(problem):
    assert solve(problem) == solve(problem)


@GLANCED
@given(problems(), st.randoms(use_true_random=False))
def test_solve_pays_no_more_for_series_in_another_order(problem, random):
    shuffled = list(problem.series)
    random.shuffle(shuffled)

    one, other = solve(problem), solve(replace(problem, series=tuple(shuffled)))

    assert (one.status, one.cost) == (other.status, other.cost)
    assert one.day_sum(problem.start) == other.day_sum(problem.start)


@GLANCED
@given(problems(), st.integers(0, 40))
def test_a_stopped_solve_promises_only_what_is_proven(problem, patience):
    asked = count()
    best = best_dates(problem)
    assume(best is not None)

    solution = solve(problem, stop=lambda: next(asked) >= patience)

    if solution.status == "unknown":
        assert solution == Solution("unknown")
    elif solution.status == "optimal":
        assert (solution.cost, solution.dates) == best
    else:
        assert solution.status == "feasible"
        assert is_plan(problem, solution.dates)
        assert solution.terms == Terms(*terms_of(problem, solution.dates))
        assert solution.bound <= best[0] <= solution.cost


@GLANCED
@given(problems(), st.integers(0, 40))
def test_a_stopped_solve_never_calls_a_feasible_problem_infeasible(problem, patience):
    asked = count()

    solution = solve(problem, stop=lambda: next(asked) >= patience)

    assert solution.status != "infeasible" or best_dates(problem) is None


def test_nothing_to_plan_costs_nothing():
    problem = Problem(date(2027, 1, 4), date(2027, 1, 8), (1, 2, 3, 4, 5), visit_cost=21, series=())

    solution = solve(problem)

    assert solution == Solution("optimal", (), Terms(), ())


def test_months_are_counted_from_the_actual_date_before():
    window = FourDates(*[date(2027, 1, 31)] * 4)
    three_months = Interval(*[Duration(months=3)] * 4)
    sessions = (Session(window), Session(three_months), Session(three_months))
    problem = planned(Series("botox.neck", "botox", "neck", 20, sessions))

    solution = solve(problem)

    assert solution.dates == ((date(2027, 1, 31), date(2027, 4, 30), date(2027, 7, 30)),)


def test_equal_plans_yield_the_least_list_of_dates():
    days = [date(2027, 2, 1) + timedelta(days=offset) for offset in range(2)]
    window = FourDates(days[0], days[0], days[1], days[1])
    twins = [Series(key, "botox", key, 30, (Session(window),)) for key in ("neck", "chin")]

    solution = solve(planned(*twins, max_visit_minutes=30))

    assert solution.dates == ((days[0],), (days[1],))


def planned(*series: Series, **rules: int) -> Problem:
    every_day = (1, 2, 3, 4, 5, 6, 7)
    return Problem(date(2027, 1, 1), date(2027, 12, 31), every_day, 10, series, **rules)
