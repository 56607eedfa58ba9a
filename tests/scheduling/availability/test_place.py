"""A place, the people and things in it, and the days asked of its calendar."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.availability.bits import each, span
from scheduling.availability.days import PLAIN, day_of
from scheduling.availability.place import Away, Calendar, Holder, Place, Visitor, Weekly, hours, within
from scheduling.availability.steps import DEVICE, PATIENT, PROVIDER, ROOM

ZONE = ZoneInfo("America/New_York")
MONDAY, TUESDAY = date(2027, 1, 4), date(2027, 1, 5)
SPRING, FALL = date(2027, 3, 14), date(2027, 11, 7)
NINE, NOON, ONE, FIVE = 9 * 60, 12 * 60, 13 * 60, 17 * 60
ALICE = 100
BOTH = frozenset({"botox", "filler"})
ellis = Holder(1, "Dr. Ellis", BOTH, (Weekly(1, NINE, NOON), Weekly(1, ONE, FIVE)))
okoye = Holder(2, "Dr. Okoye", frozenset({"botox"}), (Weekly(1, NINE, FIVE),))
room = Holder(1, "Room 1", BOTH)
small_room = Holder(2, "Small room", frozenset({"botox"}))
device = Holder(1, "RF 1", frozenset({"rf"}))
place = Place(
    weekly=tuple(Weekly(day, NINE, FIVE) for day in range(1, 6)),
    closed=(Away(TUESDAY, TUESDAY, "Stocktaking"),),
    grid=3,
    holders={PROVIDER: (ellis, okoye), ROOM: (room, small_room), DEVICE: (device,)},
)
botox = Visitor(ALICE, frozenset({"botox"}))


def day(when: date):
    return day_of(ZONE, when)


def calendar(busy=None, of: Place = place) -> Calendar:
    """The calendar of January 2027."""
    first, last = day(MONDAY), day(date(2027, 2, 1))
    base = first.first // PLAIN * PLAIN
    return Calendar(
        of, base, last.first, {key: bits << first.first - base for key, bits in (busy or {}).items()}
    )


def stretch(opens: int, closes: int) -> int:
    """The bits of a plain day from one time to another."""
    return span(opens // 5, (closes - opens) // 5)


def test_a_place_is_open_in_its_weekly_hours():
    assert place.open(day(MONDAY)) == stretch(NINE, FIVE)


def test_a_lunch_break_makes_two_stretches():
    with_lunch = replace(place, weekly=(Weekly(1, NINE, NOON), Weekly(1, ONE, FIVE)))

    assert with_lunch.open(day(MONDAY)) == stretch(NINE, NOON) | stretch(ONE, FIVE)


def test_a_place_is_shut_at_the_weekend_and_on_its_closed_days():
    assert place.open(day(MONDAY - timedelta(days=1))) == 0
    assert place.open(day(TUESDAY)) == 0
    assert place.shut_on(TUESDAY) == Away(TUESDAY, TUESDAY, "Stocktaking")
    assert place.shut_on(MONDAY) is None


def test_a_closure_holds_on_both_its_ends_and_not_beyond():
    closure = Away(MONDAY, MONDAY + timedelta(days=2))

    assert [MONDAY + timedelta(days=ahead) in closure for ahead in (-1, 0, 2, 3)] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("when, shown", [(SPRING, 7 * 60 - 60), (FALL, 7 * 60 + 60)])
def test_a_night_at_which_clocks_change_is_an_hour_shorter_or_longer(when, shown):
    bits = within(day(when), [Weekly(7, 0, 7 * 60)])

    assert 5 * bits.bit_count() == shown


def test_open_hours_after_a_clock_change_are_where_the_clock_says():
    bits = list(each(within(day(SPRING), [Weekly(7, NINE, FIVE)])))

    assert [day(SPRING).shows(bit).hour for bit in (bits[0], bits[-1])] == [9, 16]
    assert (bits[0], len(bits)) == ((NINE - 60) // 5, (FIVE - NINE) // 5)


def test_somebody_works_in_their_shifts_within_the_open_hours():
    early = Holder(3, "Dr. Early", BOTH, (Weekly(1, 7 * 60, NOON),))

    assert hours(early, day(MONDAY), place.open(day(MONDAY))) == stretch(NINE, NOON)


@pytest.mark.parametrize(
    "first, last, works",
    [
        (MONDAY, MONDAY, True),
        (MONDAY - timedelta(days=7), MONDAY - timedelta(days=1), False),
        (MONDAY + timedelta(days=1), date.max, False),
        (date.min, date.max, True),
    ],
)
def test_a_shift_holds_from_its_first_to_its_last_day(first, last, works):
    holder = Holder(3, "Dr. Temp", BOTH, (Weekly(1, NINE, FIVE, first, last),))

    assert hours(holder, day(MONDAY), stretch(NINE, FIVE)) == (stretch(NINE, FIVE) if works else 0)


def test_somebody_away_cannot_be_had():
    away = replace(ellis, away=(Away(MONDAY, MONDAY, "Training"),))

    assert hours(away, day(MONDAY), stretch(NINE, FIVE)) == 0
    assert away.away_on(MONDAY) == Away(MONDAY, MONDAY, "Training")
    assert away.away_on(TUESDAY) is None


def test_a_room_can_be_had_whenever_the_place_is_open():
    assert hours(room, day(MONDAY), stretch(NINE, FIVE)) == stretch(NINE, FIVE)


def test_only_those_who_serve_every_treatment_are_able():
    assert place.able(PROVIDER, ["botox"]) == (ellis, okoye)
    assert place.able(PROVIDER, ["botox", "filler"]) == (ellis,)
    assert place.able(ROOM, ["rf"]) == ()
    assert Place(()).able(ROOM, []) == ()


def test_a_day_asked_holds_everybody_who_could_come_into_question():
    asked = calendar().asked(day(MONDAY), botox)

    assert (asked.units, asked.open, asked.grid) == (PLAIN, stretch(NINE, FIVE), 3)
    assert asked.free == {
        PATIENT: {ALICE: day(MONDAY).whole()},
        PROVIDER: {1: stretch(NINE, NOON) | stretch(ONE, FIVE), 2: stretch(NINE, FIVE)},
        ROOM: {1: stretch(NINE, FIVE), 2: stretch(NINE, FIVE)},
        DEVICE: {},
    }


def test_a_device_is_asked_for_what_it_gives():
    rf = Visitor(ALICE, frozenset({"rf"}), frozenset({"rf"}))

    assert calendar().asked(day(MONDAY), rf).free[DEVICE] == {1: stretch(NINE, FIVE)}


def test_what_is_held_is_not_free_on_its_own_day_only():
    busy = {(PROVIDER, 1): stretch(NINE, NOON), (PATIENT, ALICE): stretch(ONE, FIVE)}

    asked = calendar(busy).asked(day(MONDAY), botox)
    week_after = calendar(busy).asked(day(MONDAY + timedelta(days=7)), botox)

    assert asked.free[PROVIDER][1] == stretch(ONE, FIVE)
    assert asked.free[PATIENT] == {ALICE: day(MONDAY).whole() & ~stretch(ONE, FIVE)}
    assert week_after.free[PROVIDER][1] == stretch(NINE, NOON) | stretch(ONE, FIVE)


def test_the_wished_providers_are_tried_first():
    asked = calendar().asked(day(MONDAY), replace(botox, providers=(2,)))

    assert list(asked.free[PROVIDER]) == [2, 1]


def test_a_closed_day_leaves_nobody_free():
    asked = calendar().asked(day(TUESDAY), botox)

    assert (asked.open, asked.free[PROVIDER], asked.free[ROOM]) == (0, {1: 0, 2: 0}, {1: 0, 2: 0})


def test_a_visit_that_moves_does_not_stand_in_its_own_way():
    held = {(PROVIDER, 1): stretch(NINE, 10 * 60)}
    whole = calendar({(PROVIDER, 1): stretch(NINE, NOON)})
    shift = day(MONDAY).first - whole.base

    freed = whole.without({key: bits << shift for key, bits in held.items()})

    assert freed.asked(day(MONDAY), botox).free[PROVIDER][1] == stretch(NINE, 10 * 60) | stretch(ONE, FIVE)
    assert whole.asked(day(MONDAY), botox).free[PROVIDER][1] == stretch(ONE, FIVE)


def test_more_can_be_held_without_changing_the_calendar():
    free = calendar()
    shift = day(MONDAY).first - free.base

    held = free.with_held({(ROOM, 1): stretch(NINE, NOON) << shift})

    assert held.asked(day(MONDAY), botox).free[ROOM][1] == stretch(NOON, FIVE)
    assert free.asked(day(MONDAY), botox).free[ROOM][1] == stretch(NINE, FIVE)


@pytest.mark.parametrize("when", [date(2027, 1, 1), date(2027, 2, 1), date(2028, 1, 3)])
def test_a_day_that_was_not_read_is_refused(when):
    with pytest.raises(ValueError, match=f"{when} lies outside the days this calendar was read for"):
        calendar().asked(day(when), botox)


@settings(max_examples=200, derandomize=True, deadline=None, database=None)
@given(st.integers(0, (1 << 28 * PLAIN) - 1), st.integers(0, 27))
def test_a_day_is_cut_out_of_the_line_unit_by_unit(bits, ahead):
    line = calendar({(PATIENT, ALICE): bits})
    when = day(MONDAY + timedelta(days=ahead))

    taken = line.taken(when, PATIENT, ALICE) & when.whole()

    assert taken == bits >> when.first - day(MONDAY).first & when.whole()
