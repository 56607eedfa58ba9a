"""The running dose of three months, the label and the lot, by golden numbers."""

import datetime
from decimal import Decimal

import pytest

from scheduling.chairside.dosing import (
    Amount,
    Entry,
    explained,
    fits_on,
    frees_on,
    label_maximum,
    problems,
    running,
    strength,
    too_much,
    total,
)
from treatments.library import load_library

DAY = datetime.date(2027, 6, 15)
QUARTER_BEFORE = datetime.date(2027, 3, 15)
PRODUCTS = load_library().products
KINDS = {"botox": "toxin", "mesobotox": "toxin", "dynamic_filler": "filler"}


def before(days: int, units: int, product: str = "") -> Amount:
    """Units given so many days before the visit."""
    return Amount(DAY - datetime.timedelta(days=days), Decimal(units), product)


def entry(key: str = "botox.glabella", units: str | None = "20", **fields) -> Entry:
    """A dose of Botox Cosmetic, lot A1, that expires a year later."""
    facts = {"product": "ona", "lot": "A1", "expires": datetime.date(2028, 6, 30)}
    return Entry(key=key, units=Decimal(units) if units else None, **(facts | fields))


def texts(*entries: Entry) -> list[tuple[str, str]]:
    """The fields and rules of what stands against entries."""
    return [(one.field, one.rule) for one in problems(entries, PRODUCTS, KINDS, DAY)]


def test_v7_the_total_of_three_months_leaves_76_units():
    given = [before(60, 155, "ona")]
    today = [entry("botox.upper_face", "64"), entry("mesobotox.cheeks", "105")]

    assert too_much(given, today, DAY) is None
    found = running([*given, Amount(DAY, Decimal(169), "ona")], DAY)
    assert (found.used, found.left, found.over, found.is_mixed) == (324, 76, 0, False)


def test_v7_what_lies_three_months_back_or_is_given_later_is_no_part_of_it():
    outside = [Amount(DAY + datetime.timedelta(days=1), Decimal(80)), Amount(QUARTER_BEFORE, Decimal(64))]

    found = running([before(60, 155), *outside], DAY)

    assert (found.used, found.frees) == (155, datetime.date(2027, 7, 16))


def test_x5_units_of_two_products_are_summed_unconverted_and_kept_apart():
    given = [
        Amount(DAY, Decimal(64), "ona"),
        Amount(DAY, Decimal(30)),
        before(10, 300, "abo"),
        before(60, 20, "ona"),
    ]

    found = running(given, DAY)

    assert (found.used, found.over) == (414, 14)
    assert found.products == (("abo", 300), ("ona", 84), ("", 30))
    assert found.is_mixed
    stopped = too_much(given[2:], [entry("botox.upper_face", "81")], DAY)
    assert stopped is not None
    assert "81 U would make 401 U" in stopped.text


@pytest.mark.parametrize(("product", "mixed"), [("ona", False), ("", True)])
def test_x5_one_known_product_needs_no_words_and_an_unknown_one_does(product, mixed):
    assert running([Amount(DAY, Decimal(20), product)], DAY).is_mixed == mixed


def test_v8_more_than_400_units_is_stopped_with_the_day_on_which_it_fits():
    found = too_much([before(60, 155)], [entry("botox.upper_face", "249")], DAY)

    assert found is not None
    assert (found.rule, found.field) == ("X3", "units")
    assert found.text == (
        "249 U would make 404 U of toxin in 3 months; the most is 400 U (X3). 245 U can be given today. "
        "The same dose fits on Fri 16 Jul 2027."
    )


@pytest.mark.parametrize(
    ("given", "counts"),
    [
        (datetime.date(2027, 3, 14), 0),
        (datetime.date(2027, 3, 15), 0),
        (datetime.date(2027, 3, 16), 100),
        (DAY, 100),
        (datetime.date(2027, 6, 16), 0),
    ],
)
def test_what_was_given_exactly_three_months_before_counts_no_more(given, counts):
    assert total([Amount(given, Decimal(100))], DAY) == counts


