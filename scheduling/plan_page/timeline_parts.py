"""What a timeline is made of: numbers for its drawing, words for its readers.

Across, a place is 0 to 100 percent of a range of whole months, so that the drawing stretches; down, it is in
pixels.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from scheduling.naming import SeriesName
from scheduling.plan_page.stood import BOOKED, GIVEN, OPEN, PROPOSED

LEAST_WIDTH, MONTH_WIDTH = 480, 26
# What each look means, and what it means once visits are booked.
KEY = {
    GIVEN: "Date past",
    BOOKED: "Booked",
    OPEN: "Booked day past: what happened?",
    PROPOSED: "To come",
    "was": "Proposed, booked on another day",
    "ideal": "Recommended days",
    "allowed": "All allowed days of the chosen session",
    "blackout": "No session before an event",
    "warn": "Better none before an event",
    "off": "No session, by a rule",
    "closed": "Closed or away",
}
STOOD = {
    GIVEN: "Given",
    BOOKED: "Booked",
    OPEN: "Booked, what happened?",
    PROPOSED: "Proposed, needs a date",
}


@dataclass(frozen=True, slots=True)
class Scale:
    """Whole months from `first` to the day before `stop`."""

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

    def start(self, day: date) -> float:
        """Give the place where a day begins, in percent."""
        return round(100 * (day - self.first).days / (self.stop - self.first).days, 3)

    def noon(self, day: date) -> float:
        """Give the middle of a day, in percent."""
        return round((self.start(day) + self.start(day + timedelta(days=1))) / 2, 3)

    def pixels(self, day: date) -> float:
        """Give the middle of a day, in pixels at the least width."""
        return self.noon(day) * self.width / 100


@dataclass(frozen=True, slots=True)
class Month:
    """A month's line, its name and the middle of it, and the year where that is said."""

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
    look: str
    words: str


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a session from `x` to `end`: the recommended ones, or all that are allowed."""

    x: float
    end: float
    look: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A session as a link; `look` is done, booked, open or to-come, `was` the place of its proposed date.

    `was` is None where it has that date still, or where it lies outside the drawing.
    """

    x: float
    number: int
    look: str
    selected: bool
    href: str
    words: str
    was: float | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """A series: its middle line, its name, how many sessions, and what lies on it."""

    y: float
    band_y: float
    name: SeriesName
    sessions: str
    bands: tuple[Band, ...]
    windows: tuple[Window, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit: where its line starts, and its date below the lanes."""

    x: float
    y: float
    date: str
    date_y: float
    selected: bool


@dataclass(frozen=True, slots=True)
class Flag:
    """A day with a flag of `width` pixels that starts `shift` pixels from it; `look` is event or today."""

    x: float
    y: float
    shift: int
    width: int
    look: str
    text: str
    words: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole drawing of the days `first` to `last`; `width` is its least.

    `top` and `bottom` are the edges of the lanes, `key` says in words what the looks in it mean, `before`
    and `after` say what lies outside.
    """

    first: date
    last: date
    width: int
    height: float
    top: float
    bottom: float
    summary: str
    months: tuple[Month, ...]
    closed: tuple[Band, ...]
    lanes: tuple[Lane, ...]
    visits: tuple[VisitLine, ...]
    flags: tuple[Flag, ...]
    key: tuple[tuple[str, str], ...]
    before: str
    after: str


def key_of(
    lanes: Iterable[Lane], closed: Iterable[Band], words: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """Explain the looks that the drawing holds; `words` go before the usual ones."""
    looks = {band.look for band in closed}
    for lane in lanes:
        looks |= {band.look for band in lane.bands} | {window.look for window in lane.windows}
        looks |= {mark.look for mark in lane.marks}
        looks |= {"was" for mark in lane.marks if mark.was is not None}
    return tuple((look, words.get(look, usual)) for look, usual in KEY.items() if look in looks)
