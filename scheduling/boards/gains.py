"""What a plan could have sooner than it has now, and whether that would be better."""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scheduling.course.standing import SessionId, Standing, Standings
from scheduling.models import Booking
from scheduling.planning.problem import FourDates
from scheduling.planning.reasons import days_in_words, spoken

Dates = Mapping[SessionId, datetime.date]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Sessions that could be given at a freed time: of a visit that would move there, or without a date."""

    sessions: tuple[Standing, ...]
    booking: Booking | None = None

    @property
    def ids(self) -> tuple[SessionId, ...]:
        """The sessions by key and number within the version."""
        return tuple((one.key, one.number) for one in self.sessions)

    @property
    def keys(self) -> list[str]:
        """The series of its sessions."""
        return [one.key for one in self.sessions]


def proposals(standings: Standings) -> Iterator[Proposal]:
    """What a plan could have sooner: its next sessions in need of a date, then its next booked visit."""
    firsts: dict[str, Standing] = {}
    for one in standings.needs_a_date:
        if one.key not in firsts or one.number < firsts[one.key].number:
            firsts[one.key] = one
    by_day: dict[datetime.date, list[Standing]] = defaultdict(list)
    for one in firsts.values():
        by_day[one.planned].append(one)
    for day in sorted(by_day):
        yield Proposal(tuple(by_day[day]))
    for day in sorted(by_day):
        if len(by_day[day]) > 1:
            yield from (Proposal((one,)) for one in by_day[day])
    if booking := next_visit(standings):
        sessions = (one for one in standings.sessions if one.booking and one.booking.pk == booking.pk)
        yield Proposal(tuple(sessions), booking)


def next_visit(standings: Standings) -> Booking | None:
    """The next booked visit of a plan, when all that is given at it belongs to the version."""
    ahead = (one for one in standings.bookings if one.date >= standings.today)
    booking = next((one for one in ahead if one.status == Booking.Status.BOOKED), None)
    if booking is None:
        return None
    known = sum(one.pk == booking.pk for one in standings.booked.values())
    return booking if known == len(booking.sessions.all()) else None


def gained(standings: Standings, proposal: Proposal, date: datetime.date) -> str:
    """Why a sooner date is better than what a plan has now, in words; nothing when it is not."""
    if proposal.booking is None:
        return "Gets a date: the session has none"
    sooner = (proposal.booking.date - date).days
    now = {**{session: one.date for session, one in standings.booked.items()}, **standings.done}
    nearer = outside(standings, now) - outside(standings, {**now, **dict.fromkeys(proposal.ids, date)})
    if nearer < 0:
        return ""
    said = f"{days_in_words(sooner)} sooner than {spoken(proposal.booking.date)}"
    return f"{said}, and nearer to the recommended days" if nearer else said


def outside(standings: Standings, dates: Dates) -> int:
    """Days outside the recommended ranges, over all sessions ahead that have a real date."""
    return sum(
        max((window.start - day).days, (day - window.end).days, 0)
        for (key, number), day in dates.items()
        if day >= standings.today and (window := window_from(standings, dates, key, number))
    )


def window_from(standings: Standings, dates: Dates, key: str, number: int) -> FourDates | None:
    """The window of a session, counted from the real date before it; None where that has none."""
    series = next((one for one in standings.problem.series if one.key == key), None)
    if series is None or number > len(series.sessions):
        return None
    window, before = series.sessions[number - 1].window, dates.get((key, number - 1))
    if isinstance(window, FourDates):
        return window
    if before is None:
        return None
    day = dates[key, number]
    between = [one.date for one in standings.treated if one.key == key and before < one.date < day]
    return window.counted_from(max([before, *between]))
