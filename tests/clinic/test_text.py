"""How text is compared, and what no field accepts."""

import pytest
from django.core.exceptions import ValidationError

from clinic.text import TextField, fold, is_blank, unstorable


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("  Kovářová ", "kovarova"),
        ("Straße", "strasse"),
        ("Z\u200bo\u00adfia\ufeff", "zofia"),
        ("Ḱ\u0301", "k"),
        ("ＡＢ\u3000c", "ab c"),
    ],
)
def test_fold_reduces_to_what_search_compares(typed, folded):
    assert fold(typed) == folded


@pytest.mark.parametrize(("text", "name"), [("\x00", "U+0000"), ("a\ud800", "U+D800"), ("\x7f", "U+007F")])
def test_unstorable_names_the_character(text, name):
    assert unstorable(text) == name


def test_line_breaks_tabs_and_emoji_are_storable():
    assert unstorable("one\r\n\ttwo 👩\u200d⚕️") is None


def test_the_text_field_refuses_a_lone_surrogate_by_name():
    with pytest.raises(ValidationError, match=r"U\+D800"):
        TextField(max_length=10).clean("a\ud800")


def test_the_text_field_composes_to_nfc():
    assert TextField(max_length=10).clean("e\u0301") == "é"


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "\u202e \ufeff", "\t\n"])
def test_what_nobody_can_see_is_blank(text):
    assert is_blank(text)


@pytest.mark.parametrize("text", ["a", " ü ", "\u200bx", "🌷", "—"])
def test_what_somebody_can_see_is_not_blank(text):
    assert not is_blank(text)
