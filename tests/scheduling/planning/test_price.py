"""What other days cost, and why they cannot be, judged by brute force."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scheduling.planning.durations import Duration
from scheduling.planning.price import DayVerdict, price_days, why_blocked
from scheduling.planning.problem import FourDates, Interval, Problem, Separation, Series, Session, Span
from scheduling.planning.reasons import Reason
from scheduling.planning.solution import Conflict, Solution, Terms
from scheduling.planning.solver import solve
from tests.scheduling.planning.brute import best_dates, courses, is_plan, least_costs, terms_of
from tests.scheduling.planning.satisfying import is_minimal_conflict
from tests.scheduling.planning.strategies import JUDGED, problems

PRICED = settings(JUDGED, max_examples=20)
MONDAY = date(2027, 2, 1)
WORKDAYS = (1, 2, 3, 4, 5)


@st.composite
def sessions_of_plans(draw):
    """A problem that has a plan, and one of its sessions: series and number."""
    problem = draw(problems())
    assume(best_dates(problem) is not None)
    series = draw(st.sampled_from(problem.series))
    return problem, series, draw(st.integers(1, len(series.sessions)))


def verdicts(problem: Problem, series: Series, number: int) -> tuple[DayVerdict, ...]:
    """Every day of the plan and two more at each end, priced."""
    first, last = problem.start - timedelta(days=2), problem.end + timedelta(days=2)
    return price_days(problem, solve(problem), series.key, number, first, last)


def against(problem: Problem, series: Series, number: int, day: date) -> list[tuple[str, int | None]]:
    """The constraints of the single day that speak against it, kind and index."""
    possible = [course[number - 1] for course in courses(problem, series)]
    session = series.sessions[number - 1]
    return [
        *[("horizon", None)] * (day < problem.start or day > problem.end),
        *[("weekdays", None)] * (day.isoweekday() not in problem.weekdays),
        *[("closed", index) for index, span in enumerate(problem.closed) if day in span],
        *[("forbidden", index) for index, span in enumerate(series.forbidden) if day in span],
        *[("pinned", None)] * (session.pinned and day != session.booked),
        *[("window", None)] * (day < min(possible) or day > max(possible)),
    ]


@PRICED
@given(sessions_of_plans())
def test_a_price_is_what_the_best_plan_with_that_day_costs_more(drawn):
    problem, series, number = drawn
    least, cost = least_costs(problem), best_dates(problem)[0]

    found = {one.day: one.price for one in verdicts(*drawn)}

    assert {day: price for day, price in found.items() if price is not None} == {
        day: price - cost
        for (key, place, day), price in least.items()
        if (key, place) == (series.key, number)
    }


@PRICED
@given(sessions_of_plans())
def test_a_priced_day_comes_with_its_plan_and_the_difference_by_term(drawn):
    problem, series, number = drawn
    position = problem.series.index(series)
    now = Terms(*terms_of(problem, best_dates(problem)[1]))

    found = [one for one in verdicts(*drawn) if one.state != "blocked"]

    assert all(is_plan(problem, one.dates) and one.proven for one in found)
    assert [one.dates[position][number - 1] for one in found] == [one.day for one in found]
    assert [one.change for one in found] == [Terms(*terms_of(problem, one.dates)) - now for one in found]
    assert [one.change.total for one in found] == [one.price for one in found]


@PRICED
@given(sessions_of_plans())
def test_a_state_is_best_on_the_plans_own_day_alone_free_at_no_price_and_costly_above(drawn):
    problem, series, number = drawn
    own = best_dates(problem)[1][problem.series.index(series)][number - 1]

    found = verdicts(*drawn)

    assert [one.day for one in found if one.state == "best"] == [own]
    assert {one.price for one in found if one.state in ("best", "free")} == {0}
    assert all(one.price > 0 for one in found if one.state == "costly")


@PRICED
@given(sessions_of_plans())
def test_a_blocked_day_names_every_constraint_of_the_day_or_all_together(drawn):
    found = [one for one in verdicts(*drawn) if one.state == "blocked"]

    expected = [against(*drawn, one.day) or [("together", None)] for one in found]
    assert [[(reason.kind, reason.index) for reason in one.because] for one in found] == expected


@PRICED
@given(sessions_of_plans())
def test_no_reason_stands_on_a_day_that_is_not_blocked(drawn):
    assert [one.because for one in verdicts(*drawn) if one.state != "blocked" and one.because] == []


def as_conflict(reason: Reason) -> Conflict:
    """What a reason names; the number of a window's session stands in its words."""
    number = re.search(r"session (\d+)", reason.text) if reason.kind in ("window", "pinned") else None
    return Conflict(reason.kind, reason.series, int(number[1]) if number else None, reason.index)


def held(problem: Problem, key: str, number: int, day: date) -> Problem:
    """The problem with one session pinned to a day."""
    return replace(
        problem,
        series=tuple(
            replace(
                one,
                sessions=tuple(
                    replace(session, booked=day, pinned=True) if place == number else session
                    for place, session in enumerate(one.sessions, start=1)
                ),
            )
            if one.key == key
            else one
            for one in problem.series
        ),
    )


