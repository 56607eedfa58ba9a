"""Text as people really type it: what is refused everywhere, and how it is compared."""

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError

# Zero-width characters (ZWSP to RLM, word joiner, BOM, soft hyphen): typed by accident, seen by nobody.
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
# C0 controls except tab, line feed and carriage return, DEL, and halves of surrogate pairs.
UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def unstorable(text: str) -> str | None:
    """Name the first character that no database can be asked to keep, as U+XXXX; None if there is none."""
    found = UNSTORABLE.search(text)
    return f"U+{ord(found.group()):04X}" if found else None


def is_blank(text: str) -> bool:
    """Tell whether nobody would see anything: spaces, controls, and marks that only steer or join."""
    return all(unicodedata.category(letter)[0] in "CZ" for letter in text)


def fold(text: str) -> str:
    """Reduce text to what search compares: no accents, no case, no invisible characters, single spaces."""
    visible = INVISIBLE.sub("", unicodedata.normalize("NFKD", text))
    plain = "".join(letter for letter in visible if not unicodedata.combining(letter))
    return " ".join(plain.casefold().split())


def validate_storable(text: str) -> None:
    """Refuse control characters and lone surrogates with a message that names the character."""
    if character := unstorable(text):
        raise ValidationError(
            f"Remove the character {character}: it cannot be stored. Letters, marks and emoji all work.",
            code="unstorable",
        )


class TextField(forms.CharField):
    """A form's text field: NFC, bounded, and free of characters that cannot be stored."""

    default_validators = [validate_storable]

    def __init__(self, *, max_length: int, **kwargs):
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value):
        """Trim and compose to NFC, so equal-looking texts are equal; what nobody can see is empty."""
        text = super().to_python(value)
        if text and is_blank(text) and not unstorable(text):
            return self.empty_value
        return unicodedata.normalize("NFC", text) if text else text
