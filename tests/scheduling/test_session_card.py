"""The card of a session: its place, its window and the rules that put it on its day."""

from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from scheduling.intake.recommendation import Recommendation
from scheduling.naming import Names, names_of
from scheduling.plan_page.session_card import said, session_card, window_bar
from scheduling.planning.problem import FourDates
from tests.scheduling.intake.intakes import CHEEKS, NECK, UPPER_FACE, planned
from treatments.library import load_library

TODAY = date(2027, 1, 4)
MAYA = {
    "events": [{"name": "Wedding", "date": "2027-06-12"}],
    "away": [{"from": "2027-04-01", "to": "2027-04-14"}],
    "horizon_months": 12,
}


@cache
def maya() -> tuple[Recommendation, Names]:
    """Botox and MesoBotox before a wedding, two weeks away in April."""
    found = planned(CHEEKS, NECK, UPPER_FACE, **MAYA)
    return found, names_of([one.key for one in found.series], load_library())


def card(number: int, series: str = "mesobotox.cheeks", today: date = TODAY):
    return session_card(*maya(), series, number, today)


def test_card_names_the_series_and_the_place_of_the_session():
    found = card(2)

    assert found.title == "MesoBotox, cheeks to jawline"
    assert found.mark == "mesobotox"
    assert found.place == "session 2 of 4"
    assert found.phase == "initial series"


def test_card_tells_the_initial_series_from_maintenance():
    found = planned(NECK, rounds={"mesobotox.neck": 2})
    names = names_of(["mesobotox.neck"], load_library())

    phases = [session_card(found, names, "mesobotox.neck", number, TODAY).phase for number in (1, 2, 3)]

    assert phases == ["initial series 1 of 2", "initial series 2 of 2", "maintenance"]


def test_card_of_a_patient_treated_before_counts_only_this_plan():
    history = [{"treatment": "mesobotox", "area": "neck", "date": "2026-11-02"}]
    found = planned(NECK, history=history, rounds={"mesobotox.neck": 2})
    names = names_of(["mesobotox.neck"], load_library())

    shown = session_card(found, names, "mesobotox.neck", 1, TODAY)

    assert shown.phase == "initial series 1 of 2 in this plan"


def test_card_of_a_single_session_counts_nothing():
    found = planned(NECK, rounds={"mesobotox.neck": 1})
    names = names_of(["mesobotox.neck"], load_library())

    shown = session_card(found, names, "mesobotox.neck", 1, TODAY)

    assert (shown.place, shown.phase) == ("the only session", "initial series")


@pytest.mark.parametrize(
    ("today", "distance", "ahead"),
    [
        (date(2027, 4, 18), "in 1 day", True),
        (date(2027, 4, 19), "today", True),
        (date(2027, 4, 29), "10 days ago", False),
    ],
)
def test_card_says_how_far_its_day_is(today, distance, ahead):
    found = card(2, today=today)

    assert found.heading == "Monday 19 April 2027"
    assert (found.distance, found.ahead) == (distance, ahead)


def test_card_names_the_others_of_the_visit():
    together = card(2).together

    assert together == ("MesoBotox, neck, session 2", "Botox, upper face, session 2")


def test_card_puts_each_reason_under_its_rule_or_a_plain_word():
    found = card(2)

    assert [line.label for line in found.reasons] == ["R33", "trip", "away", "R28", "R28"]
    assert [bool(line.source) for line in found.reasons] == [True, False, False, True, True]
    assert found.reasons[1].text == "Same visit as MesoBotox, neck; Botox, upper face: one trip instead of 3."


def test_card_names_the_sources_of_its_reasons_once_each():
    found = card(2)

    assert {line.label for line in found.sources} == {"R33", "R28"}
    assert len(set(found.sources)) == len(found.sources)


def test_card_tells_why_there_is_the_series():
    because = next(one.because for one in maya()[0].series if one.key == "mesobotox.cheeks")

    assert [line.label for line in card(2).why_series] == [one.rule for one in because]


def test_card_warns_only_of_its_own_session():
    own = card(2).warnings

    assert [line.label for line in own] == ["R28"]
    assert own[0].text.startswith("54 days before Wedding: the smile may be limited")
    assert card(4).warnings == ()


def test_card_has_no_key_of_a_series_in_its_words():
    for series, days in zip(maya()[0].problem.series, maya()[0].solution.dates, strict=True):
        for number in range(1, len(days) + 1):
            found = card(number, series.key)
            words = [line.text for line in (*found.reasons, *found.why_series, *found.warnings)]

            assert [text for text in words if "mesobotox." in text or "botox." in text] == []


def test_window_bar_places_its_days_in_percent():
    window = FourDates(date(2027, 4, 1), date(2027, 4, 11), date(2027, 5, 11), date(2027, 7, 10))

    bar = window_bar(window, date(2027, 4, 21))

    assert (bar.start, bar.end, bar.width, bar.at) == (10, 40, 30, 20)
    assert bar.earliest_words == "Thu 1 Apr 2027"
    assert bar.recommended_words == "Sun 11 Apr to Tue 11 May 2027"
    assert bar.latest_words == "Sat 10 Jul 2027"


def test_window_bar_of_a_single_day_stands_in_the_middle():
    day = date(2027, 4, 1)

    bar = window_bar(FourDates(day, day, day, day), day)

    assert (bar.start, bar.end, bar.at, bar.recommended_words) == (0, 100, 50, "Thu 1 Apr 2027")


def test_window_bar_says_both_years_over_the_end_of_one():
    window = FourDates(date(2027, 12, 1), date(2027, 12, 20), date(2028, 1, 20), date(2028, 2, 1))

    assert window_bar(window, date(2028, 1, 3)).recommended_words == "Mon 20 Dec 2027 to Thu 20 Jan 2028"


def test_said_speaks_dates_and_names():
    names = maya()[1]

    text = said("botox.upper_face, mesobotox.neck: event: Wedding (Botox on 2026-10-20)", names)

    assert text == "Botox, upper face; MesoBotox, neck: Wedding (Botox on Tue 20 Oct 2026)"


def test_card_of_an_unknown_session_is_refused():
    with pytest.raises(KeyError, match="no session 9"):
        card(9)


def test_card_without_a_plan_is_refused():
    found, names = maya()

    with pytest.raises(ValueError, match="no plan"):
        session_card(replace(found, solution=None), names, "mesobotox.cheeks", 1, TODAY)
