"""ISO 8601 date durations (P90D, P12W, P3M14D) counted on the calendar."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from dateutil.relativedelta import relativedelta

_ISO = re.compile(r"P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time in years, months, weeks and days, each at least 0."""

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """Read an ISO 8601 date duration such as P3M14D; ValueError says what would be right."""
        match = _ISO.fullmatch(text)
        if match is None or not any(match.groups()):
            raise ValueError(f"{text!r:.40} is not a date duration; write P90D, P12W, P3M or P3M14D")
        return cls(*(int(part or 0) for part in match.groups()))

    def after(self, day: date) -> date:
        """Add to `day`: years and months first, clipped at the month's end, then weeks and days.

        A sum past the year 9999 is the last day there is.
        """
        return _after(self, day)

    def __str__(self) -> str:
        parts = ((self.years, "Y"), (self.months, "M"), (self.weeks, "W"), (self.days, "D"))
        return "P" + ("".join(f"{count}{unit}" for count, unit in parts if count) or "0D")


@lru_cache(maxsize=2**16)
def _after(one: Duration, day: date) -> date:
    """A duration added to a day; kept, as a planner counts the same windows again and again."""
    try:
        return day + relativedelta(years=one.years, months=one.months, weeks=one.weeks, days=one.days)
    except (OverflowError, ValueError):
        return date.max
