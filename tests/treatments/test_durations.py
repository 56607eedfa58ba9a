"""Durations as people write them, as they are kept, and in order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.durations import nominal_days, read_spoken, spoken


@pytest.mark.parametrize(
    ("text", "days"), [("P90D", 90), ("P12W", 84), ("P3M", 91), ("P3M14D", 105), ("P1Y", 365), ("P12M", 365)]
)
def test_nominal_days_counts_a_month_as_a_twelfth_of_a_year(text, days):
    assert nominal_days(text) == days


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("P1D", "1 day"),
        ("P3M14D", "3 months 14 days"),
        ("P1Y", "1 year"),
        ("P4W", "4 weeks"),
        ("P0D", "0 days"),
    ],
)
def test_spoken_reads_a_duration_aloud(text, words):
    assert spoken(text) == words


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("90 days", "P90D"),
        ("3 months", "P3M"),
        ("3 months 14 days", "P3M14D"),
        ("3 months, 14 days", "P3M14D"),
        ("12 wk", "P12W"),
        ("6 mo", "P6M"),
        ("1 Year", "P1Y"),
        ("p90d", "P90D"),
        (" 90d ", "P90D"),
    ],
)
def test_read_spoken_takes_what_a_person_types(typed, kept):
    assert read_spoken(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "soon", "3", "-3 months", "3.5 months", "days", "P", "٣ months", "9" * 99]
)
def test_read_spoken_says_what_would_be_right(typed):
    with pytest.raises(ValueError, match="Write 90 days, 12 weeks or 3 months 14 days"):
        read_spoken(typed)


@pytest.mark.parametrize("text", ["", "P", "3M", "P3H", "P-3M", "P3M "])
def test_nominal_days_says_what_would_be_right(text):
    with pytest.raises(ValueError, match=r"is not a duration\. Write P90D, P12W, P3M or P3M14D"):
        nominal_days(text)


@given(st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99), st.integers(1, 999)))
def test_what_is_spoken_reads_back_as_what_was_kept(counts):
    text = "P" + "".join(f"{count}{unit}" for count, unit in zip(counts, "YMWD", strict=True) if count)

    assert read_spoken(spoken(text)) == text
