"""The practice's rules that concern planning, each under its number."""

import itertools
from datetime import date, timedelta

import pytest

from scheduling.planning.problem import Separation
from tests.scheduling.intake.intakes import (
    CHEEKS,
    CHEST,
    MOUTH,
    NECK,
    RF_AGREED,
    SMILE,
    UPPER_FACE,
    after,
    composed,
    dates,
    keys,
    planned,
    series,
    starts,
    windows,
)
from treatments.library import load_library

LIBRARY = load_library()
FIRST = "2027-01-04 2027-01-04 2027-01-18 2027-02-15"
BOTOX = "P90D P3M P104D P4M"
MESOBOTOX = "P90D P3M P4M P5M"
SKIN_TYPE = ["fitzpatrick_4_to_6"]


def rules(found, key):
    """The rules named for a series."""
    return [reason.rule for one in found.series if one.key == key for reason in one.because]


def test_r1_mesobotox_and_microbotox_are_one_treatment():
    named = [one.key for one in LIBRARY.treatments.values() if "MicroBotox" in (one.name, *one.synonyms)]

    assert named == ["mesobotox"]


def test_r2_r7_r15_mesobotox_is_dilute_and_shallow():
    mesobotox = LIBRARY.treatments["mesobotox"]

    assert (mesobotox.depth, mesobotox.technique) == (
        "dermis",
        "Much very dilute Botox in tiny droplets, close together, over a wide area",
    )


def test_r3_mesobotox_is_offered_freely_for_cheeks_neck_and_chest_alone():
    free = [
        protocol.area
        for protocol in LIBRARY.protocols.values()
        if protocol.treatment == "mesobotox" and protocol.offered == "offered"
    ]

    assert free == ["cheeks", "neck", "chest"]


def test_r5_r6_years_of_upper_face_botox_are_a_suggestion_and_no_series():
    history = [
        {"treatment": "botox", "area": "upper_face", "date": day} for day in ("2024-10-01", "2026-10-20")
    ]

    found = composed(UPPER_FACE, NECK, history=history)

    assert keys(found) == ["botox.upper_face", "mesobotox.neck"]
    assert [(one.topic, one.rule) for one in found.discuss] == [
        ("mesobotox.cheeks", "R6"),
        ("mesobotox.chest", "R6"),
    ]


def test_r8_no_skin_type_keeps_mesobotox_away():
    assert keys(composed(CHEEKS, findings=SKIN_TYPE)) == ["mesobotox.cheeks"]


@pytest.mark.parametrize("severity", ["moderate", "severe"])
def test_r11_r13_botox_keeps_three_months_at_moderate_and_severe(severity):
    found = composed((*UPPER_FACE, severity))

    assert windows(found, "botox.upper_face") == [FIRST, *[BOTOX] * 6]


def test_r11_mild_botox_may_take_three_to_four_months():
    found = composed((*UPPER_FACE, "mild"))

    assert windows(found, "botox.upper_face") == [FIRST, *["P90D P3M P4M P5M"] * 6]


@pytest.mark.parametrize("severity", ["mild", "severe"])
def test_r12_without_fading_nothing_is_stretched(severity):
    wish = {"series": "botox.upper_face", "reason": "time", "fading_observed": False}

    found = composed((*UPPER_FACE, severity), stretch=wish)

    assert windows(found, "botox.upper_face") == windows(
        composed((*UPPER_FACE, severity)), "botox.upper_face"
    )
    assert [(one.rule, one.text) for one in found.warnings] == [
        ("R12", "Not spaced out: wrinkles have to be seen fading first.")
    ]


def test_r12_mild_botox_is_stretched_at_once():
    wish = {"series": "botox.upper_face", "reason": "cost", "fading_observed": True}

    found = composed((*UPPER_FACE, "mild"), stretch=wish)

    assert windows(found, "botox.upper_face") == [
        FIRST,
        "P90D P4M P5M P6M",
        "P90D P5M P6M P7M",
        "P90D P6M P6M14D P8M",
    ]


def test_r13_botox_is_stretched_only_after_a_year():
    wish = {"series": "botox.upper_face", "reason": "cost", "fading_observed": True}

    found = composed((*UPPER_FACE, "moderate"), stretch=wish, horizon_months=24)

    assert windows(found, "botox.upper_face") == [
        FIRST,
        *["P3M P3M P104D P4M"] * 4,
        "P90D P4M P5M P6M",
        "P90D P5M P6M P7M",
    ]
    assert starts(found, "botox.upper_face")[4:] == [date(2028, 1, 4), date(2028, 5, 4), date(2028, 10, 4)]
    assert "R12" in rules(found, "botox.upper_face")


