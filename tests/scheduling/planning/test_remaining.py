"""What is left of a plan: counted from what was given, around what is booked."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.planning.check import broken
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
from scheduling.planning.remaining import Ahead, Given, Held, remaining
from scheduling.planning.solver import solve

KEY, FILLER = "mesobotox.cheeks", "filler.lips"
START = date(2026, 1, 5)
ROUNDS = Interval(Duration(months=3), Duration(months=3), Duration(months=4), Duration(months=6))
FIRST = FourDates(START, START, START + timedelta(days=14), START + timedelta(days=42))
RESULT = "Filler waits four weeks after MesoBotox"
rounds = Series(
    key=KEY,
    treatment="mesobotox",
    area="cheeks",
    minutes=30,
    sessions=(Session(FIRST), *(Session(ROUNDS) for _ in range(4))),
)
lips = Series(key=FILLER, treatment="filler", area="lips", minutes=40, sessions=(Session(FIRST),))
apart = Separation(("mesobotox",), ("filler",), 28, same_visit=False, reason=RESULT)
plan = Problem(
    start=START,
    end=date(2027, 12, 31),
    weekdays=(1, 2, 3, 4, 5),
    visit_cost=10,
    series=(rounds,),
)
both = replace(plan, series=(rounds, lips), separations=(apart,))


def given_on(*days: date, key: str = KEY, counts: bool = True) -> list[Given]:
    return [Given(key, key.split(".")[0], day, counts) for day in days]


def left_of(problem: Problem, treated, today: date, held=None, **ahead):
    return remaining(problem, treated, held or {}, Ahead(today, **ahead))


def window(left, key: str = KEY) -> FourDates:
    """The window of the next session of a series."""
    return next(one for one in left.problem.series if one.key == key).sessions[0].window


def test_round_3_is_counted_from_the_day_round_2_was_given():
    treated = given_on(date(2026, 1, 6), date(2026, 5, 6))

    left = left_of(plan, treated, date(2026, 5, 7))

    assert left.done == {KEY: 2}
    assert window(left) == FourDates(date(2026, 8, 6), date(2026, 8, 6), date(2026, 9, 6), date(2026, 11, 6))
    assert [one.window for one in left.problem.series[0].sessions[1:]] == [ROUNDS, ROUNDS]


def test_nothing_given_leaves_the_whole_plan():
    left = left_of(plan, [], START)

    assert (left.problem, left.done, left.overdue) == (
        replace(plan, end=left.problem.end),
        {KEY: 0},
        frozenset(),
    )


def test_given_too_early_moves_the_window_but_is_no_round():
    early = given_on(date(2026, 1, 6)) + given_on(date(2026, 2, 10), counts=False)

    left = left_of(plan, early, date(2026, 2, 11))

    assert left.done == {KEY: 1}
    assert window(left).earliest == date(2026, 5, 10)


def test_before_the_first_round_what_does_not_count_keeps_its_minimum():
    early = given_on(date(2026, 1, 3), counts=False)

    left = left_of(plan, early, START)

    assert (left.done, window(left).earliest) == ({KEY: 0}, date(2026, 4, 3))


def test_an_old_treatment_that_does_not_count_leaves_the_first_window_alone():
    left = left_of(plan, given_on(date(2025, 9, 1), counts=False), START)

    assert window(left) == FIRST


def test_a_series_of_one_session_has_no_interval_to_count_from():
    left = left_of(both, given_on(date(2026, 1, 3), key=FILLER, counts=False), START)

    assert window(left, FILLER) == FIRST


def test_an_overdue_session_may_be_given_from_the_start_on():
    today = date(2026, 12, 1)

    left = left_of(plan, given_on(date(2026, 1, 6)), today)

    assert left.overdue == {KEY}
    assert window(left) == FourDates(today, today, date(2026, 12, 15), date(2027, 1, 12))


def test_a_window_that_has_begun_is_not_overdue():
    left = left_of(plan, given_on(date(2026, 1, 6)), date(2026, 6, 1))

    assert (left.overdue, window(left).earliest) == (frozenset(), date(2026, 4, 6))


def test_a_series_that_was_given_to_its_end_is_gone():
    left = left_of(both, given_on(date(2026, 1, 6), key=FILLER), date(2026, 1, 7))

    assert [one.key for one in left.problem.series] == [KEY]
    assert left.done == {KEY: 0, FILLER: 1}


def test_more_rounds_than_planned_are_not_counted_beyond_the_plan():
    treated = given_on(date(2026, 1, 6), date(2026, 2, 6), key=FILLER)

    assert left_of(both, treated, date(2026, 2, 7)).done[FILLER] == 1


def test_what_was_given_keeps_other_treatments_off_for_the_separation():
    left = left_of(both, given_on(date(2026, 1, 6)), date(2026, 1, 7))

    filler = next(one for one in left.problem.series if one.key == FILLER)
    assert filler.forbidden == (Span(date(2026, 1, 6), date(2026, 2, 2), RESULT),)


def test_a_separation_that_allows_the_same_visit_begins_the_day_after():
    shared = replace(both, separations=(replace(apart, same_visit=True),))

    left = left_of(shared, given_on(date(2026, 1, 6)), date(2026, 1, 6))

    filler = next(one for one in left.problem.series if one.key == FILLER)
    assert filler.forbidden == (Span(date(2026, 1, 7), date(2026, 2, 2), RESULT),)


def test_booked_dates_stay_with_their_sessions():
    held = {(KEY, 2): Held(date(2026, 4, 6), pinned=True), (KEY, 4): Held(date(2026, 10, 6))}

    left = left_of(plan, given_on(date(2026, 1, 6)), date(2026, 1, 7), held)

    assert [(one.booked, one.pinned) for one in left.problem.series[0].sessions] == [
        (date(2026, 4, 6), True),
        (None, False),
        (date(2026, 10, 6), False),
        (None, False),
    ]


def test_a_target_that_was_met_or_has_passed_is_dropped():
    met = Target((KEY,), Span(date(2026, 1, 5), date(2026, 1, 9), "event", 20))
    passed = Target((FILLER,), Span(date(2026, 1, 5), date(2026, 1, 6), "event", 20))
    ahead = Target((KEY, FILLER), Span(date(2026, 6, 1), date(2026, 6, 30), "event", 20))
    gone = Target(("botox.upper_face",), ahead.span)
    problem = replace(both, targets=(met, passed, ahead, gone))

    left = left_of(problem, given_on(date(2026, 1, 6)), date(2026, 1, 8))

    assert left.problem.targets == (ahead,)


def test_a_target_keeps_only_the_series_that_are_left():
    ahead = Target((KEY, FILLER), Span(date(2026, 6, 1), date(2026, 6, 30), "event", 20))
    problem = replace(both, targets=(ahead,))

    left = left_of(problem, given_on(date(2026, 1, 6), key=FILLER), date(2026, 1, 8))

    assert left.problem.targets == (replace(ahead, series=(KEY,)),)


def test_closed_days_and_weekdays_are_those_of_the_place_now():
    shut = (Span(date(2026, 7, 6), date(2026, 7, 17), "closed: works"),)
    problem = replace(plan, closed=(Span(START, START, "old"),))

    left = left_of(problem, [], START, closed=shut, weekdays=(2, 4))

    assert (left.problem.closed, left.problem.weekdays, left.problem.start) == (shut, (2, 4), START)
    assert left_of(problem, [], START).problem.weekdays == (1, 2, 3, 4, 5)


def test_a_late_round_makes_the_plan_longer_when_it_has_to():
    late = given_on(date(2026, 1, 6), date(2027, 11, 1))

    left = left_of(plan, late, date(2027, 11, 2))

    assert left.problem.end == date(2028, 11, 1)


dates = st.integers(0, 600).map(lambda ahead: START + timedelta(days=ahead))
treatments = st.lists(
    st.builds(lambda day, key, counts: given_on(day, key=key, counts=counts)[0], dates,
              st.sampled_from((KEY, FILLER)), st.booleans()),
    max_size=6,
)  # fmt: skip


@settings(max_examples=150, derandomize=True, deadline=None, database=None)
@given(treatments, st.integers(0, 120))
def test_what_is_left_always_holds_together(treated, waited):
    today = max([START, *(one.date for one in treated)]) + timedelta(days=waited)

    left = left_of(both, treated, today)

    for series in both.series:
        counted = sum(one.counts for one in treated if one.key == series.key)
        rest = [one for one in left.problem.series if one.key == series.key]
        assert left.done[series.key] == min(counted, len(series.sessions))
        assert sum(len(one.sessions) for one in rest) == len(series.sessions) - left.done[series.key]
    for series in left.problem.series:
        first = series.sessions[0].window
        mine = [one.date for one in treated if one.key == series.key]
        assert first.latest >= today
        if mine and series.key == KEY and KEY not in left.overdue:
            assert first.earliest >= ROUNDS.minimum.after(max(mine))


@settings(max_examples=25, derandomize=True, deadline=None, database=None)
@given(treatments)
def test_a_plan_of_what_is_left_keeps_every_minimum_from_what_was_given(treated):
    today = max([START, *(one.date for one in treated)]) + timedelta(days=1)
    left = left_of(both, treated, today)

    solution = solve(left.problem)

    days = {one.key: [] for one in left.problem.series}
    for placed in solution.placed():
        days[placed.series].append(placed.date)
    assert solution.status == "optimal"
    assert broken(left.problem, [sorted(days[one.key]) for one in left.problem.series]) == ()
    last = [one.date for one in treated if one.key == KEY]
    if last and KEY in days:
        assert min(days[KEY]) >= ROUNDS.minimum.after(max(last))
    for one in treated:
        if one.key == KEY:
            assert not any(0 <= (day - one.date).days < apart.days for day in days.get(FILLER, []))


@pytest.mark.parametrize("counts", [True, False])
def test_the_separation_holds_after_treatments_that_do_not_count(counts):
    left = left_of(both, given_on(date(2026, 1, 6), counts=counts), date(2026, 1, 7))

    filler = next(one for one in left.problem.series if one.key == FILLER)
    assert [span.last for span in filler.forbidden] == [date(2026, 2, 2)]
