"""The best time of a day: the wished provider, the wished hours, and no holes; and why there is none."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.arranging.blocking import Blocker, blockers
from scheduling.arranging.seats import Likes
from scheduling.availability.bits import each
from scheduling.availability.place import Away, Holder
from scheduling.availability.steps import DEVICE, PATIENT, PROVIDER, ROOM
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
    RF,
    clock_of,
    device,
    ellis,
    every_day,
    okoye,
    place_of,
    room,
    seats_of,
    whole_days,
)

SATURDAY = MONDAY + timedelta(days=5)
TEN, NOON, TWO = 10 * 60, 12 * 60, 14 * 60


def test_without_wishes_the_first_time_of_the_day_is_best():
    seat = seats_of().best([FACE], MONDAY)

    assert (clock_of(seat), seat.fit.resources) == ("Mon 09:00", {PATIENT: ALICE, PROVIDER: ELLIS, ROOM: 1})
    assert [step.name for step in seat.steps] == ["check-in", "Botox, upper face", "turn-over"]
    assert (seat.reason, seat.unit) == ("", seat.day.first + 108)


def test_the_wished_provider_is_taken_even_later_in_the_day():
    booked = [(PROVIDER, OKOYE, MONDAY, NINE, NOON)]

    seat = seats_of(booked=booked, likes=Likes(provider=OKOYE)).best([FACE], MONDAY)

    assert (seat.fit.resources[PROVIDER], seat.reason) == (OKOYE, "")
    assert clock_of(seat) == "Mon 12:00"


@pytest.mark.parametrize(
    "place, wished, said",
    [
        (place_of(), 9, "the preferred provider does not work here"),
        (place_of([ellis, replace(okoye, serves=frozenset())]), OKOYE, "Dr. Okoye does not give this"),
        (
            place_of([ellis, replace(okoye, away=(Away(MONDAY, MONDAY, "Training"),))]),
            OKOYE,
            "Dr. Okoye is away (Training)",
        ),
        (
            place_of([ellis, replace(okoye, weekly=every_day(weekdays=[2]))]),
            OKOYE,
            "Dr. Okoye does not work on this Monday",
        ),
    ],
)
def test_another_provider_comes_with_the_reason(place, wished, said):
    seat = seats_of(place, likes=Likes(provider=wished)).best([FACE], MONDAY)

    assert (seat.fit.resources[PROVIDER], seat.reason) == (ELLIS, said)


def test_a_wished_provider_who_is_booked_out_is_named():
    full = whole_days(PROVIDER, OKOYE, MONDAY, MONDAY)

    seat = seats_of(booked=full, likes=Likes(provider=OKOYE)).best([FACE], MONDAY)

    assert seat.reason == "Dr. Okoye has no free time long enough"


def test_the_visit_lies_within_the_wished_hours():
    seat = seats_of(likes=Likes(starts=TWO, ends=TWO + 45)).best([FACE], MONDAY)

    assert (clock_of(seat), seat.reason) == ("Mon 14:00", "")


def test_hours_too_short_for_the_visit_are_a_wish_that_is_not_kept():
    seat = seats_of(likes=Likes(starts=TWO, ends=TWO + 30)).best([FACE], MONDAY)

    assert (clock_of(seat), seat.reason) == ("Mon 09:00", "outside the preferred days or hours")


def test_both_wishes_that_are_not_kept_are_said():
    seat = seats_of(likes=Likes(weekdays=(2,), provider=9)).best([FACE], MONDAY)

    said = "the preferred provider does not work here; outside the preferred days or hours"
    assert seat.reason == said


def test_the_provider_comes_before_the_hours():
    booked = [(PROVIDER, OKOYE, MONDAY, NINE, TWO)]

    seat = seats_of(booked=booked, likes=Likes(ends=NOON, provider=OKOYE)).best([FACE], MONDAY)

    assert (seat.fit.resources[PROVIDER], clock_of(seat)) == (OKOYE, "Mon 14:00")
    assert seat.reason == "outside the preferred days or hours"


def test_a_time_beside_another_visit_leaves_no_hole():
    booked = [(PROVIDER, ELLIS, MONDAY, 11 * 60 + 10, NOON)]

    seat = seats_of(place_of([ellis]), booked, Likes(starts=TEN)).best([FACE], MONDAY)

    assert clock_of(seat) == "Mon 10:30"


def test_a_day_without_a_time_has_no_best():
    assert seats_of().best([FACE], SATURDAY) is None


def test_only_a_provider_who_gives_everything_takes_a_visit_of_both():
    assert seats_of().best([FACE, LIPS], MONDAY).fit.resources[PROVIDER] == ELLIS
    assert seats_of(place_of([okoye])).best([FACE, LIPS], MONDAY) is None


def test_a_device_is_held_where_one_is_needed():
    assert seats_of().best([RF], MONDAY).fit.resources[DEVICE] == 1
    assert seats_of(place_of(devices=[])).best([RF], MONDAY) is None
    assert DEVICE not in seats_of(place_of(devices=[])).best([FACE], MONDAY).fit.resources


def test_a_time_off_the_grid_can_be_had_when_it_is_asked_for():
    seats = seats_of()
    start = (NINE + 5) // 5

    assert not seats.times([FACE], MONDAY) >> start & 1
    assert seats.at([FACE], MONDAY, start, {PROVIDER: OKOYE}).fit.resources[PROVIDER] == OKOYE
    assert seats.at([FACE], MONDAY, start, {PROVIDER: 9}) is None
    assert seats.at([FACE], MONDAY, (FIVE - 10) // 5) is None


def test_wished_times_keep_the_provider_the_days_and_the_hours():
    seats = seats_of(
        booked=[(PROVIDER, OKOYE, MONDAY, NINE, NOON)], likes=Likes((1, 3), NINE, 13 * 60, OKOYE)
    )

    assert [5 * bit for bit in each(seats.wished([FACE], MONDAY))] == [NOON, NOON + 15]
    assert seats.wished([FACE], MONDAY + timedelta(days=1)) == 0


def test_a_provider_who_cannot_give_it_prices_no_day():
    seats = seats_of(likes=Likes(provider=OKOYE))

    assert seats.wished([LIPS], MONDAY) == seats.times([LIPS], MONDAY)


@pytest.mark.parametrize(
    "seats, when, found",
    [
        (seats_of(), MONDAY, ()),
        (seats_of(), SATURDAY, (Blocker("place", "not open on Saturdays"),)),
        (
            seats_of(place_of(closed=(Away(MONDAY, MONDAY, "Stocktaking"),))),
            MONDAY,
            (Blocker("place", "closed (Stocktaking)"),),
        ),
        (
            seats_of(booked=[(PATIENT, ALICE, MONDAY, NINE, FIVE)]),
            MONDAY,
            (Blocker("patient", "the patient has other visits on this day"),),
        ),
        (
            seats_of(place_of(weekly=every_day(NINE, NINE + 30))),
            MONDAY,
            (Blocker("place", "not open long enough for this visit"),),
        ),
        (seats_of(place_of([])), MONDAY, (Blocker("provider", "no provider gives this here"),)),
        (
            seats_of(place_of(rooms=[replace(room, serves=frozenset())])),
            MONDAY,
            (Blocker("room", "no room serves this"),),
        ),
        (seats_of(place_of(devices=[])), MONDAY, (Blocker("device", "no device gives this"),)),
        (
            seats_of(
                place_of([replace(ellis, away=(Away(MONDAY, MONDAY, "Ill"),))]),
                whole_days(ROOM, 1, MONDAY, MONDAY),
            ),
            MONDAY,
            (
                Blocker("provider", "Dr. Ellis is away (Ill)"),
                Blocker("room", "Room 1 has no free time long enough"),
            ),
        ),
        (
            seats_of(
                place_of([ellis]), [(PROVIDER, ELLIS, MONDAY, NINE, TWO), (ROOM, 1, MONDAY, NOON, FIVE)]
            ),
            MONDAY,
            (Blocker("together", "no time at which patient, provider, room and device are free together"),),
        ),
    ],
)
def test_a_day_without_a_time_says_what_stands_in_the_way(seats, when, found):
    assert blockers(seats, [RF], when) == found


def test_a_provider_who_does_not_work_on_the_day_is_named_with_it():
    seats = seats_of(place_of([replace(ellis, weekly=every_day(weekdays=[2]))]))

    assert blockers(seats, [LIPS], MONDAY) == (Blocker("provider", "Dr. Ellis does not work on this Monday"),)


minutes = st.integers(0, 24).map(lambda place: NINE + 20 * place)
held = st.lists(
    st.tuples(
        st.sampled_from(((PROVIDER, ELLIS), (PROVIDER, OKOYE), (ROOM, 1), (PATIENT, ALICE), (DEVICE, 1))),
        st.lists(minutes, min_size=2, max_size=2, unique=True).map(sorted),
    ),
    max_size=8,
)
likes = st.builds(
    Likes,
    st.sampled_from(((1, 2, 3, 4, 5), (2, 3))),
    st.sampled_from((0, TEN)),
    st.sampled_from((NOON, 24 * 60)),
    st.sampled_from((None, ELLIS, OKOYE, 9)),
)


@settings(max_examples=150, derandomize=True, deadline=None, database=None)
@given(held, likes, st.lists(st.sampled_from((NECK, FACE, LIPS, RF)), min_size=1, max_size=3, unique=True))
def test_the_best_time_is_free_and_as_wished_where_some_time_is(held, likes, keys):
    booked = [(*owner, MONDAY, *times) for owner, times in held]
    seats = seats_of(place_of(), booked, likes)

    best = seats.best(keys, MONDAY)

    times, wished = seats.times(keys, MONDAY), seats.wished(keys, MONDAY)
    assert (best is None) == (times == 0) == (blockers(seats, keys, MONDAY) != ())
    if best is None:
        return
    start, taken = best.fit.start, best.fit.resources
    assert times >> start & 1
    assert seats.at(keys, MONDAY, start, {kind: taken[kind] for kind in taken if kind != PATIENT}) == replace(
        best, reason=""
    )
    if wished:
        assert wished >> start & 1
    if wished and likes.provider in (None, taken[PROVIDER]):
        assert best.reason == ""


def test_names_are_those_of_the_place():
    names = seats_of().names

    assert names[DEVICE, 1] == device
    assert isinstance(names[PROVIDER, ELLIS], Holder)