def test_r13_no_solution_stretches_an_interval_before_the_year_is_over():
    wish = {"series": "botox.upper_face", "reason": "cost", "fading_observed": True}

    found = planned((*UPPER_FACE, "severe"), CHEEKS, NECK, stop=after(5), stretch=wish, horizon_months=24)

    days = dates(found, "botox.upper_face")
    gaps = [(later - earlier).days for earlier, later in itertools.pairwise(days)]
    assert all(
        gap <= 123 for gap, day in zip(gaps, days, strict=False) if day < days[0] + timedelta(days=365)
    )
    assert max(gaps) > 123


def test_r13_the_year_counts_from_the_run_in_the_history():
    wish = {"series": "botox.upper_face", "reason": "cost", "fading_observed": True}
    history = [
        {"treatment": "botox", "area": "upper_face", "date": day}
        for day in ("2025-06-01", "2026-02-01", "2026-05-02", "2026-08-02", "2026-11-02")
    ]

    found = composed((*UPPER_FACE, "moderate"), stretch=wish, history=history)

    assert windows(found, "botox.upper_face") == [
        "2027-02-02 2027-02-02 2027-02-14 2027-03-02",
        "P90D P4M P5M P6M",
        "P90D P5M P6M P7M",
        "P90D P6M P6M14D P8M",
    ]


def test_r13_a_year_longer_than_the_horizon_is_said():
    wish = {"series": "botox.upper_face", "reason": "cost", "fading_observed": True}

    found = composed((*UPPER_FACE, "moderate"), stretch=wish, horizon_months=12)

    assert [(one.series, one.number, one.rule) for one in found.warnings] == [("botox.upper_face", 1, "R13")]


def test_r14_a_target_no_session_can_reach_is_offered_as_a_booster():
    history = [{"treatment": "botox", "area": "upper_face", "date": "2026-12-20"}]
    events = [{"name": "Gala", "date": "2027-03-01"}]

    found = composed(UPPER_FACE, history=history, events=events)

    assert found.problem.targets == ()
    assert [(one.topic, one.rule) for one in found.discuss] == [("booster.botox.upper_face", "R14")]
    assert found.discuss[0].text == (
        "No regular session of botox.upper_face falls in the best days before Gala, "
        "Mon 4 Jan 2027 to Mon 1 Feb 2027. The provider may discuss an extra treatment."
    )


def test_r14_a_target_the_plan_gives_up_is_offered_as_a_booster_too():
    events = [{"name": "Gala", "date": "2027-03-26"}, {"name": "Ball", "date": "2027-04-23"}]
    history = [{"treatment": "botox", "area": "upper_face", "date": "2026-11-02"}]

    found = planned(UPPER_FACE, history=history, events=events)

    missed = [
        target.span.reason
        for target in found.problem.targets
        if not any(day in target.span for day in dates(found, "botox.upper_face"))
    ]
    assert [one.topic for one in found.discuss] == ["booster.botox.upper_face"] * len(missed)


def test_r14_a_reachable_event_is_a_target():
    found = composed(UPPER_FACE, events=[{"name": "Wedding", "date": "2027-06-12"}])

    assert [(one.series, one.span.first, one.span.last, one.span.cost) for one in found.problem.targets] == [
        (("botox.upper_face",), date(2027, 4, 17), date(2027, 5, 15), 40)
    ]


def test_r16_botox_and_mesobotox_are_two_treatments():
    botox, mesobotox = LIBRARY.treatments["botox"], LIBRARY.treatments["mesobotox"]

    assert (botox.depth, mesobotox.depth) == ("muscle", "dermis")


@pytest.mark.parametrize("wants", [(CHEEKS,), (UPPER_FACE,), (("lift", "neck"),), (MOUTH, NECK)])
def test_r19_r31_stand_on_every_plan(wants):
    assert [one.rule for one in composed(*wants).expectations][:2] == ["R19", "R31"]


def test_r18_r20_r26_to_r28_are_expected_of_mesobotox_on_the_face():
    expected = {one.rule for one in composed(CHEEKS).expectations}

    assert expected == {"R19", "R31", "R17", "R18", "R26", "R30", "R20", "R28", "R27"}


def test_r21_to_r23_are_expected_of_the_neck_and_r33_counts_it():
    found = composed(NECK)

    assert {"R21", "R23", "R33"} <= set(rules(found, "mesobotox.neck"))
    assert {"R22", "R23"} <= {one.rule for one in found.expectations}
    assert found.series[0].initial == 5


def test_r23_the_chest_answers_slowly():
    assert "R23" in {one.rule for one in composed(CHEST).expectations}


