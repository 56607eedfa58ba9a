"""The default library: whole, cited to the last number, and refused when it is not."""

import copy
import re
import tomllib
from pathlib import Path

import pytest

import treatments.library
from treatments.citations import GRADES, Citation, numbers
from treatments.library import BadLibrary, load_library, read_library
from treatments.library.check import days

LIBRARY = load_library()
FILES = {
    path.name: tomllib.loads(path.read_text("utf-8"))
    for path in sorted(Path(treatments.library.__file__).parent.glob("*.toml"))
}
PROTOCOLS = {
    "botox.upper_face",
    "botox.forehead",
    "botox.glabella",
    "botox.lateral_canthal",
    "botox.platysma",
    "mesobotox.cheeks",
    "mesobotox.neck",
    "mesobotox.chest",
    "mesobotox.nose",
    "mesobotox.perioral",
    "dynamic_filler.cheek_smile",
    "dynamic_filler.nasolabial",
    "dynamic_filler.perioral",
    "dynamic_filler.marionette",
    "rf_microneedling.perioral",
    "rf_microneedling.face",
    "rf_microneedling.neck",
}


@pytest.fixture
def files():
    """The library's files as parsed TOML, free to be spoilt."""
    return copy.deepcopy(FILES)


def cited_records():
    """Every record whose numbers need a source."""
    groups = ("protocols", "products", "separations", "findings", "settings")
    return [record for group in groups for record in getattr(LIBRARY, group).values()]


def test_library_holds_every_protocol_of_the_defaults():
    assert set(LIBRARY.protocols) == PROTOCOLS


def test_library_holds_every_rule_and_reference():
    assert list(LIBRARY.rules) == [f"R{number}" for number in range(1, 53)]
    assert list(LIBRARY.references) == [f"L{number}" for number in range(1, 99)]


@pytest.mark.parametrize("record", cited_records(), ids=lambda record: record.key)
def test_every_number_has_a_source_and_a_grade(record):
    uncited = set(numbers(record)) - set(record.citations)

    assert uncited == set()
    assert {citation.grade for citation in record.citations.values()} <= set(GRADES)
    assert all(citation.source for citation in record.citations.values())


def test_window_of_botox_and_mesobotox_are_kept_apart():
    botox, mesobotox = LIBRARY.protocols["botox.upper_face"], LIBRARY.protocols["mesobotox.cheeks"]

    assert numbers(botox.window) == {"minimum": "P90D", "start": "P3M", "end": "P104D", "latest": "P4M"}
    assert numbers(mesobotox.window) == {"minimum": "P90D", "start": "P3M", "end": "P4M", "latest": "P5M"}


@pytest.mark.parametrize(
    ("key", "counts"),
    [
        ("mesobotox.cheeks", (3, 4, 5)),
        ("mesobotox.nose", (3, 4, 5)),
        ("mesobotox.neck", (4, 5, 5)),
        ("mesobotox.chest", (4, 5, 5)),
        ("mesobotox.perioral", (1, 1, 1)),
        ("botox.glabella", (4, 5, 5)),
        ("dynamic_filler.cheek_smile", (1, 1, 1)),
        ("rf_microneedling.perioral", (3, 3, 4)),
    ],
)
def test_initial_sessions_follow_severity(key, counts):
    sessions = LIBRARY.protocols[key].sessions

    assert tuple(sessions.at(severity) for severity in ("mild", "moderate", "severe")) == counts


@pytest.mark.parametrize(
    ("key", "band"),
    [
        ("botox.upper_face", (14, 28, 56)),
        ("mesobotox.cheeks", (42, 63, 112)),
        ("mesobotox.nose", (42, 63, 112)),
        ("mesobotox.perioral", (35, 63, 112)),
        ("mesobotox.neck", (14, 28, 90)),
        ("mesobotox.chest", (14, 28, 90)),
        ("dynamic_filler.perioral", (14, 42, 120)),
        ("rf_microneedling.neck", (14, 28, 60)),
    ],
)
def test_event_bands_are_those_of_the_defaults(key, band):
    event = LIBRARY.protocols[key].event

    assert (event.blackout, event.warn, event.ideal) == band


def test_only_the_practices_toxin_and_the_filler_gel_are_active():
    active = [product.key for product in LIBRARY.products.values() if product.active]

    assert active == ["ona", "ha_filler"]


