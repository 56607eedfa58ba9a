"""Whether two treatments lie too close together, and in which order a visit gives them (X1 to X13)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .protocols import LEVELS, SeparationRule

# Rules that say which of two treatments comes first at a visit they share: filler before toxin, energy first.
ORDER = frozenset({"X1", "X6"})
Overlap = Callable[[str, str], bool]


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


def too_soon(
    rules: Iterable[SeparationRule], overlap: Overlap, first: Given, second: Given
) -> tuple[TooSoon, ...]:
    """What the rules say about `second` so soon after `first`, the strictest level alone.

    `overlap` tells whether two areas share skin or muscle.
    """
    found = sorted(_too_soon(rules, overlap, first, second), key=lambda one: LEVELS.index(one.level))
    return tuple(one for one in found if one.level == found[0].level)


def _too_soon(
    rules: Iterable[SeparationRule], overlap: Overlap, first: Given, second: Given
) -> Iterator[TooSoon]:
    days = (second.date - first.date).days
    for rule in rules:
        if days < 0 or first.treatment not in rule.before or second.treatment not in rule.after:
            continue
        if rule.same_area and not overlap(first.area, second.area):
            continue
        if days < rule.clear_days and not (days == 0 and rule.same_visit):
            free_on = first.date + timedelta(days=rule.clear_days)
            yield TooSoon(rule.key, rule.rules, _level(rule, days), days, free_on, rule.text)


def _level(rule: SeparationRule, days: int) -> str:
    return "discuss" if rule.level == "override" and days >= rule.stop_days else rule.level


def order_of(rules: Iterable[SeparationRule], treatments: Iterable[str]) -> tuple[SeparationRule, ...]:
    """The rules that say what comes first among the treatments of one visit."""
    given = set(treatments)
    return tuple(
        rule
        for rule in rules
        if rule.key in ORDER and given.intersection(rule.before) and given.intersection(rule.after)
    )


def in_order(rules: Iterable[SeparationRule], treatments: Iterable[str]) -> tuple[str, ...]:
    """The treatments of one visit, each once, in the order they are given: filler before toxin (R40, X1)."""
    given = tuple(dict.fromkeys(treatments))
    binding = order_of(rules, given)
    return tuple(sorted(given, key=lambda one: len(_before(binding, given, one))))


def _before(rules: Sequence[SeparationRule], given: Sequence[str], then: str) -> set[str]:
    return {first for rule in rules if then in rule.after for first in given if first in rule.before}
