"""The acceptance vectors and golden dates that need a plan; those of single gaps stand with the spacing."""

from dataclasses import replace
from datetime import date

import pytest

from scheduling.intake.compose import compose
from scheduling.intake.events import smile_band
from scheduling.intake.parse import read_intake
from scheduling.planning.problem import Interval
from scheduling.planning.reasons import explain
from tests.scheduling.intake.intakes import (
    CHEEKS,
    MOUTH,
    NECK,
    RF_AGREED,
    SMILE,
    UPPER_FACE,
    composed,
    dates,
    keys,
    planned,
    raw,
    series,
    starts,
    windows,
)
from treatments.library import load_library

LIBRARY = load_library()
STRETCH = {"series": "botox.upper_face", "reason": "cost", "fading_observed": True}
ON_2027_02_23 = [{"name": "Wedding", "date": "2027-02-23"}]


def botox_on(*days):
    """A history of Botox in the upper face."""
    return [{"treatment": "botox", "area": "upper_face", "date": day} for day in days]


def last_days(found, key):
    """The chain of the last recommended days of a series from its start, session by session."""
    first, *later = [session.window for session in series(found, key).sessions]
    days = [first.start]
    for window in later:
        assert isinstance(window, Interval)
        days.append(window.end.after(days[-1]))
    return days


def test_v1_botox_84_days_on_may_come_again_on_the_31st_of_may():
    found = composed(UPPER_FACE, start="2026-05-25", history=botox_on("2026-03-02"))

    assert windows(found, "botox.upper_face")[0] == "2026-05-31 2026-06-02 2026-06-14 2026-07-02"


def test_v2_four_visits_leave_the_stretch_gate_closed_until_the_visit_at_month_12():
    history = botox_on("2026-01-15", "2026-04-15", "2026-07-15", "2026-10-15")

    found = composed(
        (*UPPER_FACE, "moderate"), start="2026-10-16", history=history, stretch=STRETCH, horizon_months=12
    )

    assert windows(found, "botox.upper_face") == [
        "2027-01-15 2027-01-15 2027-01-27 2027-02-15",
        "P90D P4M P5M P6M",
        "P90D P5M P6M P7M",
    ]


def test_v3_cheeks_35_days_before_a_wedding_are_off_and_the_neck_is_not():
    found = composed(CHEEKS, NECK, events=[{"name": "Wedding", "date": "2027-06-12"}])

    day, free = date(2027, 5, 8), date(2027, 4, 10)
    cheeks, neck = series(found, "mesobotox.cheeks"), series(found, "mesobotox.neck")
    assert [day in span for span in cheeks.forbidden] == [True]
    assert [day in span for span in (*neck.forbidden, *neck.discouraged)] == [False, False]
    assert [free in span for span in (*cheeks.forbidden, *cheeks.discouraged)] == [False, False]
    assert found.rule_for("forbidden", "mesobotox.cheeks", 0).rule == "R28"
    assert LIBRARY.separations["X17"].level == "override"


def test_v4_cheeks_50_days_before_a_wedding_are_warned_of():
    found = planned(CHEEKS, rounds={"mesobotox.cheeks": 1}, events=ON_2027_02_23)

    assert dates(found, "mesobotox.cheeks") == [date(2027, 1, 4)]
    assert [(one.rule, one.text) for one in found.warnings] == [
        (
            "R28",
            "50 days before Wedding: the smile may be limited, usually for 4 to 6 weeks, "
            "sometimes for about 2 months.",
        ),
        ("R28", "A first toxin only 50 days before Wedding: try it 90 days ahead or more."),
    ]


def test_v5_golden_filler_comes_before_toxin_whatever_the_order_asked_and_says_why():
    found = planned(CHEEKS, SMILE, rounds={"mesobotox.cheeks": 1})

    filler, toxin = found.solution.visits[0].sessions
    orders = {
        one.series: [
            found.rule_for(reason.kind, None, reason.index).rule
            for reason in one.because
            if reason.kind == "order"
        ]
        for one in explain(found.problem, found.solution)
        if one.date == found.solution.visits[0].date
    }
    assert (filler.series, toxin.series) == ("dynamic_filler.cheek_smile", "mesobotox.cheeks")
    assert orders == {"dynamic_filler.cheek_smile": ["R40"], "mesobotox.cheeks": []}


def test_v6_filler_40_days_after_botox_waits_for_day_84():
    found = planned(SMILE, start="2027-02-15", history=botox_on("2027-01-06"))

    assert dates(found, "dynamic_filler.cheek_smile")[0] == date(2027, 3, 31)


