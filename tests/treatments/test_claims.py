"""What a text to patients may not claim, and the honest sentences that pass."""

import re
import tomllib
from pathlib import Path

import pytest

from scheduling.messages.texts import kinds
from treatments import library
from treatments.claims import claims

ROOT = Path(__file__).parent.parent.parent
CORPUS = ROOT / "tests" / "data" / "claims"
FOR_PATIENTS = (
    "scheduling/my_*.html",
    "scheduling/_my_*.html",
    "scheduling/my/**/*.html",
    "scheduling/plan_print.html",
    "email/*",
)
MARKUP = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<[^>]*>", re.DOTALL)


def sentences(name: str) -> list[str]:
    """Read a corpus: one sentence a line, characters that nobody sees written as \\uXXXX."""
    lines = (CORPUS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    written = [line for line in lines if line and not line.startswith("#")]
    return [re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), line) for line in written]


def texts(value) -> list[str]:
    """List every text of a library's table that is a sentence rather than a key."""
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return [value] if isinstance(value, str) and " " in value else []


def test_the_corpus_is_as_large_as_it_claims():
    banned, allowed = sentences("banned"), sentences("allowed")

    assert (len(set(banned)) >= 200, len(set(allowed)) >= 80) == (True, True)


def test_every_banned_sentence_is_caught():
    missed = [one for one in sentences("banned") if not claims(one)]

    assert missed == []


def test_no_honest_sentence_is_marked():
    marked = [(one, [claim.words for claim in claims(one)]) for one in sentences("allowed") if claims(one)]

    assert marked == []


def test_every_banned_sentence_is_caught_in_capitals_and_inside_a_letter():
    letters = [f"HELLO,\n\n{one.upper()}\n\nYours" for one in sentences("banned")]

    assert [one for one in letters if not claims(one)] == []


def test_no_sentence_of_the_library_is_marked():
    folder = Path(library.__file__).parent
    shipped = [
        text for path in folder.glob("*.toml") for text in texts(tomllib.loads(path.read_text("utf-8")))
    ]

    assert [(one, claims(one)[0].words) for one in shipped if claims(one)] == []


def test_no_shipped_message_is_marked():
    shipped = [f"{kind.subject}\n\n{kind.body}" for kind in kinds().values()]

    assert [one for one in shipped if claims(one)] == []


def test_no_page_for_patients_is_marked():
    pages = [
        path for pattern in FOR_PATIENTS for path in (ROOT / "templates").glob(pattern) if path.is_file()
    ]
    words = {path.name: MARKUP.sub(" ", path.read_text("utf-8")) for path in pages}

    assert "plan_print.html" in words
    assert [(name, one.words) for name, text in words.items() for one in claims(text)] == []


@pytest.mark.parametrize(
    ("text", "words", "rule"),
    [
        ("Hello. It l\u200bifts your face.", "l\u200bifts", "R49"),
        ("A f\u0430celift, at last.", "f\u0430celift", "R51"),
        ("We g-u-a-r-a-n-t-e-e it.", "g-u-a-r-a-n-t-e-e", "R31"),
        ("Perm\u00adanent.", "Perm\u00adanent", "R30"),
    ],
)
def test_a_claim_says_where_it_stands_as_it_was_typed_and_why(text, words, rule):
    [found] = claims(text)

    assert (found.words, text[found.start : found.end], found.rule) == (words, words, rule)
    assert found.instead.endswith(".")


def test_a_claim_beside_a_denial_is_still_caught():
    text = "There is no guarantee. It lifts the face. None of this is permanent, but it is painless."

    assert [one.words for one in claims(text)] == ["lifts", "painless"]


@pytest.mark.parametrize(
    "text", ["e" * 4000, "g u a r a n " * 330, "not a " * 660 + "lift", "wrinkles " * 440, "no " * 1300]
)
def test_a_long_text_is_read_in_a_moment(text):
    assert len(claims(text)) <= len(text)
