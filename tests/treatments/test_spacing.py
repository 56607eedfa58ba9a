"""Gaps, order, units and reviews: the acceptance vectors of the defaults that need no calendar of a plan."""

from datetime import date, timedelta

import pytest

from treatments.library import load_library
from treatments.review import after_session
from treatments.spacing import Given, too_soon, wrong_order
from treatments.units import Units, three_months

LIBRARY = load_library()
DAY = date(2026, 3, 2)


def found(first, second, days):
    """The key, level and free date of what speaks against `second` so many days after `first`."""
    gaps = too_soon(LIBRARY, Given(*first, DAY), Given(*second, DAY + timedelta(days=days)))
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
    gaps = too_soon(
        LIBRARY, Given("vaccine", "", DAY), Given("dynamic_filler", "cheek_smile", DAY + timedelta(days=5))
    )

    assert [(gap.key, gap.level) for gap in gaps] == [("X11", "info")]
    assert gaps[0].text.endswith("never put off a vaccine that is needed")


def test_v5_golden_filler_before_toxin_in_one_visit():
    wrong = wrong_order(LIBRARY, ["mesobotox", "dynamic_filler"])

    assert [(one.key, one.rules, one.first, one.then) for one in wrong] == [
        ("X1", ("R40", "R39"), "dynamic_filler", "mesobotox")
    ]
    assert wrong_order(LIBRARY, ["dynamic_filler", "mesobotox", "botox"]) == ()


def test_v7_units_of_three_months_are_added_up_over_every_use():
    today = date(2026, 6, 1)
    given = [
        Units("ona", 64, today),
        Units("ona", 105, today),
        Units("ona", 155, today - timedelta(days=60)),
        Units("abo", 300, today - timedelta(days=10)),
        Units("ona", 64, date(2026, 3, 1)),
    ]

    total = three_months(given, LIBRARY.products["ona"], today)

    assert (total.amount, total.left, total.exceeded) == (324, 76, False)
    assert found(("botox", "forehead"), ("mesobotox", "cheeks"), 60) == [
        ("X4b", "discuss", DAY + timedelta(days=90))
    ]


def test_v8_more_than_400_units_in_three_months_is_a_stop():
    today = date(2026, 6, 1)
    given = [Units("ona", 324, today), Units("ona", 80, today)]

    total = three_months(given, LIBRARY.products["ona"], today)

    assert (total.amount, total.left, total.exceeded) == (404, 0, True)


def test_units_of_a_product_without_a_limit_are_never_converted():
    total = three_months([Units("ona", 400, DAY), Units("abo", 50, DAY)], LIBRARY.products["abo"], DAY)

    assert (total.amount, total.limit, total.exceeded) == (50, None, False)


def test_v14_a_good_neck_may_go_on_or_taper_early():
    neck = LIBRARY.protocols["mesobotox.neck"]

    assert after_session(neck, 2, "mild", "much improved", LIBRARY) == ("continue", "taper early")
    assert after_session(neck, 2, "mild", "improved", LIBRARY) == ("continue",)
    assert after_session(neck, 1, "mild", "much improved", LIBRARY) == ("continue",)


def test_r34_the_taper_advances_only_while_the_result_holds():
    cheeks = LIBRARY.protocols["mesobotox.cheeks"]

    assert after_session(cheeks, 4, "moderate", "no change", LIBRARY) == ("lengthen",)
    assert after_session(cheeks, 4, "moderate", "worse", LIBRARY) == ("repeat the interval",)


def test_review_refuses_a_grade_that_is_none():
    with pytest.raises(ValueError, match="'splendid' is no grade of change; grades: worse, no change"):
        after_session(LIBRARY.protocols["mesobotox.neck"], 2, "mild", "splendid", LIBRARY)
