"""Durations count on the calendar: years and months first, clipped at the month's end, then weeks, days."""

from datetime import date, timedelta

import numpy as np
import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.planning.check import windows
from scheduling.planning.durations import Duration
from scheduling.planning.problem import FourDates, Interval, Series, Session
from scheduling.planning.tables import after_all

THREE_MONTHS = Duration(months=3)


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("P90D", Duration(days=90)),
        ("P12W", Duration(weeks=12)),
        ("P3M", Duration(months=3)),
        ("P3M14D", Duration(months=3, days=14)),
        ("P1Y2M3W4D", Duration(1, 2, 3, 4)),
        ("P0D", Duration()),
        ("P0M5D", Duration(days=5)),
    ],
)
def test_parse_reads_years_months_weeks_and_days(text, duration):
    assert Duration.parse(text) == duration


@pytest.mark.parametrize(
    "text", ["", "P", "3M", "P3", "PT3H", "P-3M", "P1.5M", "p3m", "P3D2M", " P3M", "P3M\n", "P٣M", "P3MT0S"]
)
def test_parse_refuses_what_is_no_date_duration(text):
    with pytest.raises(ValueError, match="is not a date duration; write P90D, P12W, P3M or P3M14D"):
        Duration.parse(text)


@pytest.mark.parametrize(
    ("day", "text", "later"),
    [
        ("2025-11-30", "P3M", "2026-02-28"),
        ("2027-01-31", "P1M", "2027-02-28"),
        ("2028-01-31", "P1M", "2028-02-29"),
        ("2028-02-29", "P1Y", "2029-02-28"),
        ("2027-10-31", "P4M", "2028-02-29"),
        ("2027-01-31", "P1M1D", "2027-03-01"),
        ("2027-01-30", "P1M1W", "2027-03-07"),
        ("2027-12-31", "P2M", "2028-02-29"),
        ("2027-03-28", "P1D", "2027-03-29"),
        ("2027-05-17", "P0D", "2027-05-17"),
    ],
)
def test_after_clips_at_the_end_of_the_month_before_it_adds_days(day, text, later):
    assert Duration.parse(text).after(date.fromisoformat(day)) == date.fromisoformat(later)


def test_windows_are_counted_from_the_actual_date_before():
    first = date(2026, 1, 31)
    interval = Interval(THREE_MONTHS, THREE_MONTHS, THREE_MONTHS, THREE_MONTHS)
    sessions = (Session(FourDates(first, first, first, first)), *[Session(interval)] * 3)
    series = Series("botox.glabella", "botox", "glabella", 20, sessions)
    days = [first, date(2026, 4, 30), date(2026, 7, 30), date(2026, 10, 30)]

    found = windows(series, days)

    assert [window.earliest for window in found] == days
    assert [window.latest for window in found] == days


def test_after_past_the_last_year_is_the_last_day():
    assert Duration(years=9999).after(date(2027, 1, 4)) == date.max
    assert Duration(days=99_999).after(date(9990, 1, 4)) == date.max


@pytest.mark.parametrize("text", ["P90D", "P12W", "P3M14D", "P1Y2M3W4D", "P0D"])
def test_text_reads_back_as_the_same_duration(text):
    assert str(Duration.parse(text)) == text


lengths = st.builds(Duration, st.integers(0, 3), st.integers(0, 30), st.integers(0, 9), st.integers(0, 400))


@settings(max_examples=200, derandomize=True, deadline=None, database=None)
@given(lengths, st.dates(date(1999, 1, 1), date(2150, 1, 1)))
def test_after_adds_as_relativedelta_does(duration, day):
    months = day + relativedelta(years=duration.years, months=duration.months)

    later = duration.after(day)

    assert later == months + timedelta(days=7 * duration.weeks + duration.days)


@settings(max_examples=60, derandomize=True, deadline=None, database=None)
@given(lengths, st.dates(date(1999, 1, 1), date(2150, 1, 1)))
def test_after_all_adds_to_many_days_as_after_does_to_one(duration, first):
    days = [first + timedelta(days=offset) for offset in range(800)]

    later = after_all(duration, np.array(days, dtype="datetime64[D]"))

    assert later.tolist() == [duration.after(day) for day in days]
