"""A whole plan at real times: in its windows, around what is booked, and what stands in the way if not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.arranging.arrange import Current, arrange
from scheduling.arranging.blocking import Blocker
from scheduling.arranging.seats import Likes
from scheduling.availability.days import day_of
from scheduling.availability.place import Away
from scheduling.availability.steps import PATIENT, PROVIDER, ROOM
from scheduling.planning.check import broken
from scheduling.planning.durations import Duration
from scheduling.planning.problem import FourDates, Interval, Problem, Separation, Series, Session
from scheduling.planning.remaining import Ahead, Held, remaining
from scheduling.planning.solver import solve
from tests.scheduling.arranging.places import (
    ALICE,
    ELLIS,
    FACE,
    FIVE,
    LIPS,
    MONDAY,
    NECK,
    NINE,
    OKOYE,
    ZONE,
    clock_of,
    ellis,
    okoye,
    place_of,
    seats_of,
    whole_days,
)

MONTHLY = Interval(Duration(weeks=4), Duration(weeks=4), Duration(weeks=5), Duration(weeks=6))
FIRST = FourDates(MONDAY, MONDAY, MONDAY + timedelta(days=4), MONDAY + timedelta(days=11))


def series(key: str, count: int, minutes: int = 30) -> Series:
    sessions = (Session(FIRST), *(Session(MONTHLY) for _ in range(count - 1)))
    return Series(key, key.split(".")[0], key.split(".")[1], minutes, sessions)


plan = Problem(
    start=MONDAY,
    end=MONDAY + timedelta(weeks=20),
    weekdays=(1, 2, 3, 4, 5),
    visit_cost=10,
    move_cost=14,
    series=(series(NECK, 3), series(FACE, 2, 20)),
)


def left_of(problem: Problem = plan, held=None, treated=()):
    return remaining(problem, treated, held or {}, Ahead(problem.start))


def wanted_of(problem: Problem = plan) -> dict[tuple[str, int], date]:
    """The days of a plan when nothing stands in its way."""
    return {(one.series, one.number): one.date for one in solve(problem).placed()}


def dates_of(arranged) -> dict[tuple[str, int], date]:
    return {session: one.date for one in arranged.placed for session in one.sessions}


def booked_at(when: date, minutes: int, provider: int = ELLIS, pinned: bool = False) -> Current:
    """A visit as it is booked now."""
    return Current(when, day_of(ZONE, when).first + minutes // 5, {PROVIDER: provider, ROOM: 1}, pinned)


def test_a_plan_without_conflicts_is_placed_on_its_planned_days():
    wanted = wanted_of()

    arranged = arrange(left_of(), seats_of(), wanted)

    assert (dates_of(arranged), arranged.unplaced, arranged.proven) == (wanted, (), True)
    assert [one.sessions for one in arranged.placed] == [
        ((NECK, 1), (FACE, 1)),
        ((NECK, 2), (FACE, 2)),
        ((NECK, 3),),
    ]
    assert {clock_of(one.seat)[4:] for one in arranged.placed} == {"09:00"}


def test_a_plan_of_nothing_needs_no_time():
    assert arrange(left_of(replace(plan, series=())), seats_of(), {}).placed == ()


def test_days_without_a_time_are_left_for_others_in_the_window():
    away = Away(MONDAY, MONDAY + timedelta(days=1), "Training")
    place = place_of([replace(ellis, away=(away,)), replace(okoye, away=(away,))])

    arranged = arrange(left_of(), seats_of(place), wanted_of())

    dates = dates_of(arranged)
    assert (dates[NECK, 1], arranged.unplaced, arranged.proven) == (date(2027, 1, 6), (), True)


def test_conflicts_at_several_visits_are_all_solved_in_their_windows():
    wanted = wanted_of()
    full = [slot for when in set(wanted.values()) for slot in whole_days(ROOM, 1, when, when)]

    arranged = arrange(left_of(), seats_of(booked=full), wanted)

    dates = dates_of(arranged)
    assert (set(dates), arranged.unplaced) == (set(wanted), ())
    assert not set(dates.values()) & set(wanted.values())
    assert broken(plan, [[dates[NECK, n] for n in (1, 2, 3)], [dates[FACE, n] for n in (1, 2)]]) == ()


def test_two_that_fit_alone_but_not_together_come_on_two_days():
    short = [(ROOM, 1, MONDAY + timedelta(days=ahead), NINE + 80, FIVE) for ahead in range(5)]
    alone = replace(plan, series=(series(NECK, 1), series(FACE, 1, 20)))
    booked = [*short, *whole_days(ROOM, 1, MONDAY + timedelta(days=7), MONDAY + timedelta(days=11))]

    arranged = arrange(left_of(alone), seats_of(booked=booked), wanted_of(alone))

    assert sorted(one.sessions for one in arranged.placed) == [((FACE, 1),), ((NECK, 1),)]
    assert arranged.unplaced == ()


def test_a_pinned_visit_stays_unnamed_and_gets_no_other_session():
    when = MONDAY + timedelta(days=2)
    held = {(NECK, 1): Held(when, pinned=True)}
    current = {frozenset({(NECK, 1)}): booked_at(when, NINE, pinned=True)}

    arranged = arrange(left_of(held=held), seats_of(), wanted_of(), current)

    dates = dates_of(arranged)
    assert (NECK, 1) not in dates
    assert when not in dates.values()
    assert dates[NECK, 2] == when + timedelta(weeks=4)
    assert (sorted(dates), arranged.unplaced) == ([(FACE, 1), (FACE, 2), (NECK, 2), (NECK, 3)], ())


@pytest.mark.parametrize("minutes", [NINE, 13 * 60 + 35])
def test_a_visit_that_stays_keeps_its_time_its_provider_and_its_room(minutes):
    when = MONDAY + timedelta(days=2)
    ids = frozenset({(NECK, 1), (FACE, 1)})
    held = {session: Held(when) for session in ids}

    arranged = arrange(left_of(held=held), seats_of(), wanted_of(), {ids: booked_at(when, minutes, OKOYE)})

    first = arranged.placed[0]
    assert (first.date, clock_of(first.seat)) == (when, f"Wed {minutes // 60:02}:{minutes % 60:02}")
    assert first.seat.fit.resources == {PATIENT: ALICE, PROVIDER: OKOYE, ROOM: 1}


def test_a_visit_booked_off_the_grid_stays_where_no_offered_time_is_left():
    when = MONDAY + timedelta(days=2)
    alone = replace(plan, series=(series(FACE, 1, 20),))
    room_taken = [(ROOM, 1, when, NINE, 11 * 60 + 15), (ROOM, 1, when, 11 * 60 + 45, FIVE)]
    seats = seats_of(booked=room_taken)
    current = {frozenset({(FACE, 1)}): booked_at(when, 11 * 60 + 5)}

    arranged = arrange(left_of(alone, {(FACE, 1): Held(when)}), seats, wanted_of(alone), current)

    assert seats.times([FACE], when) == 0
    assert [clock_of(one.seat) for one in arranged.placed] == ["Wed 11:05"]


def test_a_visit_whose_provider_is_away_keeps_its_day_with_another():
    when = MONDAY + timedelta(days=2)
    ids = frozenset({(NECK, 1), (FACE, 1)})
    place = place_of([replace(ellis, away=(Away(when, when, "Ill"),)), okoye])
    seats = seats_of(place, likes=Likes(provider=OKOYE))

    arranged = arrange(
        left_of(held={session: Held(when) for session in ids}),
        seats,
        wanted_of(),
        {ids: booked_at(when, NINE)},
    )

    first = arranged.placed[0]
    assert (first.date, first.seat.fit.resources[PROVIDER]) == (when, OKOYE)


def test_unwished_days_are_used_only_where_they_cost_less():
    likes = Likes(weekdays=(3,))

    arranged = arrange(left_of(), seats_of(likes=likes), wanted_of())

    assert {one.date.isoweekday() for one in arranged.placed} == {3}
    assert {one.seat.reason for one in arranged.placed} == {""}


def test_an_impossible_session_is_named_with_its_blockers_and_the_nearest_days():
    first, last = FIRST.earliest, FIRST.latest
    away = Away(first, last, "Holiday")
    place = place_of([replace(ellis, away=(away,)), okoye])
    both = replace(plan, series=(series(LIPS, 1, 45), series(FACE, 1, 20)))

    arranged = arrange(left_of(both), seats_of(place), wanted_of(both))

    assert [one.sessions for one in arranged.placed] == [((FACE, 1),)]
    (unplaced,) = arranged.unplaced
    assert (unplaced.sessions, unplaced.wanted) == (((LIPS, 1),), MONDAY)
    assert unplaced.blockers == (Blocker("provider", "Dr. Ellis is away (Holiday)"),)
    assert unplaced.nearest == (date(2027, 1, 18), date(2027, 1, 19), date(2027, 1, 20))
    assert not arranged.proven


def test_what_follows_an_impossible_session_is_still_placed_in_its_window():
    shut = whole_days(ROOM, 1, MONDAY, FIRST.latest)

    arranged = arrange(left_of(), seats_of(booked=shut), wanted_of())

    named = [session for one in arranged.unplaced for session in one.sessions]
    assert sorted(named) == [(FACE, 1), (NECK, 1)]
    assert {blocker.text for one in arranged.unplaced for blocker in one.blockers} == {
        "Room 1 has no free time long enough"
    }
    assert sorted(dates_of(arranged)) == [(FACE, 2), (NECK, 2), (NECK, 3)]


def test_a_rule_that_blocks_is_said_as_a_rule():
    apart = Separation(("filler",), ("botox",), 60, same_visit=False, reason="Filler settles first")
    both = replace(plan, series=(series(LIPS, 1, 45), series(FACE, 1, 20)), separations=(apart,))
    pinned = {(LIPS, 1): Held(MONDAY, pinned=True)}
    current = {frozenset({(LIPS, 1)}): booked_at(MONDAY, NINE, pinned=True)}
    wanted = {(LIPS, 1): MONDAY, (FACE, 1): MONDAY + timedelta(days=1)}

    arranged = arrange(left_of(both, pinned), seats_of(), wanted, current)

    (unplaced,) = arranged.unplaced
    assert (unplaced.sessions, unplaced.blockers) == (((FACE, 1),), (Blocker("rule", "separation"),))


def test_an_unplaced_visit_is_not_sent_to_the_day_of_a_pinned_one():
    tuesday = MONDAY + timedelta(days=15)
    both = replace(plan, series=(series(LIPS, 1, 45), series(NECK, 1)))
    place = place_of([replace(ellis, away=(Away(MONDAY, MONDAY + timedelta(days=13), "Holiday"),)), okoye])
    late = replace(FIRST, latest=tuesday)
    both = replace(both, series=(both.series[0], replace(both.series[1], sessions=(Session(late),))))
    held = {(NECK, 1): Held(tuesday, pinned=True)}
    current = {frozenset({(NECK, 1)}): booked_at(tuesday, NINE, pinned=True)}

    arranged = arrange(left_of(both, held), seats_of(place), {(LIPS, 1): MONDAY, (NECK, 1): tuesday}, current)

    (unplaced,) = arranged.unplaced
    assert unplaced.nearest == (date(2027, 1, 18), date(2027, 1, 20), date(2027, 1, 21))


days = st.integers(0, 90).map(lambda ahead: MONDAY + timedelta(days=ahead))
holders = st.sampled_from(((PROVIDER, ELLIS), (PROVIDER, OKOYE), (ROOM, 1), (PATIENT, ALICE)))
blocks = st.lists(st.tuples(holders, days, st.integers(0, 20)), max_size=7)
wishes = st.builds(Likes, st.sampled_from(((1, 2, 3, 4, 5), (2, 4))), provider=st.sampled_from((None, OKOYE)))
plans = st.lists(
    st.sampled_from((series(NECK, 3), series(FACE, 2, 20), series(LIPS, 2, 45))),
    min_size=1,
    max_size=3,
    unique_by=lambda one: one.key,
)
apart = Separation(("filler",), ("botox", "mesobotox"), 14, same_visit=True, reason="Filler settles first")


@settings(max_examples=60, derandomize=True, deadline=None, database=None)
@given(plans, blocks, wishes)
def test_every_session_is_placed_legally_at_a_free_time_or_named(chosen, blocks, likes):
    problem = replace(plan, series=tuple(chosen), separations=(apart,))
    booked = [
        slot
        for (kind, key), first, more in blocks
        for slot in whole_days(kind, key, first, first + timedelta(more))
    ]
    left, seats = left_of(problem), seats_of(booked=booked, likes=likes)
    wanted = wanted_of(problem)

    arranged = arrange(left, seats, wanted)

    dates = dates_of(arranged)
    named = [session for one in arranged.unplaced for session in one.sessions]
    assert sorted([*dates, *named]) == sorted(wanted)
    assert len({one.date for one in arranged.placed}) == len(arranged.placed)
    for one in arranged.placed:
        keys, held = [key for key, _ in one.sessions], dict(one.seat.fit.resources)
        del held[PATIENT]
        assert one.seat.day.date == one.date
        assert seats.at(keys, one.date, one.seat.fit.start, held) is not None
    for one in arranged.unplaced:
        assert one.blockers
    full = {**wanted, **dates}
    listed = [[full[one.key, n + 1] for n in range(len(one.sessions))] for one in problem.series]
    against = [one for one in broken(left.problem, listed) if (one.series, one.number) in dates]
    assert [one for one in against if one.kind not in ("window", "separation")] == []
    if not named:
        assert against == []
