"""The simple drawings of a protocol: its intervals, the days after a session, the days before an event.

Every drawing is 0 to 100 wide, so that it needs no more than numbers in its template.
"""

from dataclasses import dataclass

from treatments.durations import nominal_days
from treatments.flat import WINDOW
from treatments.labels import window_words
from treatments.protocols import EventBand, Protocol, Window


@dataclass(frozen=True)
class Bar:
    """A piece of a row: where it starts and how long it is, in percent, and its look."""

    x: float
    width: float
    look: str


@dataclass(frozen=True)
class Row:
    """One line of a drawing with the words that say the same."""

    name: str
    words: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Tick:
    """A mark on the axis, in percent, and its words."""

    x: float
    words: str


@dataclass(frozen=True)
class Drawing:
    """Rows over one axis."""

    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...]


def intervals(protocol: Protocol) -> Drawing:
    """Draw the interval between sessions and each one after the series, over months."""
    windows = {"Series": protocol.window}
    if protocol.window_mild:
        windows["Series, mild"] = protocol.window_mild
    windows |= {f"Taper {number}": step for number, step in enumerate(protocol.taper, start=1)}
    longest = max(nominal_days(window.latest) for window in windows.values())
    months = max(1, round(longest / 30.4375))
    step = next(step for step in (1, 2, 3, 6, 12, 24) if months / step <= 7)
    rows = tuple(
        Row(name, window_words(*parts_of(window)), window_bars(window, longest))
        for name, window in windows.items()
    )
    ticks = tuple(
        Tick(round(100 * month * 30.4375 / longest, 2), f"{month} mo") for month in range(0, months, step)
    )
    return Drawing(rows, ticks)


def parts_of(window: Window) -> list[str]:
    """Give the four durations in their order."""
    return [getattr(window, part) for part in WINDOW]


def window_bars(window: Window, longest: int) -> tuple[Bar, ...]:
    """Draw what is allowed, and over it what is recommended."""
    days = [nominal_days(text) for text in parts_of(window)]
    return bar(days[0], days[3], longest, "allowed"), bar(days[1], days[2], longest, "ideal")


def bar(start: float, end: float, whole: float, look: str) -> Bar:
    """Place a piece on an axis of `whole` days, never so thin that it cannot be seen."""
    x = 100 * start / whole
    return Bar(round(x, 2), round(max(100 * (end - start) / whole, 0.8), 2), look)


def recovery(protocol: Protocol) -> Drawing:
    """Draw what shows and what is felt over the days after a session."""
    days = protocol.recovery
    longest = max(days.visible_high, days.bruise, days.function_tail, 14)
    rows = [
        Row(
            "Redness, swelling",
            f"{days.visible_low} to {days.visible_high} days",
            banded(days.visible_low, days.visible_high, longest),
        )
    ]
    if days.bruise:
        rows.append(Row("Bruise", f"up to {days.bruise} days", (bar(0, days.bruise, longest, "tail"),)))
    if days.function_tail:
        words = f"usually {days.function_low} to {days.function_high} days"
        if days.function_tail > days.function_high:
            words += f", for a few about {days.function_tail}"
        bars = banded(days.function_low, days.function_high, longest)
        bars += (bar(days.function_high, days.function_tail, longest, "tail"),)
        rows.append(Row("Weaker movement", words, bars))
    step = 14 if longest > 21 else 7
    ticks = tuple(Tick(round(100 * day / longest, 2), f"day {day}") for day in range(0, longest, step))
    return Drawing(tuple(rows), ticks)


def banded(low: int, high: int, longest: int) -> tuple[Bar, ...]:
    """Draw what is sure up to the lower end, and the band from there to the upper."""
    sure = (bar(0, low, longest, "sure"),) if low else ()
    return (*sure, bar(low, high, longest, "band"))


def before_event(protocol: Protocol) -> Drawing:
    """Draw the days before an event, the event at the right end."""
    bands = {"Every session": protocol.event}
    if protocol.event_last:
        bands["Last session"] = protocol.event_last
    longest = max(max(band.ideal or 0, band.warn) for band in bands.values()) + 14
    rows = tuple(Row(name, event_words(band), event_bars(band, longest)) for name, band in bands.items())
    step = 28 if longest > 70 else 14
    ticks = tuple(
        Tick(round(100 * (longest - day) / longest, 2), f"{day} d" if day else "event")
        for day in range(longest // step * step, -1, -step)
    )
    return Drawing(rows, ticks)


def event_words(band: EventBand) -> str:
    """Say an event band in one line."""
    ideal = (
        f"ideal {band.warn} to {band.ideal} days before" if band.ideal else f"ideal {band.warn} days or more"
    )
    if band.warn == band.blackout:
        return f"none in the last {band.blackout} days; {ideal}"
    return f"none in the last {band.blackout} days, discouraged until {band.warn}; {ideal}"


def event_bars(band: EventBand, longest: int) -> tuple[Bar, ...]:
    """Draw ideal, discouraged and forbidden days, read from far before the event towards it."""
    ideal = band.ideal or longest
    return (
        bar(longest - ideal, longest - band.warn, longest, "ideal"),
        bar(longest - band.warn, longest - band.blackout, longest, "warn"),
        bar(longest - band.blackout, longest, longest, "blackout"),
    )
