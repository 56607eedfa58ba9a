"""Gaps, order and reviews: the acceptance vectors of the defaults that need no calendar of a plan."""

from datetime import date, timedelta

import pytest

from treatments.library import load_library
from treatments.review import GRADES, closes_after, holds, is_good, is_unmoved
from treatments.spacing import Given, in_order, order_of, too_soon

LIBRARY = load_library()
RULES = tuple(LIBRARY.separations.values())
DAY = date(2026, 3, 2)


def found(first, second, days):
    """The key, level and free date of what speaks against `second` so many days after `first`."""
    after = Given(*second, DAY + timedelta(days=days))
    gaps = too_soon(RULES, LIBRARY.overlap, Given(*first, DAY), after)
    return [(gap.key, gap.level, gap.free_on) for gap in gaps]


def test_v1_botox_after_84_days_is_stopped_and_free_on_day_90():
    gaps = found(("botox", "upper_face"), ("botox", "upper_face"), (date(2026, 5, 25) - DAY).days)

    assert gaps == [("X4", "override", date(2026, 5, 31))]


@pytest.mark.parametrize("days", [90, 91, 200])
def test_v1_botox_is_free_from_day_90(days):
    assert found(("botox", "glabella"), ("botox", "upper_face"), days) == []


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (40, [("X2", "override", DAY + timedelta(days=84))]),
        (55, [("X2", "override", DAY + timedelta(days=84))]),
        (56, [("X2", "discuss", DAY + timedelta(days=84))]),
        (83, [("X2", "discuss", DAY + timedelta(days=84))]),
        (84, []),
    ],
)
def test_v6_r40_filler_waits_84_days_after_botox(days, expected):
    assert found(("botox", "upper_face"), ("dynamic_filler", "cheek_smile"), days) == expected


def test_r39_filler_and_mesobotox_may_share_a_day():
    assert found(("dynamic_filler", "cheek_smile"), ("mesobotox", "cheeks"), 0) == []


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (10, [("X8", "override", DAY + timedelta(days=28))]),
        (14, [("X8", "discuss", DAY + timedelta(days=28))]),
        (28, []),
    ],
)
def test_v10_rf_after_filler(days, expected):
    assert found(("dynamic_filler", "perioral"), ("rf_microneedling", "perioral"), days) == expected


def test_v11_a_vaccine_near_filler_is_information_and_never_put_off():
    filler = Given("dynamic_filler", "cheek_smile", DAY + timedelta(days=5))

    gaps = too_soon(RULES, LIBRARY.overlap, Given("vaccine", "", DAY), filler)

    assert [(gap.key, gap.level) for gap in gaps] == [("X11", "info")]
    assert gaps[0].text.endswith("never put off a vaccine that is needed")


def test_v5_golden_filler_before_toxin_in_one_visit():
    entered = ["mesobotox", "dynamic_filler"]

    assert in_order(RULES, entered) == ("dynamic_filler", "mesobotox")
    assert [(one.key, one.rules) for one in order_of(RULES, entered)] == [("X1", ("R40", "R39"))]
    assert in_order(RULES, ["dynamic_filler", "mesobotox", "botox"]) == (
        "dynamic_filler",
        "mesobotox",
        "botox",
    )


def test_x6_energy_comes_before_whatever_is_injected():
    entered = ["botox", "dynamic_filler", "rf_microneedling", "mesobotox", "botox"]

    assert in_order(RULES, entered) == ("rf_microneedling", "dynamic_filler", "botox", "mesobotox")


def test_treatments_that_no_rule_orders_keep_their_places():
    assert in_order(RULES, ["mesobotox", "botox"]) == ("mesobotox", "botox")
    assert order_of(RULES, ["mesobotox", "botox"]) == ()


def test_v7_toxin_60_days_ago_in_another_area_asks_for_a_discussion():
    assert found(("botox", "forehead"), ("mesobotox", "cheeks"), 60) == [
        ("X4b", "discuss", DAY + timedelta(days=90))
    ]


@pytest.mark.parametrize(
    ("key", "after"),
    [
        ("mesobotox.neck", 1),
        ("mesobotox.cheeks", 2),
        ("mesobotox.perioral", None),
        ("botox.glabella", None),
    ],
)
def test_r22_r23_a_first_series_closes_after_one_session_of_the_neck_and_two_elsewhere(key, after):
    assert closes_after(LIBRARY.protocols[key], LIBRARY.setting("early_review_sessions")) == after


@pytest.mark.parametrize(
    ("grade", "good", "unmoved", "held"),
    [
        ("worse", False, True, False),
        ("no change", False, True, True),
        ("improved", False, False, True),
        ("much improved", True, False, True),
        ("very much improved", True, False, True),
    ],
)
def test_r34_r36_what_each_grade_lets_a_provider_choose(grade, good, unmoved, held):
    place = GRADES.index(grade)

    assert (is_good(place), is_unmoved(place), holds(place)) == (good, unmoved, held)


def test_without_a_grade_nothing_is_closed_early_and_nothing_speaks_against_a_longer_interval():
    assert (is_good(None), is_unmoved(None), holds(None)) == (False, False, True)
