"""Many days asked at once find what asking them one by one finds."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.availability.bits import each, span
from scheduling.availability.days import PLAIN, day_of
from scheduling.availability.engine import Finder
from scheduling.availability.place import Away, Calendar, Holder, Place, Visitor, Weekly
from scheduling.availability.steps import DEVICE, PATIENT, PROVIDER, ROOM, Step
from scheduling.availability.stretch import Stretch

KINDS = (PATIENT, PROVIDER, ROOM, DEVICE)
BOTOX = frozenset({"botox"})
ALICE = Visitor(100, BOTOX, BOTOX)
# A Thursday before a clock change, so that it lies among the days asked.
CHANGES = (
    ("America/New_York", date(2027, 3, 11)),
    ("America/New_York", date(2027, 11, 4)),
    ("Australia/Lord_Howe", date(2027, 4, 1)),
    ("Australia/Lord_Howe", date(2027, 9, 30)),
    ("Pacific/Apia", date(2011, 12, 28)),
    ("UTC", date(2027, 1, 7)),
)
TRIED = settings(max_examples=150, derandomize=True, deadline=None, database=None)
weekly = st.builds(
    lambda weekday, times: Weekly(weekday, *(60 * one for one in sorted(times))),
    st.integers(1, 7),
    st.lists(st.integers(0, 24), min_size=2, max_size=2, unique=True),
)
hours = st.lists(weekly, max_size=9).map(tuple)
always = tuple(Weekly(weekday, 0, 24 * 60) for weekday in range(1, 8))


@st.composite
def calendars(draw):
    """A calendar of a few days, those days without some, and a visit."""
    zone, first = draw(st.sampled_from(CHANGES))
    zone, count = ZoneInfo(zone), draw(st.integers(1, 9))
    days = [day_of(zone, first + timedelta(days=ahead)) for ahead in range(count)]
    base = days[0].first - draw(st.integers(0, 40))
    length = days[-1].first + days[-1].units - base
    away = tuple(
        Away(one, one) for one in draw(st.lists(st.sampled_from([day.date for day in days]), max_size=2))
    )
    providers = [
        Holder(key, "Dr. Ellis", BOTOX, draw(st.one_of(hours, st.just(always))), away[:key])
        for key in range(draw(st.integers(0, 3)))
    ]
    holders = {
        PROVIDER: tuple(providers),
        ROOM: (Holder(1, "Room 1", BOTOX), Holder(2, "Small room", frozenset())),
        DEVICE: (Holder(1, "RF 1", BOTOX),),
    }
    place = Place(
        draw(st.one_of(hours, st.just(always))), away[1:], draw(st.sampled_from((1, 3, 12))), holders
    )
    taken = st.lists(st.tuples(st.integers(0, length), st.integers(1, 200)), max_size=4)
    busy = {}
    for kind in KINDS:
        for key in (1, 100):
            for start, units in draw(taken):
                busy[kind, key] = busy.get((kind, key), 0) | span(start, units)
    steps = [
        Step("step", 5 * draw(st.integers(1, 60)), draw(st.frozensets(st.sampled_from(KINDS), min_size=1)))
        for _ in range(draw(st.integers(1, 3)))
    ]
    asked = [day for day in days if draw(st.integers(0, 3))]
    return Calendar(place, base, base + length, busy), asked, Finder(steps)


@TRIED
@given(calendars())
def test_a_stretch_finds_the_times_of_each_of_its_days(case):
    calendar, days, finder = case

    found = Stretch(calendar, days).times(finder, ALICE)

    assert found == {day.date: finder.times(calendar.asked(day, ALICE)) for day in days}


@TRIED
@given(calendars(), st.sampled_from(KINDS))
def test_the_times_with_each_of_a_kind_are_those_when_it_stands_alone(case, kind):
    calendar, days, finder = case

    found = Stretch(calendar, days).times_with(finder, ALICE, kind)

    for day in days:
        asked = calendar.asked(day, ALICE)
        alone = {
            key: replace(asked, free={**asked.free, kind: {key: free}})
            for key, free in asked.free[kind].items()
        }
        if kind in finder.needed:
            assert {key: times[day.date] for key, times in found.items()} == {
                key: finder.times(one) for key, one in alone.items()
            }


def test_no_visit_runs_past_midnight_though_both_days_are_open():
    days = [day_of(ZoneInfo("UTC"), date(2027, 1, 7) + timedelta(days=ahead)) for ahead in (0, 1)]
    calendar = Calendar(Place(always), days[0].first, days[1].first + PLAIN, {})

    found = Stretch(calendar, days).times(Finder([Step("visit", 60, frozenset({PATIENT}))]), ALICE)

    assert [max(each(times)) for times in found.values()] == [PLAIN - 12, PLAIN - 12]


def test_a_stretch_of_no_days_has_no_times():
    calendar = Calendar(Place(always), 0, PLAIN, {})

    assert Stretch(calendar, []).times(Finder([Step("visit", 60, frozenset({PATIENT}))]), ALICE) == {}


def test_a_day_that_was_not_read_is_refused():
    day = day_of(ZoneInfo("UTC"), date(2027, 1, 7))

    with pytest.raises(ValueError, match="2027-01-07 lies outside the days this calendar was read for"):
        Stretch(Calendar(Place(always), day.first + 1, day.first + PLAIN, {}), [day])
