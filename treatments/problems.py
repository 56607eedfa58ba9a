"""What is wrong with a protocol's numbers, each problem beside the number it is about."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from treatments.citations import Citation, Number, numbers
from treatments.durations import nominal_days, spoken
from treatments.protocols import Dose, EventBand, Protocol, Recovery, Sessions, Window

STRICTER_ABOVE = ("minimum", "blackout", "warn")
STRICTER_BELOW = ("latest", "maximum", "high", "volume_high")
BOUND_GRADES = ("S", "A")
NAMED = re.compile(r"\b[RL]\d")


@dataclass(frozen=True)
class Problem:
    """A number that cannot stand: its dotted name, and what would be right."""

    field: str
    text: str


@dataclass(frozen=True)
class Crossed:
    """A bound of the practice's rules or of a label that an edit crosses."""

    field: str
    before: Number | None
    after: Number | None
    citation: Citation


def problems(protocol: Protocol) -> tuple[Problem, ...]:
    """Find every number that contradicts another one of the same protocol."""
    found = [*_sessions(protocol.sessions), *_recovery(protocol.recovery)]
    windows = {"window": protocol.window, "window_mild": protocol.window_mild}
    windows |= {f"taper.{number}": step for number, step in enumerate(protocol.taper, start=1)}
    for name, window in windows.items():
        found += _window(name, window) if window else ()
    for name, band in {"event": protocol.event, "event_last": protocol.event_last}.items():
        found += _event(name, band) if band else ()
    found += _dose(protocol.dose) if protocol.dose else ()
    if protocol.minutes < 1:
        found.append(Problem("minutes", "A session takes at least 1 minute."))
    if protocol.weight < 1:
        found.append(Problem("weight", "The weight is at least 1."))
    return tuple(found)


def _sessions(counts: Sessions) -> Iterator[Problem]:
    if counts.minimum < 1:
        yield Problem("sessions.minimum", "A series has at least 1 session.")
    least, name = counts.minimum, "the fewest"
    for severity in ("mild", "moderate", "severe"):
        count = counts.at(severity)
        if count < least:
            yield Problem(f"sessions.{severity}", f"{count} is fewer than {name}, {least}.")
        if counts.maximum is not None and count > counts.maximum:
            yield Problem(f"sessions.{severity}", f"{count} is more than the most, {counts.maximum}.")
        least, name = max(least, count), f"for {severity}"


def _window(name: str, window: Window) -> Iterator[Problem]:
    words = {"minimum": "the minimum", "start": "from", "end": "to", "latest": "the latest"}
    parts = list(words)
    for part in parts:
        if not getattr(window, part):
            yield Problem(f"{name}.{part}", "Give all four durations of the window, or none.")
    if not all(getattr(window, part) for part in parts):
        return
    if nominal_days(window.minimum) < 1:
        yield Problem(f"{name}.minimum", "Two sessions lie at least 1 day apart.")
    for first, second in itertools.pairwise(parts):
        one, other = getattr(window, first), getattr(window, second)
        if nominal_days(one) > nominal_days(other):
            text = f"{spoken(other)} is shorter than {words[first]}, {spoken(one)}."
            yield Problem(f"{name}.{second}", text.capitalize())


def _event(name: str, band: EventBand) -> Iterator[Problem]:
    if band.warn < band.blackout:
        yield Problem(
            f"{name}.warn", f"The warning reaches at least the {band.blackout} days without sessions."
        )
    if band.ideal is not None and band.ideal < band.warn:
        yield Problem(f"{name}.ideal", f"The ideal time begins {band.warn} days before and reaches further.")


def _recovery(recovery: Recovery) -> Iterator[Problem]:
    if recovery.visible_high < recovery.visible_low:
        yield Problem("recovery.visible_high", f"It shows for at least {recovery.visible_low} days.")
    if recovery.function_high < recovery.function_low:
        yield Problem(
            "recovery.function_high", f"Movement is weaker for at least {recovery.function_low} days."
        )
    if recovery.function_tail < recovery.function_high:
        yield Problem("recovery.function_tail", f"The longest is at least {recovery.function_high} days.")


def _dose(dose: Dose) -> Iterator[Problem]:
    if not dose.unit:
        yield Problem("dose.unit", "Name the unit: U or mL.")
    if None in (dose.amount, dose.low, dose.high):
        yield Problem("dose.amount", "Give the default dose with both ends of its range, or none of them.")
        return
    if not dose.low <= dose.amount <= dose.high:
        yield Problem("dose.amount", f"The default lies inside its range, {dose.low:g} to {dose.high:g}.")
    if (dose.volume_low is None) != (dose.volume_high is None):
        yield Problem("dose.volume_high", "Give both ends of the volume, or neither.")
    elif dose.volume_low is not None and dose.volume_high is not None and dose.volume_low > dose.volume_high:
        yield Problem("dose.volume_high", f"It is at least the lower end, {dose.volume_low:g} mL.")


def crossed(before: Protocol, after: Protocol) -> tuple[Crossed, ...]:
    """Find the bounds of grade S or A that an edit crosses; going further to the safe side crosses none.

    What the practice set itself, and no rule or label, is no bound.
    """
    was, now = numbers(before), numbers(after)
    return tuple(
        Crossed(name, value, now.get(name), before.citations[name])
        for name, value in was.items()
        if before.citations[name].grade in BOUND_GRADES
        and NAMED.search(before.citations[name].source)
        and now.get(name) != value
        and not _stricter(name.rpartition(".")[2], value, now.get(name))
    )


def _stricter(part: str, before: Number, after: Number | None) -> bool:
    if after is None:
        return False
    one, other = _size(before), _size(after)
    return (part in STRICTER_ABOVE and other > one) or (part in STRICTER_BELOW and other < one)


def _size(number: Number) -> float:
    return nominal_days(number) if isinstance(number, str) else number