def test_r28_an_event_forbids_the_face_for_six_weeks_and_warns_for_three_more():
    found = composed(CHEEKS, NECK, events=[{"name": "Wedding", "date": "2027-06-12"}])

    spans = {
        key: [(span.first, span.last, span.cost) for span in (*one.forbidden, *one.discouraged)]
        for key in ("mesobotox.cheeks", "mesobotox.neck")
        for one in [series(found, key)]
    }
    assert spans == {
        "mesobotox.cheeks": [
            (date(2027, 5, 2), date(2027, 6, 12), 0),
            (date(2027, 4, 11), date(2027, 5, 1), 20),
        ],
        "mesobotox.neck": [
            (date(2027, 5, 30), date(2027, 6, 12), 0),
            (date(2027, 5, 16), date(2027, 5, 29), 20),
        ],
    }
    assert found.rule_for("forbidden", "mesobotox.cheeks", 0).rule == "R28"
    assert found.rule_for("discouraged", "mesobotox.neck", 0).rule == "R23"


def test_r28_a_first_session_in_the_blackout_begins_after_the_event():
    found = composed(CHEEKS, events=[{"name": "Wedding", "date": "2027-02-20"}], weekdays=[1])

    assert windows(found, "mesobotox.cheeks")[0] == "2027-01-04 2027-01-04 2027-01-18 2027-02-15"

    found = composed(CHEEKS, events=[{"name": "Wedding", "date": "2027-02-14"}], weekdays=[2])

    assert windows(found, "mesobotox.cheeks")[0] == "2027-02-16 2027-02-16 2027-03-02 2027-03-30"
    assert [(one.rule, one.text) for one in found.warnings] == [
        ("R28", "Begins later than usual: event: Wedding.")
    ]


@pytest.mark.parametrize(("severity", "initial"), [("mild", 3), ("moderate", 4), ("severe", 5)])
def test_r33_mesobotox_begins_with_three_to_five_rounds_by_severity(severity, initial):
    found = composed((*CHEEKS, severity), horizon_months=30)

    assert windows(found, "mesobotox.cheeks")[:initial] == [FIRST, *[MESOBOTOX] * (initial - 1)]
    assert found.series[0].initial == initial


def test_r34_every_interval_after_the_series_is_longer_than_the_one_before():
    found = planned((*CHEEKS, "mild"), (*NECK, "mild"), UPPER_FACE, horizon_months=36)

    for key, initial in (("mesobotox.cheeks", 3), ("mesobotox.neck", 4)):
        days = dates(found, key)
        gaps = [(later - earlier).days for earlier, later in itertools.pairwise(days)]
        taper = gaps[initial - 2 :]
        assert len(taper) >= 3
        assert taper == sorted(set(taper))


def test_r35_a_single_session_is_a_whole_plan():
    found = planned(CHEEKS, rounds={"mesobotox.cheeks": 1})

    assert (found.solution.status, dates(found, "mesobotox.cheeks")) == ("optimal", [date(2027, 1, 4)])
    assert "R35" in rules(found, "mesobotox.cheeks")


def test_r35_rounds_set_the_initial_sessions():
    found = composed((*CHEEKS, "severe"), rounds={"mesobotox.cheeks": 2})

    assert windows(found, "mesobotox.cheeks") == [
        FIRST,
        MESOBOTOX,
        "P154D P154D P6M P7M",
        "P216D P216D P9M P10M",
    ]


def test_r36_the_more_sessions_were_done_the_later_the_next_one_is_due():
    due = []
    for count in range(1, 8):
        days = [date(2027, 1, 3) - timedelta(days=91 * back) for back in range(count)]
        history = [{"treatment": "mesobotox", "area": "cheeks", "date": day.isoformat()} for day in days]
        found = composed((*CHEEKS, "mild"), history=history, horizon_months=36)
        due.append(starts(found, "mesobotox.cheeks")[0])

    assert due[:2] == [date(2027, 4, 3)] * 2
    assert due[2:] == sorted(set(due[2:]))


def test_r37_to_r39_smile_lines_get_filler_beside_mesobotox():
    found = planned(CHEEKS, SMILE)

    first = found.solution.visits[0]
    assert [placed.series for placed in first.sessions] == ["dynamic_filler.cheek_smile", "mesobotox.cheeks"]
    assert rules(found, "dynamic_filler.cheek_smile")[:4] == ["R37", "R38", "R39", "R41"]


def test_r40_filler_keeps_84_days_after_toxin_and_comes_first_in_a_shared_visit():
    found = composed(SMILE, UPPER_FACE)

    assert found.problem.separations == (
        Separation(
            before=("botox", "mesobotox"),
            after=("dynamic_filler",),
            days=84,
            same_visit=True,
            reason="Soon after toxin the lines do not show well enough to fill",
        ),
    )
    assert found.rule_for("separation", None, 0).rule == "R40"
    assert "R40" in rules(found, "dynamic_filler.cheek_smile")