@settings(PRICED, max_examples=40)
@given(sessions_of_plans())
def test_why_blocked_names_a_set_of_which_nothing_can_be_spared(drawn):
    problem, series, number = drawn
    least = least_costs(problem)
    days = sorted({course[number - 1] for course in courses(problem, series)})
    together = [day for day in days if (series.key, number, day) not in least]

    for day in together[:1]:
        found = why_blocked(problem, series.key, number, day)

        asked = Conflict("pinned", series.key, number)
        named = {as_conflict(reason) for reason in found} | {asked}
        assert is_minimal_conflict(held(problem, series.key, number, day), named)


@PRICED
@given(sessions_of_plans())
def test_why_blocked_says_nothing_of_a_day_that_some_plan_uses(drawn):
    problem, series, number = drawn
    days = sorted(day for key, place, day in least_costs(problem) if (key, place) == (series.key, number))

    assert [why_blocked(problem, series.key, number, day) for day in days[:3]] == [()] * len(days[:3])


def practice() -> Problem:
    """Filler on Monday or Tuesday; toxin a week long, never on the day before filler or with it."""
    week = FourDates(MONDAY, MONDAY, MONDAY + timedelta(days=4), MONDAY + timedelta(days=4))
    two_days = FourDates(MONDAY, MONDAY, MONDAY + timedelta(days=1), MONDAY + timedelta(days=1))
    return Problem(
        start=MONDAY,
        end=date(2027, 2, 12),
        weekdays=WORKDAYS,
        visit_cost=10,
        series=(
            Series("toxin.neck", "toxin", "neck", 20, (Session(week),)),
            Series("filler.lips", "filler", "lips", 40, (Session(two_days),)),
        ),
        separations=(Separation(("toxin",), ("filler",), 5, same_visit=False, reason="toxin settles"),),
    )


def test_why_blocked_names_the_rule_and_the_window_in_words():
    problem = practice()

    verdict = price_days(problem, solve(problem), "toxin.neck", 1, MONDAY, MONDAY)[0]
    found = why_blocked(problem, "toxin.neck", 1, MONDAY)

    assert (verdict.state, [reason.kind for reason in verdict.because]) == ("blocked", ["together"])
    assert found == (
        Reason("window", "The window of filler.lips, session 1.", "filler.lips"),
        Reason("separation", "5 days between toxin and filler: toxin settles.", None, 0),
    )


def test_a_blocked_day_speaks_of_its_weekday_its_closing_and_its_reach():
    toxin = practice().series[0]
    closed = Span(date(2027, 2, 6), date(2027, 2, 7), "closed: inventory")
    toxin = replace(toxin, forbidden=(Span(date(2027, 2, 5), date(2027, 2, 6), "event: Gala"),))
    problem = replace(practice(), series=(toxin,), separations=(), closed=(closed,))

    saturday = price_days(problem, solve(problem), "toxin.neck", 1, date(2027, 2, 6), date(2027, 2, 6))[0]

    assert [(reason.kind, reason.text) for reason in saturday.because] == [
        ("weekdays", "No visits on a Saturday."),
        ("closed", "closed: inventory."),
        ("forbidden", "event: Gala."),
        ("window", "Too late: the first session can be on Thu 4 Feb 2027 at the latest."),
    ]


def test_days_before_and_after_the_plan_are_off_the_horizon():
    problem = practice()

    outside = [
        price_days(problem, solve(problem), "toxin.neck", 1, day, day)[0].because[0]
        for day in (date(2027, 1, 29), date(2027, 2, 15))
    ]

    assert outside == [
        Reason("horizon", "Before the plan begins, Mon 1 Feb 2027."),
        Reason("horizon", "After the plan ends, Fri 12 Feb 2027."),
    ]


def test_a_later_session_moved_costs_its_drift():
    weekly = Interval(Duration(days=1), Duration(weeks=1), Duration(weeks=1), Duration(days=11))
    toxin = Series("toxin.neck", "toxin", "neck", 20, (Session(FourDates(*[MONDAY] * 4)), Session(weekly)))
    problem = replace(practice(), series=(toxin,), separations=())

    found = price_days(problem, solve(problem), "toxin.neck", 2, date(2027, 2, 5), date(2027, 2, 10))

    assert [(one.state, one.price) for one in found] == [
        ("costly", 3),
        ("blocked", None),
        ("blocked", None),
        ("best", 0),
        ("costly", 1),
        ("costly", 2),
    ]
    assert found[-1].change == Terms(drift=2)


@pytest.mark.parametrize(("key", "number"), [("toxin.chest", 1), ("toxin.neck", 0), ("toxin.neck", 2)])
def test_a_session_the_problem_does_not_have_is_refused(key, number):
    problem = practice()

    with pytest.raises(KeyError, match=f"the problem has no session {number} of {key}"):
        price_days(problem, solve(problem), key, number, MONDAY, MONDAY)


@pytest.mark.parametrize("days", [-1, 62])
def test_more_than_62_days_at_a_time_are_refused(days):
    problem = practice()

    with pytest.raises(ValueError, match="ask for 1 to 62 days at a time"):
        price_days(problem, solve(problem), "toxin.neck", 1, MONDAY, MONDAY + timedelta(days=days))


def test_without_a_plan_nothing_is_priced():
    with pytest.raises(ValueError, match="there is no plan whose other days could be priced"):
        price_days(practice(), Solution("unknown"), "toxin.neck", 1, MONDAY, MONDAY)
