"""Opening hours as people write them: 09:00 to 12:30, 13:30 to 17:00."""

import re
from collections.abc import Iterable

from django import forms

from clinic.models.clock import BASE, DAY, clock
from clinic.text import TextField

SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*(?:to|-|–|—)\s*(\d{1,2}):(\d{2})", re.IGNORECASE)
WRONG = "Write hours as 09:00 to 12:30, 13:30 to 17:00, by 5 minutes; or nothing."


class HoursField(TextField):
    """The hours of one day: a list of pairs of minutes after midnight, empty for a closed day."""

    def __init__(self, **kwargs):
        super().__init__(max_length=100, required=False, **kwargs)

    def clean(self, value):
        """Read the hours; ValidationError with how to write them."""
        text = super().clean(value)
        return [span_of(part.strip()) for part in text.split(",")] if text else []


def span_of(text: str) -> tuple[int, int]:
    """Read one span as minutes after midnight."""
    found = SPAN.fullmatch(text)
    if not found:
        raise forms.ValidationError(WRONG, code="hours")
    hour, minute, until, last = map(int, found.groups())
    start, end = hour * 60 + minute, until * 60 + last
    if not 0 <= start < end <= DAY or start % BASE or end % BASE or minute > 59 or last > 59:
        raise forms.ValidationError(WRONG, code="hours")
    return start, end


def written(spans: Iterable[tuple[int, int]]) -> str:
    """Write spans of one day as they are entered."""
    return ", ".join(f"{clock(start)} to {clock(end)}" for start, end in spans)