def test_v9_an_allergy_to_milk_rules_out_abo_alone():
    finding = {"findings": ["cows_milk_allergy"]}
    mesobotox = replace(LIBRARY.treatments["mesobotox"], product="abo")
    with_abo = replace(LIBRARY, treatments={**LIBRARY.treatments, "mesobotox": mesobotox})

    found = compose(read_intake(raw(CHEEKS, **finding)), with_abo)

    rule = LIBRARY.findings[found.declined[0].rule]
    assert keys(found) == []
    assert (rule.finding, rule.level, rule.products) == ("cows_milk_allergy", "stop", ("abo",))
    assert keys(composed(CHEEKS, **finding)) == ["mesobotox.cheeks"]


def test_v12_active_acne_is_for_mesobotox_to_discuss_for_filler_and_a_stop_for_rf():
    acne = {"findings": ["active_acne"], "discussed": [RF_AGREED]}

    found = composed(("active_acne", "cheeks"), SMILE, MOUTH, **acne)

    assert keys(found) == ["mesobotox.cheeks"]
    assert [(one.topic, one.rule) for one in found.discuss] == [
        ("dynamic_filler.cheek_smile", "F6a"),
        ("dynamic_filler.perioral", "F6a"),
    ]
    assert [(one.area, one.rule) for one in found.declined] == [("perioral", "F6b")]


def test_v12_acne_that_is_to_be_treated_holds_filler_on_the_same_skin():
    found = composed(("active_acne", "cheeks"), SMILE)

    assert keys(found) == ["mesobotox.cheeks"]
    assert [(one.topic, one.rule) for one in found.discuss] == [("dynamic_filler.cheek_smile", "F6a")]


def test_golden_moderate_botox_keeps_three_months_for_a_year_from_its_start():
    found = composed((*UPPER_FACE, "moderate"), start="2026-01-15", stretch=STRETCH, horizon_months=17)

    days = starts(found, "botox.upper_face")
    assert [f"{day}" for day in days] == [
        "2026-01-15",
        "2026-04-15",
        "2026-07-15",
        "2026-10-15",
        "2027-01-15",
        "2027-05-15",
    ]
    assert windows(found, "botox.upper_face")[4:] == ["P3M P3M P104D P4M", "P90D P4M P5M P6M"]


def test_golden_five_rounds_of_mesobotox_three_to_four_months_apart():
    found = composed((*CHEEKS, "severe"), start="2026-01-15", horizon_months=12)

    assert [f"{day:%m-%d}" for day in starts(found, "mesobotox.cheeks")[1:]] == [
        "04-15",
        "07-15",
        "10-15",
        "01-15",
    ]
    assert [f"{day}" for day in last_days(found, "mesobotox.cheeks")[1:]] == [
        "2026-05-15",
        "2026-09-15",
        "2027-01-15",
        "2027-05-15",
    ]


def test_golden_a_round_given_late_moves_the_next_window():
    given = ("2026-01-15", "2026-05-06")
    history = [{"treatment": "mesobotox", "area": "cheeks", "date": day} for day in given]

    found = composed(CHEEKS, start="2026-05-07", history=history)

    assert windows(found, "mesobotox.cheeks")[0] == "2026-08-04 2026-08-06 2026-09-06 2026-10-06"


@pytest.mark.parametrize(
    ("day", "band"),
    [
        ("2026-06-20", "RED"),
        ("2026-05-24", "RED"),
        ("2026-05-23", "AMBER"),
        ("2026-05-10", "AMBER"),
        ("2026-05-09", "YELLOW"),
        ("2026-04-21", "YELLOW"),
        ("2026-04-20", "GREEN"),
        ("2026-06-21", "GREEN"),
    ],
)
def test_golden_the_smile_on_the_day_of_a_wedding(day, band):
    cheeks = LIBRARY.protocols["mesobotox.cheeks"]

    assert smile_band(cheeks, date.fromisoformat(day), date(2026, 6, 20)) == band


@pytest.mark.parametrize("severity", ["mild", "moderate", "severe"])
def test_golden_a_single_session_of_the_face_is_valid_at_every_severity(severity):
    found = planned((*CHEEKS, severity), rounds={"mesobotox.cheeks": 1})

    assert (found.solution.status, len(dates(found, "mesobotox.cheeks"))) == ("optimal", 1)


def test_golden_lift_mouth_and_rf_make_no_series_by_themselves():
    found = composed(("lift", "jawline"), ("texture", "perioral"), MOUTH)

    assert keys(found) == ["dynamic_filler.perioral"]
    assert [(one.concern, one.rule) for one in found.declined] == [("lift", "R49")]
    assert [(one.topic, one.rule) for one in found.discuss] == [
        ("mesobotox.perioral", "R42"),
        ("rf_microneedling.perioral", "R47"),
    ]