def test_derived_and_remembered_numbers_wait_for_confirmation():
    assert Citation("D", "L20").must_confirm
    assert Citation("M", "L6").must_confirm
    assert not Citation("S", "R33").must_confirm
    assert Citation("D", "L20").words == ("derived inside a sourced range (D): L20; practice must confirm")


def test_number_without_source_names_file_and_key(files):
    del files["botox.toml"]["protocol"][0]["cite"]["minutes"]

    with pytest.raises(BadLibrary) as error:
        read_library(files)

    assert str(error.value).startswith("botox.toml: botox.upper_face: the number 'minutes' has no source")


def test_source_without_grade_is_refused(files):
    files["mesobotox.toml"]["protocol"][0]["cite"]["minutes"] = "from the device's manual"

    with pytest.raises(BadLibrary) as error:
        read_library(files)

    assert str(error.value) == (
        "protocols: mesobotox.cheeks: minutes: 'from' is no grade; grades: S, A, B, C, D, M"
    )


def test_grade_without_source_is_refused(files):
    files["mesobotox.toml"]["protocol"][0]["cite"]["minutes"] = "D"

    with pytest.raises(
        BadLibrary, match=r"^mesobotox.toml: mesobotox.cheeks: the source of 'minutes' is miss"
    ):
        read_library(files)


def test_source_that_names_an_unknown_reference_is_refused(files):
    files["mesobotox.toml"]["protocol"][0]["cite"]["minutes"] = "C L99"

    with pytest.raises(BadLibrary, match="L99 is neither a rule nor a reference here"):
        read_library(files)


def test_window_that_runs_backwards_is_refused(files):
    files["botox.toml"]["protocol"][0]["window"]["latest"] = "P2M"

    with pytest.raises(BadLibrary, match=r"botox.upper_face: window runs backwards"):
        read_library(files)


def test_duration_that_is_none_is_refused(files):
    files["botox.toml"]["protocol"][0]["window"]["latest"] = "four months"

    with pytest.raises(BadLibrary, match=r"'four months' is not a duration"):
        read_library(files)


def test_r34_taper_that_may_shorten_is_refused(files):
    files["mesobotox.toml"]["protocol"][0]["taper"][0]["minimum"] = "P150D"

    with pytest.raises(BadLibrary, match=r"taper.1.minimum must exceed the latest .* \(R34\)"):
        read_library(files)


def test_protocol_of_an_unknown_area_is_refused(files):
    files["botox.toml"]["protocol"][1]["area"] = "elbow"

    with pytest.raises(BadLibrary, match=r"'elbow' is not known; known: upper_face, forehead"):
        read_library(files)


def test_key_that_stands_twice_is_refused(files):
    files["catalogue.toml"]["setting"].append(files["catalogue.toml"]["setting"][0])

    with pytest.raises(BadLibrary, match=r"catalogue.toml: first_window_days: stands in the library twice"):
        read_library(files)


def test_unknown_table_is_refused(files):
    files["botox.toml"]["protocols"] = []

    with pytest.raises(BadLibrary, match=r"botox.toml: protocols: no such table"):
        read_library(files)


@pytest.mark.parametrize(
    ("duration", "expected"),
    [("P90D", (90, 90)), ("P4W", (28, 28)), ("P3M", (89, 92)), ("P5M", (150, 153)), ("P1Y", (365, 366))],
)
def test_days_spans_every_start_of_four_years(duration, expected):
    assert days(duration) == expected


def test_no_sentence_promises_or_claims_to_lift():
    texts = {
        key: text
        for group in ("rules", "separations", "findings", "settings")
        for key, text in ((one.key, one.text) for one in getattr(LIBRARY, group).values())
    }
    owners = [*LIBRARY.treatments.values(), *LIBRARY.protocols.values()]
    texts |= {
        f"{owner.key} {index}": one.text for owner in owners for index, one in enumerate(owner.expectations)
    }

    promising = {
        key for key, text in texts.items() if re.search(r"guarant|permanent|always|cure", text, re.I)
    }
    lifting = {key for key, text in texts.items() if re.search(r"lift", text, re.I)}

    assert promising == {"R31", "F22a", "F22b", "F16"}
    assert lifting == {"R49", "X15"}
    assert LIBRARY.rules["R49"].text == "None of these treatments lifts the face."


@pytest.mark.parametrize("rule", ["R9", "R29"])
def test_opinions_are_attributed(rule):
    assert LIBRARY.rules[rule].text.startswith("Dr. Lam's opinion: ")
