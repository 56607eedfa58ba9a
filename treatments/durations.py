"""How long a date duration lasts, for putting durations in order and for reading them aloud."""

import re

PARTS = re.compile(r"P(?=\d)(?:(\d{1,3})Y)?(?:(\d{1,3})M)?(?:(\d{1,3})W)?(?:(\d{1,4})D)?", re.ASCII)
SPOKEN = re.compile(
    r"(?:(\d{1,3}) ?(?:years?|y))?,? ?(?:(\d{1,3}) ?(?:months?|mo))?,? ?"
    r"(?:(\d{1,3}) ?(?:weeks?|wks?|w))?,? ?(?:(\d{1,4}) ?(?:days?|d))?",
    re.ASCII,
)
DAYS_EACH = (365.25, 30.4375, 7, 1)
UNITS = ("year", "month", "week", "day")


def parts(text: str) -> tuple[int, ...]:
    """Give the years, months, weeks and days of a duration such as P3M14D.

    Raises ValueError that says what would be right.
    """
    match = PARTS.fullmatch(text)
    if match is None:
        raise ValueError(f"“{text:.40}” is not a duration. Write P90D, P12W, P3M or P3M14D.")
    return tuple(int(part or 0) for part in match.groups())


def nominal_days(text: str) -> int:
    """Count about how many days a duration lasts, a month as a twelfth of a year, rounded down."""
    return int(sum(count * days for count, days in zip(parts(text), DAYS_EACH, strict=True)))


def spoken(text: str) -> str:
    """Read a duration aloud: P3M14D is 3 months 14 days."""
    counted = zip(parts(text), UNITS, strict=True)
    words = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in counted if count]
    return " ".join(words) or "0 days"


def read_spoken(text: str) -> str:
    """Turn what a person types into a duration: 3 months 14 days, 12 weeks, 90 d, or P90D itself.

    Raises ValueError that says what would be right.
    """
    compact = text.strip().upper()
    if PARTS.fullmatch(compact):
        return compact
    match = SPOKEN.fullmatch(text.strip().lower())
    if match is None or not any(match.groups()):
        raise ValueError(
            f"“{text.strip():.40}” is not a duration. Write 90 days, 12 weeks or 3 months 14 days."
        )
    counted = zip(match.groups(), "YMWD", strict=True)
    return "P" + "".join(f"{int(count)}{letter}" for count, letter in counted if count)
