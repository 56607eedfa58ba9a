"""What must be acknowledged about sessions: overdue, pushed back, near an event, near another toxin."""

from collections.abc import Iterator, Sequence
from datetime import date

from scheduling.planning.reasons import days_in_words, spoken
from scheduling.planning.solution import Placed
from treatments.protocols import Library, Protocol

from .chain import Chain
from .events import GREEN, event_rule, smile_band
from .intake import Event, Intake
from .recommendation import Caution
from .windows import Course


def cautions_before(protocol: Protocol, course: Course, chain: Chain, intake: Intake) -> Iterator[Caution]:
    """What the intake alone gives reason to say about a series."""
    key, rule = protocol.key, protocol.rules[0]
    if chain.due is not None:
        text = f"The next session is due from {spoken(chain.due)}, after this plan's horizon."
        yield Caution(key, 1, rule, text)
    if chain.overdue is not None:
        yield Caution(
            key, 1, rule, f"Overdue: recommended until {spoken(chain.overdue)}. It comes first now."
        )
    if chain.postponed is not None:
        yield Caution(key, 1, event_rule(protocol), f"Begins later than usual: {chain.postponed.reason}.")
    wish = intake.stretch
    if wish is None or wish.series != key or chain.stretched is not None:
        return
    if not wish.fading_observed:
        yield Caution(key, 1, "R12", "Not spaced out: wrinkles have to be seen fading first.")
    else:
        text = "Not spaced out inside this horizon: a year at the regular rhythm comes first."
        yield Caution(key, 1, "R13" if course.gate is not None else "R12", text)


def cautions_after(placed: Sequence[Placed], intake: Intake, library: Library) -> Iterator[Caution]:
    """What the chosen dates give reason to say, session by session in the order of the visits."""
    last = {one.series: one.number for one in placed}
    for one in placed:
        protocol = library.protocols[one.series]
        for event in intake.events:
            yield from _near(one, protocol, event, one.number == last[one.series])
            yield from _first_ever(one, protocol, event, intake, library)
    yield from _toxin_elsewhere(placed, intake, library)


def _near(one: Placed, protocol: Protocol, event: Event, is_last: bool) -> Iterator[Caution]:
    days = (event.date - one.date).days
    if days < 0:
        return
    recovery, band = protocol.recovery, protocol.event
    before = f"{days_in_words(days)} before {event.name}"
    if recovery.function_tail and smile_band(protocol, one.date, event.date) != GREEN:
        text = (
            f"{before}: the smile may be limited, usually for 4 to 6 weeks, sometimes for about 2 months."
            if "R28" in protocol.rules
            else f"{before}: movement of the mouth may be limited for about a month."
        )
        yield Caution(one.series, one.number, event_rule(protocol), text)
    elif days < band.warn:
        text = f"{before}: sooner than the {band.warn} days that leave time to settle."
        yield Caution(one.series, one.number, event_rule(protocol), text)
    elif is_last and protocol.event_last is not None and days < protocol.event_last.warn:
        text = f"{before}: the last of the series takes about {protocol.event_last.warn} days to show fully."
        yield Caution(one.series, one.number, event_rule(protocol), text)


def _first_ever(
    one: Placed, protocol: Protocol, event: Event, intake: Intake, library: Library
) -> Iterator[Caution]:
    kind = library.treatments[protocol.treatment].kind
    had = {library.treatments[past.treatment].kind for past in intake.history}
    days = (event.date - one.date).days
    limit = library.setting("first_ever_days")
    if one.number == 1 and kind in ("toxin", "filler") and kind not in had and 0 <= days < limit:
        name = "filler" if kind == "filler" else "toxin"
        before = f"{days_in_words(days)} before {event.name}"
        text = f"A first {name} only {before}: try it {limit} days ahead or more."
        yield Caution(one.series, one.number, event_rule(protocol), text)


def _toxin_elsewhere(placed: Sequence[Placed], intake: Intake, library: Library) -> Iterator[Caution]:
    """For each series the first session that follows toxin in another area too soon (X4b)."""
    rule = library.separations["X4b"]
    given = [
        (past.date, past.treatment, past.area) for past in intake.history if past.treatment in rule.before
    ]
    said: set[str] = set()
    for one in sorted(placed, key=lambda each: each.date):
        protocol = library.protocols[one.series]
        if protocol.treatment not in rule.after:
            continue
        near = _latest_elsewhere(given, protocol, one.date, rule.clear_days)
        if near is not None and one.series not in said:
            said.add(one.series)
            text = f"{days_in_words((one.date - near).days)} after toxin in another area: {rule.text}."
            yield Caution(one.series, one.number, rule.key, text)
        given.append((one.date, protocol.treatment, protocol.area))


def _latest_elsewhere(
    given: Sequence[tuple[date, str, str]], protocol: Protocol, day: date, clear_days: int
) -> date | None:
    found = [
        when
        for when, treatment, area in given
        if (treatment, area) != (protocol.treatment, protocol.area) and 0 < (day - when).days < clear_days
    ]
    return max(found, default=None)
