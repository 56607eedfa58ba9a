"""Refuse a library that could not be relied on: a number without source, a window that runs backwards."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache

from dateutil.relativedelta import relativedelta

from treatments.citations import DURATION, GRADES, Citation, numbers
from treatments.protocols import (
    LEVELS,
    MAINTENANCE,
    OFFERED,
    REGIONS,
    EventBand,
    FindingRule,
    Library,
    Protocol,
    Window,
)

_NAMED = re.compile(r"\b([RL])(\d+)\b")
_PARTS = re.compile(r"(\d+)([YMWD])")


class BadLibrary(ValueError):
    """A library that cannot be used: where it is wrong, and what would be right."""

    def __init__(self, place: str, key: str, message: str):
        super().__init__(f"{place}: {key}: {message}")
        self.place, self.key, self.message = place, key, message


def expanded(record: object, cited: Mapping[str, Citation]) -> dict[str, Citation]:
    """One citation for every number of the record; that of `window` holds for `window.minimum` too.

    Raises ValueError for a number without source.
    """
    found = {}
    for name in numbers(record):
        parts = name.split(".")
        prefixes = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
        match = next((prefix for prefix in prefixes if prefix in cited), None)
        if match is None:
            raise ValueError(
                f"the number {name!r} has no source; add it under cite, such as {name!r} = 'A L1'"
            )
        found[name] = cited[match]
    if "level" in cited:
        found["level"] = cited["level"]
    return found


def check_library(library: Library) -> None:
    """Raise BadLibrary for the first record that refers to nothing, is out of order or has no source."""
    for group in ("protocols", "products", "separations", "findings", "settings"):
        for key, record in getattr(library, group).items():
            missing = set(numbers(record)) - set(record.citations)
            if missing:
                raise BadLibrary(group, key, f"no source for {', '.join(sorted(missing))}")
            for name, citation in record.citations.items():
                _check_citation(library, f"{group}: {key}", name, citation)
    for protocol in library.protocols.values():
        _check_protocol(library, protocol)
    for finding in library.findings.values():
        _check_finding(library, finding)
    for area in library.areas.values():
        _known("areas", area.key, area.parts, library.areas)
        _one_of("areas", area.key, area.region, REGIONS)
    for rule in library.separations.values():
        _one_of("separations", rule.key, rule.level, LEVELS)
        if rule.stop_days > rule.clear_days:
            raise BadLibrary("separations", rule.key, "stop_days may not exceed clear_days")


def _check_citation(library: Library, place: str, name: str, citation: Citation) -> None:
    if citation.grade not in GRADES:
        raise BadLibrary(place, name, f"{citation.grade!r} is no grade; grades: {', '.join(GRADES)}")
    for letter, digits in _NAMED.findall(citation.source):
        if letter + digits not in (library.rules if letter == "R" else library.references):
            raise BadLibrary(place, name, f"{letter}{digits} is neither a rule nor a reference here")


def _check_protocol(library: Library, protocol: Protocol) -> None:
    key = protocol.key
    if key != f"{protocol.treatment}.{protocol.area}":
        raise BadLibrary("protocols", key, "the key is treatment.area")
    _known("protocols", key, (protocol.treatment,), library.treatments)
    _known("protocols", key, (protocol.area,), library.areas)
    _known("protocols", key, protocol.rules, library.rules)
    _known("protocols", key, [one.rule for one in protocol.expectations], library.rules)
    _one_of("protocols", key, protocol.offered, OFFERED)
    _one_of("protocols", key, protocol.maintenance, MAINTENANCE)
    if protocol.only_with is not None:
        _known("protocols", key, (protocol.only_with,), library.protocols)
    _check_counts(protocol)
    windows = {"window": protocol.window, "window_mild": protocol.window_mild}
    windows |= {f"taper.{step}": window for step, window in enumerate(protocol.taper, start=1)}
    for name, window in windows.items():
        if window is not None:
            _check_window(key, name, window)
    for band in (protocol.event, protocol.event_last):
        if band is not None:
            _check_band(key, band)
    if "R34" in protocol.rules:
        _check_taper(protocol)


def _check_counts(protocol: Protocol) -> None:
    counts = protocol.sessions
    most = counts.maximum if counts.maximum is not None else max(counts.mild, counts.moderate, counts.severe)
    if not 1 <= counts.minimum <= counts.mild <= counts.moderate <= counts.severe <= most:
        raise BadLibrary(
            "protocols", protocol.key, "sessions rise from minimum by severity to maximum, from 1"
        )
    if protocol.minutes < 1:
        raise BadLibrary("protocols", protocol.key, "minutes are at least 1")


def _check_window(key: str, name: str, window: Window) -> None:
    order = (window.minimum, window.start, window.end, window.latest)
    for text in order:
        if not DURATION.fullmatch(text):
            raise BadLibrary("protocols", key, f"{name}: {text!r} is not a duration; write P90D or P3M")
    shortest = [days(text)[0] for text in order]
    longest = [days(text)[1] for text in order]
    # P90D and P3M may stand in either order: three months have 89 to 92 days.
    if any(longest[place + 1] < shortest[place] for place in range(3)) or shortest[0] < 1:
        raise BadLibrary("protocols", key, f"{name} runs backwards: minimum, start, end, latest must rise")


def _check_band(key: str, band: EventBand) -> None:
    if not 0 <= band.blackout <= band.warn or (band.ideal is not None and band.ideal < band.warn):
        raise BadLibrary("protocols", key, "event days rise from blackout over warn to ideal")


def _check_taper(protocol: Protocol) -> None:
    """R34: whatever days are chosen, each interval is longer than the one before."""
    steps = [protocol.window, *protocol.taper]
    for place in range(1, len(steps)):
        if days(steps[place].minimum)[0] <= days(steps[place - 1].latest)[1]:
            raise BadLibrary(
                "protocols",
                protocol.key,
                f"taper.{place}.minimum must exceed the latest of the interval before it (R34)",
            )
    if protocol.taper:
        width = days(steps[-1].latest)[1] - days(steps[-1].minimum)[0]
        if protocol.taper_step is None or days(protocol.taper_step)[0] <= width:
            raise BadLibrary(
                "protocols", protocol.key, "taper_step must exceed the last window's width (R34)"
            )


def _check_finding(library: Library, finding: FindingRule) -> None:
    _one_of("findings", finding.key, finding.level, LEVELS[:3])
    _known("findings", finding.key, finding.treatments, library.treatments)
    _known("findings", finding.key, finding.areas, library.areas)
    _known("findings", finding.key, finding.products, library.products)
    if "level" not in finding.citations:
        raise BadLibrary("findings", finding.key, "no source for level")


def _known(place: str, key: str, names: "tuple[str, ...] | list[str]", known: Mapping[str, object]) -> None:
    for name in names:
        if name not in known:
            raise BadLibrary(place, key, f"{name!r} is not known; known: {', '.join(known)}")


def _one_of(place: str, key: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise BadLibrary(place, key, f"{value!r} is not one of: {', '.join(allowed)}")


@cache
def days(duration: str) -> tuple[int, int]:
    """The fewest and the most days an ISO 8601 duration can come to, over every day of four years."""
    parts = {unit: int(count) for count, unit in _PARTS.findall(duration)}
    months = 12 * parts.get("Y", 0) + parts.get("M", 0)
    fixed = 7 * parts.get("W", 0) + parts.get("D", 0)
    if not months:
        return fixed, fixed
    # The longest starts on the first of a month, the shortest on a last day that is clipped.
    firsts = [date(2023 + index // 12, index % 12 + 1, 1) for index in range(48)]
    lasts = [first + relativedelta(months=1, days=-1) for first in firsts]
    spans = [(start + relativedelta(months=months) - start).days for start in firsts + lasts]
    return min(spans) + fixed, max(spans) + fixed
