"""A month of days for one session: free, costly with its price, or blocked with its reasons."""

from calendar import Calendar, monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from scheduling.intake.recommendation import Recommendation
from scheduling.naming import Names
from scheduling.plan_page.day_words import day_words, price_words
from scheduling.plan_page.session_card import Line, against, long_date
from scheduling.planning.price import DayVerdict, Stop, price_days, why_blocked
from scheduling.planning.problem import Problem, Series
from scheduling.planning.reasons import Reason
from scheduling.planning.solution import Solution

Prices = Callable[[Problem, Solution, str, int, date, date], Sequence[DayVerdict]]
Href = Callable[[date], str]
Why = Callable[[Problem, str, int, date], Sequence[Reason]]
CLOSED = ("closed", "away")
NO_REASON = Line("plan", "No plan has a visit on this day.")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the calendar: `state` is best, free, costly, blocked, past or outside the month.

    `words` stand in the day, `label` says all of it; `href` is empty where there is nothing to choose.
    """

    day: date
    state: str
    words: str = ""
    label: str = ""
    href: str = ""
    today: bool = False
    planned: bool = False

    @property
    def look(self) -> str:
        """The state, with blocked days told apart that nobody could come on."""
        return "closed" if self.state == "blocked" and self.words in CLOSED else self.state


@dataclass(frozen=True, slots=True)
class MonthLink:
    """Another month by name; `href` is empty for one without days of the plan."""

    name: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    """The weeks of a month, Monday first, for one session."""

    name: str
    of: str
    weeks: tuple[tuple[Cell, ...], ...]
    free: int
    costly: int
    has_planned: bool
    proven: bool
    before: MonthLink
    after: MonthLink
    planned: MonthLink | None

    @property
    def summary(self) -> str:
        """How many days there are to choose from beside the plan's own, in a sentence."""
        other = "other " if self.has_planned else ""
        if not self.free and not self.costly:
            return f"No {other}day of {self.name} works."
        free = f"{self.free} {other}days are free" if self.free else f"No {other}day is free"
        free = f"1 {other}day is free" if self.free == 1 else free
        costly = "1 costs something" if self.costly == 1 else f"{self.costly or 'none'} cost something"
        return f"{free}, {costly}."


@dataclass(frozen=True, slots=True)
class Asked:
    """The session whose days are asked for, and how they are priced."""

    found: Recommendation
    names: Names
    series: str
    number: int
    today: date
    href: Href
    prices: Prices
    why: Why = why_blocked
    stop: Stop | None = None

    @property
    def solution(self) -> Solution:
        if self.found.solution is None or self.found.solution.terms is None:
            raise ValueError("there is no plan whose days could be shown")
        return self.found.solution

    @property
    def planned(self) -> date:
        for one in self.solution.placed():
            if (one.series, one.number) == (self.series, self.number):
                return one.date
        raise KeyError(f"the plan has no session {self.number} of {self.series}")

    def judged(self, first: date, last: date) -> dict[date, DayVerdict]:
        """The verdicts of the days that are not past."""
        first = max(first, self.today)
        if first > last:
            return {}
        found = self.prices(self.problem, self.solution, self.series, self.number, first, last)
        return {verdict.day: verdict for verdict in found}

    @property
    def problem(self) -> Problem:
        """The problem with every other session of a day that is past held where it is."""
        pairs = zip(self.found.problem.series, self.solution.dates, strict=True)
        return replace(self.found.problem, series=tuple(self._held(one, days) for one, days in pairs))

    def _held(self, series: Series, days: Sequence[date]) -> Series:
        own = self.number if series.key == self.series else None
        sessions = (
            replace(session, booked=day, pinned=True) if day < self.today and number != own else session
            for number, (session, day) in enumerate(zip(series.sessions, days, strict=True), start=1)
        )
        return replace(series, sessions=tuple(sessions))


def month_of(
    found: Recommendation,
    names: Names,
    series: str,
    number: int,
    month: date,
    today: date,
    prices: Prices = price_days,
    *,
    href: Href,
    month_href: Href,
) -> Month:
    """Judge every day of the month that `month` lies in for session `number` (from 1) of a series.

    `href` gives the address of a day, `month_href` that of the month that begins on a date. Sessions that
    are past stay where they are. Raises KeyError for a session the plan does not have, ValueError when
    there is no plan.
    """
    asked = Asked(found, names, series, number, today, href, prices)
    first, last = ends_of(month)
    planned, verdicts = asked.planned, asked.judged(first, last)
    states = [verdict.state for verdict in verdicts.values()]
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    away = planned < first or planned > last
    return Month(
        name=f"{first:%B %Y}",
        of=f"{names[series]}, session {number}",
        weeks=tuple(tuple(cell_of(asked, day, first, verdicts.get(day)) for day in week) for week in weeks),
        free=states.count("free"),
        costly=states.count("costly"),
        has_planned="best" in states,
        proven=all(verdict.proven for verdict in verdicts.values()),
        before=_link(first - ONE_DAY, found.problem, month_href),
        after=_link(last + ONE_DAY, found.problem, month_href),
        planned=_link(planned, found.problem, month_href) if away else None,
    )


def ends_of(month: date) -> tuple[date, date]:
    return month.replace(day=1), month.replace(day=monthrange(month.year, month.month)[1])


def _link(day: date, problem: Problem, month_href: Href) -> MonthLink:
    first, last = ends_of(day)
    inside = first <= problem.end and last >= problem.start
    return MonthLink(f"{first:%B %Y}", month_href(first) if inside else "")


def cell_of(asked: Asked, day: date, first: date, verdict: DayVerdict | None) -> Cell:
    """A day of the weeks around the month that begins on `first`."""
    if (day.year, day.month) != (first.year, first.month):
        return Cell(day, "outside")
    today, planned = day == asked.today, day == asked.planned
    start = f"{long_date(day)}{', today' if today else ''}"
    if verdict is None:
        return Cell(day, "past", "past", f"{start}: past", planned=planned)
    problem, plan = asked.problem, asked.solution.dates
    words = day_words(verdict, problem, plan)
    if verdict.state == "blocked":
        said_so = " ".join(
            f"{line.text} ({line.label})" if line.source else line.text
            for line in against_day(asked, verdict)
        )
        label = f"{start}: blocked: {said_so}"
    elif verdict.state == "unsettled":
        label = f"{start}: not settled in the time allowed"
    else:
        free = "free, " if verdict.state == "free" else ""
        label = f"{start}: {free}{price_words(verdict, problem, plan)}"
    return Cell(day, verdict.state, words, label, asked.href(day), today, planned)


def against_day(asked: Asked, verdict: DayVerdict) -> tuple[Line, ...]:
    """What is against a day, each under its rule; never empty for a blocked day."""
    return tuple(against(asked.found, asked.names, reason) for reason in verdict.because) or (NO_REASON,)
