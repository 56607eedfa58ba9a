"""The plan as a strip: each series with its rounds done, next and later."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace

from scheduling.course.standing import DONE, NEEDS_A_DATE, UNRESOLVED, Standing, Standings
from scheduling.naming import SeriesName
from scheduling.patient_page.course import Course
from scheduling.patient_page.words import window_words
from scheduling.planning.problem import FourDates
from scheduling.planning.reasons import spoken
from treatments.protocols import Protocol

PAST, NEXT, LATER = "done", "next", "later"


@dataclass(frozen=True, slots=True)
class Dot:
    """One round on the strip: done, next or later, and what it is in words."""

    look: str
    words: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A series: its name, where it stands (round 2 of 3 to 5 is next) and its rounds."""

    name: SeriesName
    words: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Later:
    """Sessions to come without a booked day: what, and the days they are recommended on."""

    names: tuple[str, ...]
    when: str
    first: datetime.date


def lanes(course: Course) -> tuple[Lane, ...]:
    """Every series of the signed plans, in the order of the plan."""
    return tuple(lane(one, key, course.records.get(key)) for one in course.standings for key in one.series)


def lane(standings: Standings, key: str, record: Protocol | None) -> Lane:
    """One series: what was done before this version, then its sessions."""
    series = standings.series[key]
    sessions = sorted((one for one in standings.sessions if one.key == key), key=lambda one: one.number)
    dots = [Dot(PAST, f"Round {number}: done") for number in range(1, series.done + 1)]
    next_one = next((one for one in sessions if one.state != DONE), None)
    rounds = [(one.date, dot(one, is_next=one is next_one)) for one in sessions]
    days = extra_days(standings, key)
    if days and (next_one is None or days[0] < next_one.date):
        rounds = [(day, replace(one, look=LATER) if one.look == NEXT else one) for day, one in rounds]
        words = f"an extra visit on {spoken(days[0])} is next"
        rounds.append((days[0], extra(days.pop(0), NEXT)))
    else:
        words = f"{round_words(next_one, record)} is next" if next_one else "all rounds done"
    rounds += [(day, extra(day, LATER)) for day in days]
    return Lane(series.name, words, (*dots, *(one for _, one in sorted(rounds, key=lambda each: each[0]))))


def extra_days(standings: Standings, key: str) -> list[datetime.date]:
    """The coming days on which a series is given once more before a day that matters, beside its rounds."""
    return sorted(
        one.date
        for one in standings.bookings
        if one.date >= standings.today and (key, 0) in standings.sessions_of(one)
    )


def extra(day: datetime.date, look: str) -> Dot:
    """An extra visit on the strip: it is no round."""
    return Dot(look, f"Extra visit, no round of the series: booked for {spoken(day)}")


def dot(one: Standing, is_next: bool) -> Dot:
    """One session on the strip."""
    look = PAST if one.state == DONE else NEXT if is_next else LATER
    return Dot(look, f"Round {one.ordinal}: {when_words(one)}")


def when_words(one: Standing) -> str:
    """When a session was or will be: its day, or the days it is recommended on."""
    if one.state == DONE:
        return f"done on {spoken(one.date)}"
    if one.state == UNRESOLVED:
        return f"was booked for {spoken(one.date)}"
    return window_words(one.window) if one.state == NEEDS_A_DATE else f"booked for {spoken(one.date)}"


def round_words(one: Standing, record: Protocol | None) -> str:
    """A session's place in its course, the number of rounds as the range it is: round 2 of 3 to 5."""
    if one.number > one.initial:
        return f"visit {one.ordinal}, to keep the result,"
    total = one.ordinal - one.number + one.initial
    low = record.sessions.minimum if record else total
    high = record.sessions.maximum if record else total
    if high and low < high and low <= total <= high:
        return f"round {one.ordinal} of {low} to {high}"
    return f"round {one.ordinal} of {total}"


def later(course: Course) -> tuple[Later, ...]:
    """What is to come without a booked day, the nearest first; sessions planned for one day together."""
    found = [one for standings in course.standings for one in grouped(standings)]
    return tuple(sorted(found, key=lambda one: one.first))


def grouped(standings: Standings) -> Iterator[Later]:
    """The sessions in need of a date, by the day they were planned for."""
    days: dict[datetime.date, list[Standing]] = {}
    for one in standings.needs_a_date:
        days.setdefault(one.planned, []).append(one)
    for sessions in days.values():
        if window := shared([one.window for one in sessions]):
            yield Later(tuple(str(one.name) for one in sessions), window_words(window), window.start)
            continue
        for one in sessions:
            yield Later((str(one.name),), window_words(one.window), one.window.start)


def shared(windows: list[FourDates]) -> FourDates | None:
    """The days that all windows recommend; None where they share none."""
    start, end = max(one.start for one in windows), min(one.end for one in windows)
    return replace(windows[0], start=start, end=end) if start <= end else None
