"""How each coming visit stands to a day that matters: red, amber, yellow or green, with the reason."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scheduling.booking_page.words import State
from scheduling.course.standing import Standing
from scheduling.intake.events import AMBER, GREEN, RED, YELLOW, smile_band
from scheduling.patient_page.course import Course
from scheduling.patient_page.words import window_words
from scheduling.planning.reasons import days_in_words, spoken
from treatments.protocols import Protocol

SEEN = "The practice sees your day when it books this visit."
ORDER = (GREEN, YELLOW, AMBER, RED)
STATES = {
    GREEN: State("good", "circle-check", "Green: keeps clear"),
    YELLOW: State("wait", "info", "Yellow: for a few people"),
    AMBER: State("warn", "triangle-alert", "Amber: close"),
    RED: State("stop", "octagon-alert", "Red: too close"),
}


@dataclass(frozen=True, slots=True)
class Effect:
    """One coming visit beside an event: when, what, its band, and why in words."""

    when: str
    names: tuple[str, ...]
    band: str
    words: str
    date: datetime.date

    @property
    def state(self) -> State:
        """The band as icon and word."""
        return STATES[self.band]


def band_of(protocol: Protocol, treated: datetime.date, event: datetime.date) -> str:
    """How near before an event a session is: by the smile (R28, R43), else by the days it needs to settle."""
    days = (event - treated).days
    if days < 0:
        return GREEN
    if protocol.recovery.function_tail:
        return smile_band(protocol, treated, event)
    if days < protocol.event.blackout:
        return RED
    return AMBER if days < protocol.event.warn else GREEN


def words_of(protocol: Protocol, treated: datetime.date, event: datetime.date) -> str:
    """Why a session has its band."""
    days, band = (event - treated).days, band_of(protocol, treated, event)
    if days < 0:
        return "It comes after your day."
    before = f"{days_in_words(days).capitalize()} before"
    if band == GREEN:
        return f"{before}: the usual time to settle is over by then."
    if not protocol.recovery.function_tail:
        return f"{before}: {protocol.event.warn} days leave time for swelling and bruises to settle."
    if "R28" not in protocol.rules:
        return f"{before}: movement around the mouth may be weaker for about a month."
    if band == YELLOW:
        return f"{before}: past the usual 4 to 6 weeks; for a few people it lasts about 2 months."
    return f"{before}: the smile may be less full, usually for 4 to 6 weeks, sometimes for about 2 months."


def worst(bands: Iterable[str]) -> str:
    """The band that asks for the most care."""
    return max(bands, key=ORDER.index, default=GREEN)


def effects(course: Course, event: datetime.date) -> tuple[Effect, ...]:
    """Every coming visit beside an event, in order of time."""
    found = [*booked(course, event), *undated(course, event)]
    return tuple(sorted(found, key=lambda one: one.date))


def booked(course: Course, event: datetime.date) -> Iterator[Effect]:
    """The booked visits; the area that asks for the most care speaks for its visit."""
    for one in course.coming:
        sessions = [each for each in one.sessions.all() if each.is_live]
        records = [course.records[each.key] for each in sessions if each.key in course.records]
        if not records:
            continue
        band = worst(band_of(record, one.date, event) for record in records)
        record = next(record for record in records if band_of(record, one.date, event) == band)
        names = tuple(str(each.name) for each in sessions)
        when = f"{spoken(one.date)}, {one.starts}"
        yield Effect(when, names, band, words_of(record, one.date, event), one.date)


def undated(course: Course, event: datetime.date) -> Iterator[Effect]:
    """The sessions without a booked day, judged over all days they are recommended on."""
    for standings in course.standings:
        for one in standings.needs_a_date:
            if one.key in course.records:
                yield of_window(one, course.records[one.key], event)


def of_window(one: Standing, protocol: Protocol, event: datetime.date) -> Effect:
    """A session in need of a date: the worst band of its days, and which of them keep clear."""
    window = one.window
    days = [window.start + datetime.timedelta(days=n) for n in range((window.end - window.start).days + 1)]
    bands = {day: band_of(protocol, day, event) for day in days}
    band = worst(bands.values())
    clear = [day for day in days if bands[day] == GREEN]
    near = next((day for day in days if bands[day] == band), window.start)
    if band == GREEN:
        words = "Every recommended day keeps clear of it."
    elif clear:
        words = f"{clear_words(clear, event)} {SEEN}"
    else:
        words = f"{words_of(protocol, near, event)} {SEEN}"
    return Effect(window_words(window), (str(one.name),), band, words, window.start)


def clear_words(clear: list[datetime.date], event: datetime.date) -> str:
    """Which days keep clear: those before, those after, or both."""
    before = [day for day in clear if day <= event]
    after = [day for day in clear if day > event]
    parts = []
    if before:
        parts.append(f"until {spoken(max(before))}")
    if after:
        parts.append(f"after {spoken(event)}")
    return f"It keeps clear {' or '.join(parts)}."