@pytest.mark.parametrize(
    ("given", "free"),
    [
        (datetime.date(2027, 3, 15), datetime.date(2027, 6, 15)),
        (datetime.date(2026, 11, 28), datetime.date(2027, 2, 28)),
        (datetime.date(2026, 11, 30), datetime.date(2027, 3, 1)),
        (datetime.date(2027, 11, 30), datetime.date(2028, 3, 1)),
    ],
)
def test_units_are_free_again_on_the_first_day_that_lies_three_months_later(given, free):
    one = [Amount(given, Decimal(10))]

    assert frees_on(given) == free
    assert total(one, free) == 0
    assert total(one, free - datetime.timedelta(days=1)) == 10


def test_a_dose_fits_once_enough_of_what_was_given_is_free():
    given = [before(80, 200), before(40, 150)]

    assert fits_on(given, Decimal(50), DAY) == DAY
    assert fits_on(given, Decimal(51), DAY) == datetime.date(2027, 6, 27)
    assert fits_on(given, Decimal(251), DAY) == datetime.date(2027, 8, 6)
    assert fits_on(given, Decimal(401), DAY) is None


def test_a_dose_recorded_late_respects_what_was_given_after_it():
    later = [Amount(datetime.date(2027, 7, 1), Decimal(390))]

    found = too_much(later, [entry(units="20")], DAY)

    assert found is not None
    assert "would make 410 U" in found.text


def test_an_expired_lot_is_refused_and_one_that_expires_today_is_not():
    assert texts(entry(expires=datetime.date(2027, 6, 14))) == [("expires", "lot")]
    assert texts(entry(expires=DAY)) == []


def test_more_than_the_label_needs_a_reason():
    assert texts(entry(units="20.5")) == [("because", "label")]
    assert texts(entry(units="20.5", because="Strong muscle, agreed")) == []
    assert texts(entry(units="20")) == []


def test_a_reason_is_kept_only_where_the_label_is_exceeded():
    within, beyond = entry(because="Not needed"), entry("botox.platysma", "40", because="Strong bands")

    assert [one.because for one in explained([within, beyond], PRODUCTS)] == ["", "Strong bands"]
    standing = {"botox.glabella": Decimal(10)}
    assert [one.because for one in explained([within], PRODUCTS, standing)] == ["Not needed"]


def test_the_label_counts_all_entries_of_an_area():
    assert texts(entry(units="10"), entry(units="10")) == []
    assert texts(entry(units="10"), entry(units="10.5")) == [("because", "label")] * 2
    assert texts(entry(units="20"), entry("botox.platysma", "36")) == []


@pytest.mark.parametrize(
    ("key", "most"),
    [("botox.platysma", 36), ("botox.upper_face", 64), ("mesobotox.neck", None), ("botox.chin", None)],
)
def test_the_label_names_units_for_its_own_areas_only(key, most):
    assert label_maximum(PRODUCTS["ona"], key) == most


def test_a_toxin_is_given_in_units_and_a_filler_in_millilitres():
    filler = {"key": "dynamic_filler.perioral", "product": "ha_filler"}

    assert texts(entry(units=None, millilitres=Decimal(1))) == [("units", "catalogue")]
    assert texts(entry(units="3", **filler)) == [("millilitres", "catalogue")]
    assert texts(entry(units=None, millilitres=Decimal(1), **filler)) == []


def test_a_product_fits_its_own_treatments_only():
    assert texts(entry(product="ha_filler")) == [("product", "catalogue")]
    assert texts(entry(product="nothing")) == [("product", "catalogue")]


def test_the_points_add_up_to_the_amount():
    points = ((100, 200, Decimal("12")), (900, 200, Decimal("7.5")))

    assert texts(entry(points=points)) == [("points", "map")]
    assert texts(entry(units="19.5", points=points)) == []


def test_the_strength_of_a_vial_is_worked_out_where_the_vial_is_known():
    assert strength("ona", Decimal("2.5")) == Decimal("40.0")
    assert strength("ona", Decimal("4")) == Decimal("25.0")
    assert strength("ona", None) is None
    assert strength("leti", Decimal(1)) is None