def test_r40_toxin_in_the_history_keeps_filler_off():
    history = [{"treatment": "botox", "area": "glabella", "date": "2026-12-20"}]

    found = composed(SMILE, history=history)

    one = series(found, "dynamic_filler.cheek_smile")
    assert [(span.first, span.last) for span in one.forbidden] == [(date(2026, 12, 21), date(2027, 3, 13))]
    assert one.forbidden[0].reason.endswith("(Botox on Sun 20 Dec 2026)")
    assert found.rule_for("forbidden", "dynamic_filler.cheek_smile", 0).rule == "R40"
    assert windows(found, "dynamic_filler.cheek_smile")[0] == "2027-03-15 2027-03-15 2027-03-29 2027-04-26"


def test_r41_filler_repeats_further_apart_each_time():
    found = composed(SMILE, horizon_months=36)

    assert windows(found, "dynamic_filler.cheek_smile") == [
        FIRST,
        "P28D P9M P12M P18M",
        "P3M28D P12M P15M P21M",
        "P6M28D P15M P18M P24M",
    ]


def test_r42_the_nose_waits_when_its_cheeks_are_stopped():
    found = composed(CHEEKS, ("pores", "nose"), findings=["product_allergy"])

    assert keys(found) == []
    assert {(one.area, one.rule) for one in found.declined} == {("cheeks", "F1"), ("nose", "F1")}


def test_r42_to_r44_around_the_mouth_one_session_once_agreed():
    wants = [("texture", "perioral")]
    agreed = {"topic": "mesobotox.perioral", "outcome": "agreed", "by": "physician"}

    waiting, allowed = composed(*wants), composed(*wants, discussed=[agreed])

    assert (keys(waiting), [(one.topic, one.rule) for one in waiting.discuss]) == (
        [],
        [("mesobotox.perioral", "R42")],
    )
    assert windows(allowed, "mesobotox.perioral") == [FIRST]
    assert "R43" in {one.rule for one in allowed.expectations}


def test_r45_r46_filler_around_the_mouth_comes_with_a_dental_block():
    found = composed(MOUTH)

    assert LIBRARY.protocols["dynamic_filler.perioral"].dental_block
    assert series(found, "dynamic_filler.perioral").minutes == 60
    assert "R46" in {one.rule for one in found.expectations}


def test_r47_r48_rf_is_discussed_and_a_series_only_once_agreed():
    waiting, agreed = composed(MOUTH), composed(MOUTH, discussed=[RF_AGREED])

    assert keys(waiting) == ["dynamic_filler.perioral"]
    assert [(one.topic, one.rule) for one in waiting.discuss] == [("rf_microneedling.perioral", "R47")]
    assert keys(agreed) == ["dynamic_filler.perioral", "rf_microneedling.perioral"]
    assert agreed.discuss == ()


@pytest.mark.parametrize("outcome", ["declined", "deferred"])
def test_r48_rf_that_was_not_agreed_stays_out(outcome):
    found = composed(MOUTH, discussed=[RF_AGREED | {"outcome": outcome}])

    assert keys(found) == ["dynamic_filler.perioral"]
    assert [one.rule for one in found.declined] == (["R47"] if outcome == "declined" else [])
    assert [one.rule for one in found.discuss] == (["R47"] if outcome == "deferred" else [])


def test_r49_r51_lift_alone_makes_no_plan():
    found = planned(("lift", "jawline"))

    assert (found.series, found.problem.series, found.solution.visits) == ((), (), ())
    assert [(one.concern, one.area, one.rule) for one in found.declined] == [("lift", "jawline", "R49")]
    assert [one.rule for one in found.expectations] == ["R19", "R31", "R49"]


def test_r52_central_and_lower_face_neck_and_chest_are_one_plan_of_shared_visits():
    found = planned(CHEEKS, ("tone", "nose"), NECK, CHEST, horizon_months=12)

    together = [len(visit.sessions) for visit in found.solution.visits]
    assert keys(found) == ["mesobotox.cheeks", "mesobotox.nose", "mesobotox.neck", "mesobotox.chest"]
    assert together[:4] == [4, 4, 4, 4]


def test_r9_r29_r32_opinions_are_never_told_as_expectations():
    wants = (CHEEKS, NECK, CHEST, UPPER_FACE, SMILE, MOUTH)

    told = {one.rule for one in composed(*wants, discussed=[RF_AGREED]).expectations}

    assert told & {"R9", "R29", "R32", "R50"} == set()
