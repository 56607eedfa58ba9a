"""Local days on the line of units, through both clock changes of every zone that plays a part."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.availability.bits import each
from scheduling.availability.days import EPOCH, LENGTH, NoSuchTime, day_of, unit_of

ZONES = (
    "America/New_York",
    "Europe/London",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Havana",
    "UTC",
)
NEW_YORK = ZoneInfo("America/New_York")
SPRING, FALL = date(2027, 3, 14), date(2027, 11, 7)
LOOKED_AT = settings(max_examples=200, derandomize=True, deadline=None, database=None)
days = st.builds(
    day_of,
    st.sampled_from(ZONES).map(ZoneInfo),
    st.dates(date(2010, 1, 1), date(2035, 12, 31)),
)


@pytest.mark.parametrize(
    "zone, when, units",
    [
        ("America/New_York", SPRING, 276),
        ("America/New_York", FALL, 300),
        ("Australia/Lord_Howe", date(2027, 4, 4), 294),
        ("Australia/Lord_Howe", date(2027, 10, 3), 282),
        ("America/Sao_Paulo", date(2018, 11, 4), 276),
        ("America/Sao_Paulo", date(2018, 2, 17), 300),
        ("Pacific/Apia", date(2011, 12, 30), 0),
        ("Asia/Kolkata", date(2027, 3, 14), 288),
        ("UTC", date(2027, 3, 14), 288),
    ],
)
def test_a_day_has_as_many_units_as_its_clocks_give_it(zone, when, units):
    assert day_of(ZoneInfo(zone), when).units == units


@LOOKED_AT
@given(days)
def test_days_follow_each_other_without_gap_or_overlap(day):
    after = day_of(day.zone, day.date + timedelta(days=1))

    assert day.first + day.units == after.first


@LOOKED_AT
@given(days)
def test_every_bit_shows_a_time_of_its_own_day(day):
    assert {day.shows(bit).date() for bit in range(day.units)} <= {day.date}


@LOOKED_AT
@given(days, st.integers(0, 287))
def test_a_wall_time_is_the_bit_that_shows_it_or_is_refused(day, place):
    minutes = 5 * place
    showing = [
        bit for bit in range(day.units) if (day.shows(bit).hour, day.shows(bit).minute) == divmod(minutes, 60)
    ]

    if len(showing) == 1:
        assert day.bit_of(minutes) == showing[0]
        return
    with pytest.raises(NoSuchTime):
        day.bit_of(minutes)
    if showing:
        assert [day.bit_of(minutes, fold) for fold in (0, 1)] == showing


@LOOKED_AT
@given(days, st.integers(0, 288), st.integers(0, 288))
def test_open_hours_are_the_bits_whose_clock_lies_between_them(day, one, other):
    opens, closes = sorted((5 * one, 5 * other))

    found = set(each(day.between(opens, closes)))

    shown = {bit: day.shows(bit) for bit in range(day.units)}
    assert found == {bit for bit, local in shown.items() if opens <= 60 * local.hour + local.minute < closes}


def test_a_skipped_and_a_doubled_time_say_what_is_wrong():
    with pytest.raises(NoSuchTime, match="02:30 does not exist on 2027-03-14: the clocks go forward"):
        day_of(NEW_YORK, SPRING).bit_of(150)
    with pytest.raises(NoSuchTime, match="01:30 comes twice on 2027-11-07: say the first or the second"):
        day_of(NEW_YORK, FALL).bit_of(90)


@pytest.mark.parametrize("minutes", [-5, 3, 1445])
def test_a_time_off_the_five_minutes_is_refused(minutes):
    with pytest.raises(ValueError, match="multiple of 5"):
        day_of(NEW_YORK, SPRING).bit_of(minutes)


def test_midnight_at_the_end_is_the_end_of_the_day():
    assert [day_of(NEW_YORK, day).bit_of(1440) for day in (SPRING, FALL)] == [276, 300]


@LOOKED_AT
@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_a_moment_lies_in_its_unit(moment):
    begins = EPOCH + unit_of(moment) * LENGTH

    assert begins <= moment < begins + LENGTH


@LOOKED_AT
@given(days, st.integers(0, (1 << 300) - 1))
def test_bits_are_told_as_the_clock_shows_them(day, bits):
    bits &= day.whole()

    shown = [day.shows(bit) for bit in each(bits)]
    assert day.clocks(bits) == [60 * local.hour + local.minute for local in shown]
