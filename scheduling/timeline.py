"""The timeline of a plan as plain numbers and words: lanes, windows, marks, visits, events and today.

Across, a place is 0 to 100 percent of a range of whole months, so that the drawing stretches; down, it is in
pixels. What may not collide is kept apart at the least width, and a wider drawing only moves it further.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from scheduling.intake.recommendation import Recommendation
from scheduling.naming import Names, SeriesName
from scheduling.planning.problem import Series, Span
from scheduling.planning.reasons import spoken
from scheduling.planning.solution import Placed, Visit

LEAST_WIDTH, MONTH_WIDTH, LONG_MONTH = 560, 28, 90
HEAD, FLAG, LANE, DATE, BAND = 44, 24, 52, 16, 34
FLAG_LETTERS, MARGIN = 24, 24
WIDE, NARROW = "mwMW@%&", "fijlrtI.,:;'’|! "
KEY = (
    ("done", "Done"),
    ("to-come", "To come"),
    ("window", "Recommended days"),
    ("blackout", "No session before an event"),
    ("warn", "Better none before an event"),
    ("off", "No session, as a rule forbids it"),
    ("closed", "Closed or away"),
)


@dataclass(frozen=True, slots=True)
class Scale:
    """Whole months from `first` to the day before `stop`, at least `width` pixels wide."""

    first: date
    stop: date

    @property
    def months(self) -> int:
        return 12 * (self.stop.year - self.first.year) + self.stop.month - self.first.month

    @property
    def width(self) -> int:
        return max(LEAST_WIDTH, MONTH_WIDTH * self.months)

    def __contains__(self, day: date) -> bool:
        return self.first <= day < self.stop

    def at(self, day: date) -> float:
        """Give a day's place in percent, below 0 or above 100 outside the range."""
        return round(100 * (day - self.first).days / (self.stop - self.first).days, 3)

    def pixels(self, day: date) -> float:
        """Give a day's place in pixels at the least width."""
        return self.at(day) * self.width / 100


@dataclass(frozen=True, slots=True)
class Month:
    """A month's line, its name in the middle of it, and the year where one begins."""

    x: float
    middle: float
    name: str
    year: str
    opens_year: bool


@dataclass(frozen=True, slots=True)
class Band:
    """Days that are shaded; `look` is blackout, warn, off or closed, `words` say the days and why."""

    x: float
    width: float
    y: float
    height: float
    look: str
    words: str


@dataclass(frozen=True, slots=True)
class Window:
    """The recommended days of a session, or all allowed ones where `look` is allowed; ends are rounded."""

    x: float
    end: float
    look: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A series: its middle line, its name, how many sessions, and the windows and bands on it."""

    y: float
    name: SeriesName
    sessions: str
    windows: tuple[Window, ...]
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit: the line from its first mark to the foot of the lanes, and its date below."""

    x: float
    y: float
    date: str
    date_y: float
    selected: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A session as a link; `look` is done or to-come, `shape` that of its treatment."""

    x: float
    y: float
    series: str
    number: int
    shape: str
    look: str
    selected: bool
    href: str
    words: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A line on a day with a flag of `width` pixels beside it; `shift` is where the flag starts from it."""

    x: float
    y: float
    shift: int
    width: int
    look: str
    text: str
    words: str


@dataclass(frozen=True, slots=True)
class KeyItem:
    """What a look in the drawing means."""

    look: str
    words: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole drawing; `width` is its least, `first` and `last` are the days it shows.

    `top` and `bottom` are the edges of the lanes, `before` and `after` say what lies outside the range.
    """

    first: date
    last: date
    width: int
    height: float
    top: float
    bottom: float
    summary: str
    months: tuple[Month, ...]
    lanes: tuple[Lane, ...]
    closed: tuple[Band, ...]
    visits: tuple[VisitLine, ...]
    marks: tuple[Mark, ...]
    flags: tuple[Flag, ...]
    key: tuple[KeyItem, ...]
    before: str
    after: str


def timeline(
    found: Recommendation,
    names: Names,
    *,
    today: date,
    href: Callable[[str, int], str],
    months: int | None = None,
    first: date | None = None,
    selected: tuple[str, int] | None = None,
) -> Timeline:
    """Draw a plan over `months` months (at least 1) from the month of `first`, or else over all of it.

    Without `first` it starts with the plan, or with this month once the plan is under way and only some
    months are shown. `href` gives the address of a session by series and number. Raises KeyError for a
    series without a name.
    """
    scale = scale_of(found, today, months, first)
    flags = tuple(flags_of(found, scale, today))
    top = HEAD + FLAG * round(max((flag.y - HEAD) / FLAG + 1 for flag in flags)) if flags else HEAD
    ...
