"""Costs, broken constraints and visits of any dates, judged by a second reading of the contract."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduling.planning.check import Broken, broken, lay_out, terms
from scheduling.planning.durations import Duration
from scheduling.planning.problem import (
    FourDates,
    Interval,
    Problem,
    Separation,
    Series,
    Session,
    Span,
    Target,
)
from scheduling.planning.solution import Placed, Terms, Visit
from tests.scheduling.planning.brute import is_plan, terms_of
from tests.scheduling.planning.strategies import JUDGED, problems

DAY = date(2027, 3, 1)
WINDOW = FourDates(DAY, DAY, DAY, DAY)
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


@st.composite
def problems_with_dates(draw):
    """Any dates at all, rising or not: some break much, some nothing."""
    problem = draw(problems())
    length = (problem.end - problem.start).days
    dates = []
    for series in problem.series:
        days = draw(
            st.lists(
                st.integers(-1, length + 1), min_size=len(series.sessions), max_size=len(series.sessions)
            )
        )
        days = sorted(days) if draw(st.booleans()) else days
        dates.append(tuple(problem.start + timedelta(days=day) for day in days))
    return problem, tuple(dates)


@JUDGED
@given(problems_with_dates())
def test_terms_follow_the_contract(drawn):
    problem, dates = drawn

    assert terms(problem, dates) == Terms(*terms_of(problem, dates))


@JUDGED
@given(problems_with_dates())
def test_broken_is_empty_for_plans_only(drawn):
    problem, dates = drawn

    assert (broken(problem, dates) == ()) == is_plan(problem, dates)


def one_session(key: str, **fields: object) -> Series:
    treatment, area = key.split(".")
    return Series(key, treatment, area, 30, (Session(WINDOW),), **fields)


def practice(*series: Series, **fields: object) -> Problem:
    return Problem(DAY, date(2027, 12, 31), EVERY_DAY, 10, series, **fields)


def test_terms_count_each_cost_once():
    session = Session(WINDOW, booked=DAY)
    later = Session(Interval(*[Duration(days=10)] * 3, Duration(days=30)))
    spans = (Span(DAY, date(2027, 3, 20), cost=3), Span(date(2027, 3, 15), date(2027, 3, 15), cost=4))
    series = Series("botox.neck", "botox", "neck", 20, (session, later), weight=2, discouraged=spans)
    target = Target(("botox.neck",), Span(date(2027, 4, 1), date(2027, 4, 2), cost=40))
    problem = practice(series, targets=(target,), move_cost=5)

    found = terms(problem, [[date(2027, 3, 2), date(2027, 3, 15)]])

    # One day late and moved; three days late, in both discouraged ranges; no day in April.
    assert found == Terms(visits=20, drift=2 * (1 + 3), discouraged=3 + 3 + 4, moves=5, missed_targets=40)


def test_broken_names_every_constraint():
    session = Session(WINDOW, booked=DAY, pinned=True)
    away = (Span(date(2027, 2, 28), date(2027, 2, 28)),)
    series = Series("botox.neck", "botox", "neck", 20, (session,), forbidden=away)
    sunday = date(2027, 2, 28)
    problem = Problem(DAY, date(2027, 12, 31), (1, 2), 10, (series,), closed=away, max_visit_minutes=19)

    found = broken(problem, [[sunday]])

    assert found == (
        Broken("horizon", "botox.neck", 1, sunday),
        Broken("weekdays", "botox.neck", 1, sunday),
        Broken("closed", "botox.neck", 1, sunday, index=0),
        Broken("forbidden", "botox.neck", 1, sunday, index=0),
        Broken("pinned", "botox.neck", 1, sunday, other=DAY),
        Broken("window", "botox.neck", 1, sunday, other=DAY),
        Broken("length", "botox.neck", 1, sunday),
    )


def test_broken_names_the_session_too_soon_after_another():
    rule = Separation(("botox",), ("filler",), 84, same_visit=True)
    problem = practice(one_session("botox.neck"), one_session("filler.lips"), separations=(rule,))

    found = broken(problem, [[DAY], [DAY + timedelta(days=83)]])

    assert [one for one in found if one.kind == "separation"] == [
        Broken("separation", "filler.lips", 1, date(2027, 5, 23), index=0, other=DAY)
    ]


def test_separations_bind_one_way_only():
    rule = Separation(("botox",), ("filler",), 84, same_visit=True)
    problem = practice(one_session("botox.neck"), one_session("filler.lips"), separations=(rule,))

    together = broken(problem, [[DAY], [DAY]])
    before = broken(problem, [[DAY + timedelta(days=1)], [DAY]])
    after = broken(problem, [[DAY], [DAY + timedelta(days=84)]])

    assert not [one for one in (*together, *before, *after) if one.kind == "separation"]


def test_a_series_is_never_kept_from_itself():
    sessions = (Session(WINDOW), Session(Interval(*[Duration(days=1)] * 4)))
    rule = Separation(("botox",), ("botox",), 84, same_visit=False)
    problem = practice(Series("botox.neck", "botox", "neck", 20, sessions), separations=(rule,))

    assert broken(problem, [[DAY, DAY + timedelta(days=1)]]) == ()


def test_lay_out_puts_filler_before_toxin():
    rule = Separation(("botox", "mesobotox"), ("filler",), 84, same_visit=True)
    keys = ("botox.neck", "mesobotox.chest", "filler.lips")
    problem = practice(*map(one_session, keys), separations=(rule,), visit_overhead_minutes=20)

    visits = lay_out(problem, [[DAY], [DAY], [DAY]])

    placed = [Placed(key, 1, DAY, WINDOW) for key in ("filler.lips", "botox.neck", "mesobotox.chest")]
    assert visits == (Visit(DAY, 20 + 90, tuple(placed)),)


def test_lay_out_follows_a_chain_of_rules():
    rules = (Separation(("a",), ("b",), 1), Separation(("b",), ("c",), 1))
    problem = practice(*map(one_session, ("a.x", "b.x", "c.x", "d.x")), separations=rules)

    (visit,) = lay_out(problem, [[DAY]] * 4)

    assert [placed.series for placed in visit.sessions] == ["c.x", "b.x", "a.x", "d.x"]


def test_lay_out_orders_only_by_rules_that_allow_the_same_visit():
    rules = (Separation(("a",), ("b",), 1, same_visit=False),)
    problem = practice(*map(one_session, ("a.x", "b.x")), separations=rules)

    (visit,) = lay_out(problem, [[DAY]] * 2)

    assert [placed.series for placed in visit.sessions] == ["a.x", "b.x"]


def test_lay_out_counts_windows_from_the_session_before():
    later = Interval(Duration(days=90), Duration(months=3), Duration(days=104), Duration(months=4))
    series = Series("botox.neck", "botox", "neck", 20, (Session(WINDOW), Session(later)))
    dates = [[date(2027, 3, 2), date(2027, 6, 4)]]

    _, visit = lay_out(practice(series), dates)

    window = FourDates(date(2027, 5, 31), date(2027, 6, 2), date(2027, 6, 14), date(2027, 7, 2))
    assert visit.sessions == (Placed("botox.neck", 2, date(2027, 6, 4), window),)
