"""Intakes that tests start from."""

from datetime import date
from itertools import count

from scheduling.intake.compose import compose
from scheduling.intake.parse import read_intake
from scheduling.intake.recommend import Stop, recommend
from scheduling.intake.recommendation import Recommendation
from scheduling.planning.problem import FourDates, Interval, Series
from treatments.library import load_library

EXAMPLE = {
    "start": "2027-01-04",
    "horizon_months": 18,
    "age": 41,
    "findings": ["cows_milk_allergy"],
    "concerns": [
        {"concern": "pores", "area": "cheeks", "severity": "moderate"},
        {"concern": "texture", "area": "neck", "severity": "mild"},
        {"concern": "dynamic_wrinkles", "area": "upper_face", "severity": "severe"},
        {"concern": "smile_lines", "area": "cheeks"},
        {"concern": "wrinkles", "area": "perioral"},
        {"concern": "lift", "area": "jawline"},
    ],
    "rounds": {"mesobotox.cheeks": 1},
    "stretch": {"series": "botox.upper_face", "reason": "cost", "fading_observed": True},
    "history": [{"treatment": "botox", "area": "upper_face", "date": "2026-10-20"}],
    "discussed": [{"topic": "rf_microneedling.perioral", "outcome": "agreed", "by": "provider"}],
    "events": [{"name": "Wedding", "date": "2027-06-12"}],
    "away": [{"from": "2027-03-01", "to": "2027-03-14"}],
    "weekdays": [1, 2, 3, 4, 5],
    "preference": "balanced",
}
CHEEKS = ("pores", "cheeks")
NECK = ("texture", "neck")
CHEST = ("tone", "chest")
UPPER_FACE = ("dynamic_wrinkles", "upper_face")
SMILE = ("smile_lines", "cheeks")
MOUTH = ("wrinkles", "perioral")
RF_AGREED = {"topic": "rf_microneedling.perioral", "outcome": "agreed", "by": "provider"}


def raw(*wants: tuple[str, ...], **fields: object) -> dict:
    """An intake as JSON for some (concern, area) or (concern, area, severity), from Monday 2027-01-04."""
    names = ("concern", "area", "severity")
    concerns = [dict(zip(names, want, strict=False)) for want in wants]
    return {"start": "2027-01-04", "concerns": concerns} | fields


def composed(*wants: tuple[str, ...], **fields: object) -> Recommendation:
    """The recommendation without its solution."""
    return compose(read_intake(raw(*wants, **fields)), load_library())


def planned(*wants: tuple[str, ...], stop: Stop | None = None, **fields: object) -> Recommendation:
    """The recommendation with its solution, the best one found when `stop` answers True."""
    return recommend(read_intake(raw(*wants, **fields)), stop=stop)


def after(times: int) -> Stop:
    """A stop that has had enough after it was asked so many times, on any machine."""
    asked = count()
    return lambda: next(asked) >= times


def series(found: Recommendation, key: str) -> Series:
    """A series of the recommendation's problem."""
    return next(one for one in found.problem.series if one.key == key)


def windows(found: Recommendation, key: str) -> list[str]:
    """A series' windows as text: dates of the first, durations of the others."""
    texts = []
    for session in series(found, key).sessions:
        window = session.window
        parts = (
            (window.earliest, window.start, window.end, window.latest)
            if isinstance(window, FourDates)
            else (window.minimum, window.start, window.end, window.latest)
        )
        texts.append(" ".join(str(part) for part in parts))
    return texts


def starts(found: Recommendation, key: str) -> list[date]:
    """The chain of recommended first days of a series."""
    days: list[date] = []
    for session in series(found, key).sessions:
        window = session.window
        days.append(window.start.after(days[-1]) if isinstance(window, Interval) else window.start)
    return days


def dates(found: Recommendation, key: str) -> list[date]:
    """The dates a series was given."""
    assert found.solution is not None
    place = [one.key for one in found.problem.series].index(key)
    return list(found.solution.dates[place])


def keys(found: Recommendation) -> list[str]:
    """The keys of the planned series."""
    return [one.key for one in found.series]
