"""What the demo's people came for, and the plans that answer it."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from clinic.models import Location
from scheduling.composing.answers import closures_of
from scheduling.intake.parse import read_intake
from scheduling.intake.recommend import recommend
from scheduling.intake.recommendation import Recommendation
from treatments.protocols import Library

# How often the planner asks whether to stop, at most: no clock, so that the demo is the same everywhere.
PATIENCE = 300


@dataclass(frozen=True, eq=False)
class Wish:
    """What a demo patient came for: (concern, area, severity) each, and an event so many days ahead.

    A slow one has its visits about every three months.
    """

    concerns: tuple[tuple[str, str, str], ...]
    event: tuple[str, int] | None = None
    extra: dict[str, object] = field(default_factory=dict)
    is_slow: bool = True


WISHES = (
    Wish(
        (
            ("pores", "cheeks", "severe"),
            ("texture", "neck", "mild"),
            ("dynamic_wrinkles", "upper_face", "moderate"),
            ("smile_lines", "cheeks", "moderate"),
        ),
        ("Daughter's wedding", 200),
    ),
    Wish((("dynamic_wrinkles", "upper_face", "severe"), ("wrinkles", "nasolabial", "moderate"))),
    Wish((("rosacea", "cheeks", "moderate"), ("dynamic_wrinkles", "glabella", "mild"))),
    Wish((("texture", "neck", "severe"), ("tone", "chest", "moderate")), ("Anniversary", 240)),
    Wish((("wrinkles", "perioral", "moderate"), ("dynamic_wrinkles", "upper_face", "moderate"))),
    Wish((("pores", "cheeks", "mild"),), extra={"rounds": {"mesobotox.cheeks": 1}}),
    Wish((("bands", "neck", "moderate"), ("skin_aging", "cheeks", "severe"))),
    Wish((("smile_lines", "cheeks", "severe"), ("pores", "cheeks", "moderate")), ("Graduation", 170)),
    Wish((("dynamic_wrinkles", "lateral_canthal", "moderate"), ("lift", "jawline", "moderate"))),
    Wish(
        (("discoloration", "chest", "moderate"), ("dynamic_wrinkles", "forehead", "moderate")),
        extra={"preference": "fewest_visits"},
    ),
    Wish((("wrinkles", "marionette", "moderate"), ("texture", "cheeks", "moderate"))),
    Wish(
        (("active_acne", "cheeks", "moderate"), ("pores", "nose", "mild")),
        extra={"preference": "closest_to_protocol"},
    ),
)
SHORT: dict[str, object] = {"horizon_months": 9}
AGREED = [{"topic": "rf_microneedling.perioral", "outcome": "agreed", "by": "provider"}]
# What guests wish for: two to four series each, for as long as a first series takes.
WHOLE = Wish(
    (
        ("pores", "cheeks", "moderate"),
        ("texture", "neck", "mild"),
        ("tone", "chest", "mild"),
        ("dynamic_wrinkles", "upper_face", "mild"),
    ),
    extra=SHORT,
)
NECKLINE = Wish(
    (
        ("skin_aging", "neck", "mild"),
        ("pigmentation", "chest", "mild"),
        ("dynamic_wrinkles", "upper_face", "mild"),
    ),
    extra=SHORT,
)
MOUTH = Wish((("wrinkles", "perioral", "moderate"),), extra={**SHORT, "discussed": AGREED}, is_slow=False)
FOLDS = Wish(
    (
        ("wrinkles", "nasolabial", "moderate"),
        ("wrinkles", "marionette", "moderate"),
        ("dynamic_wrinkles", "lateral_canthal", "mild"),
    ),
    extra=SHORT,
)
SMILE = Wish(
    (
        ("smile_lines", "cheeks", "moderate"),
        ("texture", "cheeks", "moderate"),
        ("dynamic_wrinkles", "upper_face", "mild"),
    ),
    extra=SHORT,
)
CHEEKS = Wish((("rosacea", "cheeks", "moderate"), ("dynamic_wrinkles", "forehead", "mild")), extra=SHORT)
BROWS = Wish((("dynamic_wrinkles", "glabella", "mild"),), extra=SHORT)
FOREHEAD = Wish((("dynamic_wrinkles", "upper_face", "mild"),), extra=SHORT)
# In this order guests come; who cannot be answered on a day gives way to the next.
GUESTS = (WHOLE, MOUTH, NECKLINE, FOLDS, WHOLE, SMILE, CHEEKS)
SHORT_VISITS = (CHEEKS, FOREHEAD, MOUTH, BROWS, NECKLINE)


class Answers:
    """The plans of wishes, each made once: the same wish from the same day at the same place is the same."""

    def __init__(self, library: Library):
        self.library = library
        self._found: dict[tuple[Wish, int, datetime.date], Recommendation] = {}

    def to(self, wish: Wish, location: Location, start: datetime.date) -> Recommendation:
        """Recommend what a patient wished for at a location, from a day on."""
        key = (wish, location.pk, start)
        if key not in self._found:
            intake = read_intake(raw(wish, location, start), library=self.library)
            self._found[key] = recommend(intake, self.library, patience(), closures_of(location))
        return self._found[key]


def raw(wish: Wish, location: Location, start: datetime.date) -> dict[str, object]:
    """Write a wish as an intake, the event counted from the day the plan begins."""
    concerns = [
        {"concern": concern, "area": area, "severity": severity} for concern, area, severity in wish.concerns
    ]
    events = []
    if wish.event:
        name, days = wish.event
        events = [{"name": name, "date": (start + datetime.timedelta(days=days)).isoformat()}]
    return {
        "start": start.isoformat(),
        "concerns": concerns,
        "weekdays": location.weekdays,
        "events": events,
        **wish.extra,
    }


def patience() -> Callable[[], bool]:
    """A question for the planner that answers True once it was asked often enough."""
    asked: Iterator[int] = count()
    return lambda: next(asked) >= PATIENCE
