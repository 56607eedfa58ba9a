"""Which treatment answers which concern on which area, row by row of the routing table."""

from datetime import date

import pytest

from treatments.routing import AREAS, CONCERNS, SKIN, Unrouted, Want, routes, suggestions

UPPER_FACE = ("forehead", "glabella", "lateral_canthal", "upper_face")


def kinds(*wants, outcomes=None):
    """What some (concern, area) pairs become: kind and key of each route."""
    return [(route.kind, route.key) for route in routes([Want(*want) for want in wants], outcomes)]


@pytest.mark.parametrize("area", ["cheeks", "neck", "chest"])
@pytest.mark.parametrize("concern", SKIN)
def test_r3_r4_skin_concerns_become_mesobotox(concern, area):
    assert kinds((concern, area)) == [("series", f"mesobotox.{area}")]


def test_r4_names_the_nine_indications_and_only_mild_scarring():
    assert SKIN == (
        "pores",
        "texture",
        "tone",
        "mild_scarring",
        "skin_aging",
        "active_acne",
        "discoloration",
        "rosacea",
        "pigmentation",
    )


def test_r3_one_series_per_area_however_many_concerns():
    found = routes(
        [Want("pores", "cheeks", "mild"), Want("rosacea", "cheeks", "severe"), Want("tone", "cheeks")]
    )

    assert [(route.key, route.severity) for route in found] == [("mesobotox.cheeks", "severe")]
    assert [want.concern for want in found[0].wants] == ["pores", "rosacea", "tone"]


def test_r42_nose_goes_with_the_cheeks():
    assert kinds(("pores", "nose"), ("pores", "cheeks")) == [
        ("series", "mesobotox.nose"),
        ("series", "mesobotox.cheeks"),
    ]


def test_r42_nose_alone_is_a_discussion():
    assert kinds(("pores", "nose")) == [("discuss", "mesobotox.nose")]


def test_r42_to_r44_mesobotox_around_the_mouth_waits_for_the_provider():
    agreed, declined = {"mesobotox.perioral": "agreed"}, {"mesobotox.perioral": "declined"}

    assert kinds(("texture", "perioral")) == [("discuss", "mesobotox.perioral")]
    assert kinds(("texture", "perioral"), outcomes=agreed) == [("series", "mesobotox.perioral")]
    assert kinds(("texture", "perioral"), outcomes=declined) == [("decline", "mesobotox.perioral")]
    assert routes([Want("texture", "perioral")])[0].rules == ("R42", "R43", "R44")


@pytest.mark.parametrize("area", UPPER_FACE)
def test_r11_r16_dynamic_wrinkles_of_the_upper_face_become_botox(area):
    assert kinds(("dynamic_wrinkles", area)) == [("series", f"botox.{area}")]


def test_r16_the_whole_upper_face_takes_in_its_parts():
    found = routes(
        [Want("dynamic_wrinkles", "glabella", "severe"), Want("dynamic_wrinkles", "upper_face", "mild")]
    )

    assert [(route.key, route.severity) for route in found] == [("botox.upper_face", "severe")]


def test_r16_neck_bands_become_botox_of_the_platysma():
    assert kinds(("bands", "neck")) == [("series", "botox.platysma")]


def test_r37_to_r39_smile_lines_become_dynamic_filler():
    found = routes([Want("smile_lines", "cheeks")])

    assert [(route.key, route.rules) for route in found] == [
        ("dynamic_filler.cheek_smile", ("R37", "R38", "R39"))
    ]


@pytest.mark.parametrize("area", ["nasolabial", "marionette"])
def test_r10_deep_lines_of_the_lower_face_become_dynamic_filler(area):
    found = routes([Want("wrinkles", area)])

    assert [(route.key, route.rules) for route in found] == [(f"dynamic_filler.{area}", ("R10",))]


def test_r45_to_r48_wrinkles_around_the_mouth_become_filler_and_an_offer_of_rf():
    assert kinds(("wrinkles", "perioral")) == [
        ("series", "dynamic_filler.perioral"),
        ("discuss", "rf_microneedling.perioral"),
    ]


def test_r48_rf_becomes_a_series_once_agreed():
    found = kinds(("wrinkles", "perioral"), outcomes={"rf_microneedling.perioral": "agreed"})

    assert found == [("series", "dynamic_filler.perioral"), ("series", "rf_microneedling.perioral")]


@pytest.mark.parametrize("area", AREAS)
def test_r49_r51_lift_is_declined_everywhere(area):
    found = routes([Want("lift", area)])

    assert [(route.kind, route.rules) for route in found] == [("decline", ("R49", "R51"))]
    assert found[0].text.startswith("None of these treatments lifts the face.")


def test_r5_r6_years_of_upper_face_botox_suggest_mesobotox():
    history = [date(2024, 5, 1), date(2025, 5, 1), date(2026, 11, 1)]

    found = suggestions(history, date(2027, 1, 4), {"mesobotox.neck"}, years=2)

    assert [(route.kind, route.key, route.rules) for route in found] == [
        ("suggest", "mesobotox.cheeks", ("R6", "R5")),
        ("suggest", "mesobotox.chest", ("R6", "R5")),
    ]


@pytest.mark.parametrize(
    "history", [[], [date(2020, 1, 1)], [date(2026, 1, 1), date(2026, 5, 1)]], ids=["none", "once", "months"]
)
def test_r6_shorter_histories_suggest_nothing(history):
    assert suggestions(history, date(2027, 1, 4), set(), years=2) == ()


@pytest.mark.parametrize(
    ("concern", "area", "message"),
    [
        ("bands", "chest", "'bands' is not treated on 'chest'; its areas: neck; concerns for chest: pores, "),
        (
            "pores",
            "jawline",
            "'pores' is not treated on 'jawline'; its areas: cheeks, neck, chest, nose, perioral",
        ),
        ("freckles", "cheeks", "'freckles' is not one of: pores, texture, tone"),
    ],
)
def test_a_concern_no_row_covers_names_the_allowed_ones(concern, area, message):
    with pytest.raises(Unrouted) as error:
        routes([Want(concern, area)])

    assert str(error.value).startswith(message)


def test_every_concern_is_answered_somewhere():
    answered = {concern for concern in CONCERNS for area in AREAS if _answered(concern, area)}

    assert answered == set(CONCERNS)


def _answered(concern, area):
    try:
        return bool(routes([Want(concern, area)]))
    except Unrouted:
        return False
