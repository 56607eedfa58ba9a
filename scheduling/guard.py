"""What stands against a change of bookings: the plan's rules and windows, and the place."""

import datetime
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from scheduling.arranging.blocking import why_not
from scheduling.arranging.seats import Seats
from scheduling.availability.bits import span
from scheduling.availability.days import unit_of
from scheduling.availability.place import Calendar
from scheduling.availability.steps import PATIENT
from scheduling.giving import gives_of
from scheduling.planning.check import Broken, broken
from scheduling.planning.durations import Duration
from scheduling.planning.problem import FourDates, Problem, Session
from scheduling.planning.reasons import spoken
from scheduling.situation import Situation
from scheduling.wanted import SessionId, Wanted

Dates = Mapping[SessionId, datetime.date]
RULE, PLACE = "rule", "place"
FAR = Duration(years=100)
ANY_DAY = FourDates(datetime.date.min, datetime.date.min, datetime.date.max, datetime.date.max)


@dataclass(frozen=True, slots=True)
class Against:
    """One thing that stands against a booking.

    `kind` is rule (a provider may override it with a reason) or place (nobody may); `rule` is the id of
    the practice's rule where there is one; `date` is the day of the visit in question.
    """

    kind: str
    text: str
    date: datetime.date
    rule: str = ""
    source: str = ""


def against(
    situation: Situation, wanted: Sequence[Wanted], dropped: Iterable[int] = ()
) -> tuple[Against, ...]:
    """Everything against booking or moving these visits, the bookings `dropped` (ids) being given up.

    Whether somebody is already booked is not asked here: the claims decide that, in the database.
    """
    return (*by_place(situation, wanted), *by_rules(situation, wanted, frozenset(dropped)))


def by_rules(situation: Situation, wanted: Sequence[Wanted], dropped: frozenset[int]) -> Iterator[Against]:
    """The rules that the plan would break with the change and does not break without it."""
    left = situation.left()
    numbers = left.done
    now = ahead(situation, frozenset())
    moved = dict(ahead(situation, dropped | {one.booking for one in wanted if one.booking}))
    moved |= {session: one.date for one in wanted for session in one.sessions if session[1]}
    known = {seen(*one) for one in broken_by(left.problem, shifted(now, numbers))}
    for session, one in broken_by(left.problem, shifted(moved, numbers)):
        if seen(session, one) not in known:
            number = session[1] + numbers[one.series]
            yield in_words(situation, left.problem, one, number)


def ahead(situation: Situation, dropped: frozenset[int]) -> dict[SessionId, datetime.date]:
    """The sessions booked from today on, without the bookings given up."""
    standings = situation.standings
    return {
        session: booking.date
        for session, booking in standings.booked.items()
        if booking.date >= situation.today and booking.pk not in dropped
    }


def shifted(dates: Dates, done: Mapping[str, int]) -> dict[SessionId, datetime.date]:
    """Dates by number within what is left of the plan; sessions already done are left out."""
    return {
        (key, number - done[key]): day
        for (key, number), day in dates.items()
        if key in done and number > done[key]
    }


def broken_by(problem: Problem, dates: Dates) -> Iterator[tuple[SessionId, Broken]]:
    """The constraints each session breaks; one whose predecessor has no date keeps its minimum only."""
    series, numbers = [], {}
    for one in problem.series:
        dated = [number for number in range(1, len(one.sessions) + 1) if (one.key, number) in dates]
        if dated:
            numbers[one.key] = dated
            sessions = tuple(alone(one.sessions[number - 1], number - 1 in dated) for number in dated)
            first = one.sessions[0].window if dated[0] == 1 else ANY_DAY
            series.append(replace(one, sessions=(replace(sessions[0], window=first), *sessions[1:])))
    cut = replace(problem, series=tuple(series))
    days = [[dates[one.key, number] for number in numbers[one.key]] for one in series]
    for found in broken(cut, days):
        yield (found.series, numbers[found.series][found.number - 1]), found


def alone(session: Session, followed: bool) -> Session:
    """A session whose latest day holds only where the session right before it has a date."""
    if followed or isinstance(session.window, FourDates):
        return session
    return replace(session, window=replace(session.window, end=FAR, latest=FAR))


def seen(session: SessionId, one: Broken) -> tuple:
    """What makes a broken constraint the same one before and after a change."""
    return (session, one.kind, one.index, one.day, one.other)


def in_words(situation: Situation, problem: Problem, one: Broken, number: int) -> Against:
    """A broken constraint as a sentence, with the rule behind it."""
    found = situation.version.recommendation
    series = next(series for series in problem.series if series.key == one.series)
    rule = found.rule_for(one.kind, one.series, one.index)
    name = f"{situation.standings.series[one.series].name}, session {number}"
    match one.kind:
        case "window" if one.other and one.day < one.other:
            text = f"{name}: too soon, {spoken(one.other)} at the earliest."
        case "window" if one.other:
            text = f"{name}: too late, {spoken(one.other)} at the latest."
        case "forbidden" if one.index is not None:
            text = f"{name}: {series.forbidden[one.index].reason}."
        case "separation" if one.index is not None:
            rule_ = problem.separations[one.index]
            after = f" (visit on {spoken(one.other)})" if one.other else ""
            text = f"{name}: fewer than {rule_.days} days apart{after}. {rule_.reason}."
        case "closed" if one.index is not None:
            text = f"{name}: {problem.closed[one.index].reason}."
        case "length":
            text = f"The visit would take longer than {problem.max_visit_minutes} minutes."
        case "weekdays":
            text = f"{name}: not on a {one.day:%A}."
        case _:
            text = f"{name}: {one.kind}."
    return Against(RULE, text, one.day, rule.rule if rule else "", rule.source if rule else "")


def by_place(situation: Situation, wanted: Sequence[Wanted]) -> Iterator[Against]:
    """What the place says: hours, absences, credentials, rooms, devices, and that the time lies ahead."""
    version = situation.version
    gives = gives_of(version.series.all())
    empty = Calendar(situation.place, 0, sys.maxsize, {})
    seats = Seats(empty, situation.location.zone, version.plan.patient_id, gives)
    now = unit_of(situation.now)
    for one in wanted:
        if one.unit <= now:
            yield Against(PLACE, f"{spoken(one.date)}, {one.starts}: this time has passed.", one.date)
        yield from by_hours(seats, one)


def by_hours(seats: Seats, one: Wanted) -> Iterator[Against]:
    """What the hours and capabilities of a place say against one visit."""
    keys = sorted(set(one.keys))
    asked, finder, day = seats.asked(keys, one.date), seats.finder(keys), seats.day(one.date)
    when = f"{spoken(one.date)}, {one.starts}"
    start = one.unit - day.first
    whole = span(start, finder.length)
    shut = seats.calendar.place.shut_on(one.date)
    if shut is not None:
        yield Against(PLACE, f"{when}: closed ({shut.reason}).", one.date)
    elif start < 0 or asked.open & whole != whole:
        yield Against(PLACE, f"{when}: outside the opening hours.", one.date)
    else:
        for kind in finder.needed:
            if kind == PATIENT:
                continue
            holder = int(getattr(one, kind) or 0)
            if holder not in asked.free[kind]:
                yield Against(PLACE, f"{when}: this {kind} cannot serve the visit.", one.date)
            elif not finder.fits(kind, asked.free[kind][holder]) >> start & 1:
                yield Against(PLACE, f"{when}: {why_not(seats.names[kind, holder], one.date)}.", one.date)
    if one.steps != seats.steps(keys):
        yield Against(PLACE, f"{when}: the steps are not those of the protocols.", one.date)
