"""What stands against a change of bookings: the plan's rules and windows, and the place."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from scheduling.arranging.seats import Seats
from scheduling.course.situation import Situation
from scheduling.course.wanted import SessionId, Wanted
from scheduling.guard.against import PLACE, RULE, Against
from scheduling.guard.beside import Beside, Dated, Kept, had, minimum_of
from scheduling.guard.bookable import by_sessions
from scheduling.guard.event_days import too_late, too_near
from scheduling.guard.place import by_place
from scheduling.guard.words import forbidden, in_words
from scheduling.planning.check import Broken, broken
from scheduling.planning.durations import Duration
from scheduling.planning.problem import FourDates, Problem, Session
from scheduling.planning.reasons import spoken
from scheduling.planning.remaining import Remaining

__all__ = ["PLACE", "RULE", "Against", "against", "by_place", "by_rules"]

Dates = Mapping[SessionId, datetime.date]
FAR = Duration(years=100)
Found = dict[tuple, tuple[int, Against]]


def against(
    situation: Situation, wanted: Sequence[Wanted], dropped: Iterable[int] = (), busy: Seats | None = None
) -> tuple[Against, ...]:
    """Everything against booking or moving these visits, the bookings `dropped` (ids) being given up.

    Whether somebody is booked already is asked only of the free times `busy`: the claims decide that, in
    the database.
    """
    gone = frozenset(dropped)
    if found := tuple(dict.fromkeys(by_sessions(situation.standings, wanted, gone))):
        return found
    return tuple(dict.fromkeys((*by_place(situation, wanted, busy), *by_rules(situation, wanted, gone))))


def by_rules(situation: Situation, wanted: Sequence[Wanted], dropped: frozenset[int]) -> Iterator[Against]:
    """The rules that the plan would break with the change and does not break, or less, without it."""
    left = situation.left()
    before = all_broken(situation, left, situation.beside, ahead(situation, frozenset()))
    for what, (short, one) in broken_then(situation, left, wanted, dropped).items():
        if what not in before or before[what][0] < short:
            yield one


def still_broken(situation: Situation, wanted: Sequence[Wanted], dropped: frozenset[int]) -> bool:
    """Whether the plan breaks any rule with the change, one that it broke before among them."""
    return bool(broken_then(situation, situation.left(), wanted, dropped))


def broken_then(
    situation: Situation, left: Remaining, wanted: Sequence[Wanted], dropped: frozenset[int]
) -> Found:
    """Every rule that the plan breaks with a change; `left` is what is left of it as it is now."""
    leaving = dropped | {one.booking for one in wanted if one.booking}
    beside = changed(situation, wanted, leaving)
    then = ahead(situation, leaving) | {
        session: one.date for one in wanted for session in one.sessions if session[1]
    }
    left = left if beside == situation.beside else situation.left(beside=beside)
    return all_broken(situation, left, beside, then)


def changed(situation: Situation, wanted: Sequence[Wanted], leaving: frozenset[int]) -> Beside:
    """What lies beside the plan with the boosters of an order, without those it moves or gives up."""
    series = situation.standings.series
    new = (
        Dated(key, str(series[key].name), one.date, one.booking)
        for one in wanted
        for key, number in one.sessions
        if not number
    )
    stay = (one for one in situation.beside.boosters if one.booking not in leaving)
    return replace(situation.beside, boosters=(*stay, *new))


def all_broken(situation: Situation, left: Remaining, beside: Beside, dates: Dates) -> Found:
    """Every rule that dates break: what makes it the same one, by how many days, and in words.

    The day of a session that a change moves belongs to what makes it the same one, so that breaking a
    rule anew is never taken for having broken it already.
    """
    found: Found = {}
    for session, one in broken_by(left.problem, shifted(dates, left.done)):
        if is_of_the_place(situation, left, one):
            continue
        what, short = (*session, *same(left, one)), shortfall(one)
        if what not in found or found[what][0] < short:
            found[what] = (short, in_words(situation, left, one, session[1], dates))
    for what, short, because in against_boosters(situation, beside, dates):
        if what not in found or found[what][0] < short:
            found[what] = (short, because)
    return found


def against_boosters(
    situation: Situation, beside: Beside, dates: Dates
) -> Iterator[tuple[tuple, int, Against]]:
    """Every rule that boosters break: what makes it the same one, by how many days, and in words."""
    for booster in beside.boosters:
        what, words = (booster.key, 0, booster.date), f"{booster.name}, booster on {spoken(booster.date)}"
        for short, (span, because) in too_soon(situation, beside, booster, dates):
            one = Against(RULE, f"{words}: {span.reason}.", booster.date, because.rule, because.source)
            yield (*what, because.rule, short < 0), abs(short), one
        for short, event, rule, floor in too_near(situation, booster):
            text = f"{words}: fewer than {floor} days before {event.name} on {spoken(event.date)}."
            near = Against(RULE, text, booster.date, rule, "protocol")
            yield (*what, event.date), short, near
        for short, told in too_late(situation, booster):
            text = f"{words}: it is for {told.name} on {spoken(told.date)} and has to lie before that day."
            yield (*what, "for", told.pk), short, Against(RULE, text, booster.date, "R14")


def same(left: Remaining, one: Broken) -> tuple:
    """What makes a broken constraint the same one before and after a change."""
    if one.kind == "forbidden":
        return (one.day, one.kind, forbidden(left, one))
    return (one.day, one.kind, one.index, one.kind == "window" and bool(one.other and one.other < one.day))


def shortfall(one: Broken) -> int:
    """By how many days a constraint is broken, the more the worse."""
    days = abs((one.day - one.other).days) if one.other else 0
    return -days if one.kind == "separation" else days


def is_of_the_place(situation: Situation, left: Remaining, one: Broken) -> bool:
    """Whether a broken constraint only repeats what the place itself says of the day."""
    if one.kind == "weekdays":
        weekday, opened = one.day.isoweekday(), {hours.weekday for hours in situation.place.weekly}
        return weekday in situation.standings.problem.weekdays or weekday not in opened
    shut = len(situation.place.closed)
    return one.kind == "closed" and one.index is not None and one.index < shut


def too_soon(
    situation: Situation, beside: Beside, booster: Dated, dates: Dates
) -> Iterator[tuple[int, Kept]]:
    """What keeps a booster off its day, by how many days: what comes before it, or in other plans after it.

    The days are negative for what comes after.
    """
    standings, day = situation.standings, booster.date
    series = standings.series.get(booster.key)
    if series is None:
        return
    names = {key: str(one.name) for key, one in standings.series.items()}
    own = [Dated(key, names[key], when) for (key, _), when in dates.items()]
    boosters = [one for one in beside.boosters if one is not booster]
    spacing, minimum = situation.spacing, minimum_of(series)
    for one in dict.fromkeys((*had(situation.version, standings), *own, *boosters, *beside.others)):
        if one.date <= day:
            for kept in situation.named(booster.key, spacing.after(booster.key, minimum, one)):
                if day in kept[0]:
                    yield (kept[0].last - day).days + 1, kept
    for one in beside.others:
        if one.date > day:
            for kept in situation.named(booster.key, spacing.before(booster.key, minimum, one)):
                if day in kept[0]:
                    yield (kept[0].first - day).days - 1, kept


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
            first, *rest = (alone(one.sessions[number - 1], number - 1 in dated) for number in dated)
            first = replace(first, window=opening(one.sessions[0].window, dated[0] == 1))
            series.append(replace(one, sessions=(first, *rest)))
    cut = replace(problem, series=tuple(series))
    days = [[dates[one.key, number] for number in numbers[one.key]] for one in series]
    for found in broken(cut, days):
        yield (found.series, numbers[found.series][found.number - 1]), found


def opening(window: object, is_next: bool) -> FourDates:
    """The window of the first dated session: the next one's own, or for a later one its first day only."""
    if not isinstance(window, FourDates):
        raise TypeError("the first session that is left has dates for a window")
    if is_next:
        return window
    return FourDates(window.earliest, window.earliest, datetime.date.max, datetime.date.max)


def alone(session: Session, followed: bool) -> Session:
    """A session whose latest day holds only where the session right before it has a date."""
    if followed or isinstance(session.window, FourDates):
        return session
    return replace(session, window=replace(session.window, end=FAR, latest=FAR))
