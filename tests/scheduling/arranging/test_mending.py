"""A plan whose visits cannot all be had together: moved, split, or given up on."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from scheduling.arranging.days import SessionId
from scheduling.arranging.mending import Mending, dates_of
from scheduling.planning.durations import Duration
from scheduling.planning.problem import FourDates, Interval, Problem, Series, Session
from scheduling.planning.solver import solve

MONDAY = date(2027, 1, 4)
DAY = timedelta(days=1)
NECK, FACE = "mesobotox.neck", "botox.upper_face"
FIRST = FourDates(MONDAY, MONDAY, MONDAY + 4 * DAY, MONDAY + 11 * DAY)
LATER = Interval(Duration(weeks=4), Duration(weeks=4), Duration(weeks=5), Duration(weeks=6))


def series(key: str, count: int = 1, stays: date | None = None) -> Series:
    sessions = (Session(FIRST, stays, stays is not None), *(Session(LATER) for _ in range(count - 1)))
    return Series(key, key.split(".")[0], key.split(".")[1], 30, sessions)


def plan(*found: Series) -> Problem:
    return Problem(MONDAY, MONDAY + 150 * DAY, (1, 2, 3, 4, 5), 10, found)


def mending(problem: Problem, has_time, pinned=None) -> Mending:
    return Mending(problem, problem, has_time, pinned or {})


def free(sessions: Sequence[SessionId], day: date) -> bool:
    """Every day has a time."""
    return True


def together_from(first: date):
    """One session alone any day, two together from a day on."""
    return lambda sessions, day: len(sessions) < 2 or day >= first


def test_a_plan_with_a_time_for_every_visit_is_kept_and_proven():
    problem = plan(series(NECK, 2), series(FACE))

    visits, proven = mending(problem, free).best()

    assert [visit.date for visit in visits] == [visit.date for visit in solve(problem).visits]
    assert proven


def test_a_visit_that_cannot_be_had_goes_to_the_nearest_day_that_costs_no_more():
    problem = plan(series(NECK), series(FACE))

    mended = mending(problem, together_from(MONDAY + 2 * DAY)).mended(dates_of(solve(problem)))

    assert {*mended.values()} == {MONDAY + 2 * DAY}


def test_what_is_found_is_the_cheapest_of_all_rounds():
    problem = plan(series(NECK), series(FACE))

    visits, proven = mending(problem, together_from(MONDAY + 3 * DAY)).best()

    assert [(visit.date, len(visit.sessions)) for visit in visits] == [(MONDAY + 3 * DAY, 2)]
    assert proven


def test_a_visit_that_can_be_had_on_no_day_is_split():
    problem = plan(series(NECK), series(FACE))

    visits, proven = mending(problem, together_from(date.max)).best()

    assert [len(visit.sessions) for visit in visits] == [1, 1]
    assert not proven


def test_moving_a_visit_breaks_no_window_of_a_later_one():
    problem = plan(series(NECK, 3))
    planned = dates_of(solve(problem))
    full = planned[NECK, 2]

    mended = mending(problem, lambda sessions, day: day != full).mended(planned)

    first, second, third = (mended[NECK, number] for number in (1, 2, 3))
    assert second != full
    assert 28 <= (second - first).days <= 42
    assert 28 <= (third - second).days <= 42


def test_nothing_is_found_where_no_day_has_a_time():
    visits, proven = mending(plan(series(NECK)), lambda sessions, day: False).best()

    assert (visits, proven) == ((), False)


@pytest.mark.parametrize("joined", [MONDAY, MONDAY + DAY])
def test_nothing_joins_a_visit_that_stays(joined):
    problem = plan(series(NECK, stays=joined), series(FACE))
    pinned = {joined: frozenset({NECK})}
    dates = {(NECK, 1): joined, (FACE, 1): joined}

    mended = mending(problem, free, pinned).mended(dates)

    assert mended[NECK, 1] == joined
    assert mended[FACE, 1] != joined
