"""What an event means for a series: days to keep off, to avoid, to aim at, and how near is how bad."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta

from scheduling.planning.problem import FourDates, Interval, Session, Span
from treatments.protocols import Protocol

from .intake import Event
from .recommendation import Because

RED, AMBER, YELLOW, GREEN = "RED", "AMBER", "YELLOW", "GREEN"


def smile_band(protocol: Protocol, treated: date, event: date) -> str:
    """How likely a session still limits movement on the event's day (R28): RED, AMBER, YELLOW or GREEN.

    Red until the usual time's lower edge, amber until its upper edge, yellow in the tail of some.
    """
    recovery, days = protocol.recovery, (event - treated).days
    if not recovery.function_tail or days < 0:
        return GREEN
    if days < recovery.function_low:
        return RED
    if days < recovery.function_high:
        return AMBER
    return YELLOW if days <= recovery.function_tail else GREEN


def bands(events: Iterable[Event], protocol: Protocol, cost: int) -> Iterator[tuple[str, Span, Because]]:
    """For each event the days a series keeps off (forbidden) and those it avoids (discouraged, at `cost`)."""
    for event in events:
        band, reason = protocol.event, f"event: {event.name}"
        if band.blackout:
            first = event.date - timedelta(days=band.blackout - 1)
            yield "forbidden", Span(first, event.date, reason), _because(protocol, "event.blackout")
        if band.warn > band.blackout:
            first, last = (event.date - timedelta(days=days) for days in (band.warn - 1, band.blackout))
            yield "discouraged", Span(first, last, reason, cost), _because(protocol, "event.warn")


def best_days(event: Event, protocol: Protocol) -> Span | None:
    """The days on which a session serves the event best; None where the protocol aims at none."""
    if not protocol.target_cost or protocol.event.ideal is None:
        return None
    first, last = (event.date - timedelta(days=days) for days in (protocol.event.ideal, protocol.event.warn))
    return Span(first, last, f"event: {event.name}", protocol.target_cost)


def event_rule(protocol: Protocol) -> str:
    """The rule that speaks for a protocol's days before an event, or the name of those numbers."""
    rules = [rule for rule in ("R28", "R43", "R23") if rule in protocol.rules]
    return rules[0] if rules else ("R14" if protocol.target_cost else "event")


def _because(protocol: Protocol, number: str) -> Because:
    days = {"event.blackout": protocol.event.blackout, "event.warn": protocol.event.warn}[number]
    what = "No session" if number == "event.blackout" else "Better no session"
    return Because(
        event_rule(protocol),
        f"{what} fewer than {days} days before an event.",
        protocol.citations[number].words,
    )


def reach(sessions: Sequence[Session], end: date) -> Iterator[tuple[date, date]]:
    """The soonest and the latest day of each session, whatever days are chosen before it."""
    low = high = date.min
    for session in sessions:
        window = session.window
        if isinstance(window, FourDates):
            low, high = window.earliest, window.latest
        elif isinstance(window, Interval):
            low, high = window.minimum.after(low), window.latest.after(high)
        yield low, min(high, end)


def reachable(span: Span, sessions: Sequence[Session], end: date, usable: Callable[[date], bool]) -> bool:
    """Whether some session can lie on a usable day of `span`."""
    for low, high in reach(sessions, end):
        day = max(low, span.first)
        while day <= min(high, span.last):
            if usable(day):
                return True
            day += timedelta(days=1)
    return False
