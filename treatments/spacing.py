"""Whether two treatments lie too close together, and in which order a visit gives them (X1 to X13)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .protocols import LEVELS, Library, SeparationRule


@dataclass(frozen=True, slots=True)
class Given:
    """What was done to a patient on a day: a treatment, or what a rule names beside it, such as a vaccine."""

    treatment: str
    area: str
    date: date


@dataclass(frozen=True, slots=True)
class TooSoon:
    """A gap shorter than a rule asks for; `level` is stop, override, discuss or info.

    From `free_on` the rule has nothing to say. `rules` are the practice's own rules behind it.
    """

    key: str
    rules: tuple[str, ...]
    level: str
    days: int
    free_on: date
    text: str


@dataclass(frozen=True, slots=True)
class WrongOrder:
    """A step of a visit that has to come before another one."""

    key: str
    rules: tuple[str, ...]
    first: str
    then: str
    text: str


def too_soon(library: Library, first: Given, second: Given) -> tuple[TooSoon, ...]:
    """What the rules say about `second` so soon after `first`, the strictest level alone."""
    found = sorted(_too_soon(library, first, second), key=lambda one: LEVELS.index(one.level))
    return tuple(one for one in found if one.level == found[0].level)


def _too_soon(library: Library, first: Given, second: Given) -> Iterator[TooSoon]:
    days = (second.date - first.date).days
    for rule in library.separations.values():
        if days < 0 or first.treatment not in rule.before or second.treatment not in rule.after:
            continue
        if rule.same_area and not library.overlap(first.area, second.area):
            continue
        if days < rule.clear_days and not (days == 0 and rule.same_visit):
            free_on = first.date + timedelta(days=rule.clear_days)
            yield TooSoon(rule.key, rule.rules, _level(rule, days), days, free_on, rule.text)


def _level(rule: SeparationRule, days: int) -> str:
    return "discuss" if rule.level == "override" and days >= rule.stop_days else rule.level


def wrong_order(library: Library, steps: Sequence[str]) -> tuple[WrongOrder, ...]:
    """The treatments of one visit that stand in the wrong order: filler comes before toxin (R40)."""
    rule = library.separations["X1"]
    return tuple(
        WrongOrder(rule.key, rule.rules, late, early, rule.text)
        for place, early in enumerate(steps)
        for late in steps[place + 1 :]
        if late in rule.before and early in rule.after
    )
