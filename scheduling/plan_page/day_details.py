"""One day for one session: what it costs and moves, or every rule against it and the nearest that work."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from scheduling.intake.recommendation import Recommendation
from scheduling.naming import Names
from scheduling.plan_page.day_words import moves, price_words
from scheduling.plan_page.month import ONE_DAY, Asked, Cell, Href, Prices, Why, against_day, cell_of, ends_of
from scheduling.plan_page.session_card import Line, against, long_date
from scheduling.planning.price import DayVerdict, Stop, price_days, why_blocked
from scheduling.planning.reasons import spoken

NEAREST = 3


@dataclass(frozen=True, slots=True)
class Day:
    """A chosen day: what it costs and moves, or what is against it and the nearest days that work."""

    day: date
    heading: str
    state: str
    words: str
    proven: bool = True
    against: tuple[Line, ...] = ()
    jointly: bool = False
    moves: tuple[str, ...] = ()
    nearest: tuple[Cell, ...] = ()


def day_details(
    found: Recommendation,
    names: Names,
    series: str,
    number: int,
    day: date,
    today: date,
    prices: Prices = price_days,
    *,
    href: Href,
    why: Why = why_blocked,
    stop: Stop | None = None,
) -> Day:
    """Say of one day what it costs and which sessions move, or every rule against it and what works.

    A blocked or past day names the three nearest days that work. Sessions that are past stay where they
    are. Raises as `month_of` does.
    """
    asked = Asked(found, names, series, number, today, href, prices, why, stop)
    shown = Day(day, long_date(day), "past", f"This day is past; today is {spoken(today)}.")
    verdict = asked.judged(day, day).get(day)
    if verdict is None:
        return replace(shown, nearest=_nearest_cells(asked, day))
    if verdict.state == "unsettled":
        words = "Whether a plan fits with this day was not settled in the time allowed. Ask again."
        return replace(shown, state="unsettled", words=words, nearest=_nearest_cells(asked, day))
    if verdict.state == "blocked":
        lines, jointly = _all_against(asked, verdict)
        shown = replace(shown, state="blocked", words="The session cannot be on this day.")
        return replace(shown, against=lines, jointly=jointly, nearest=_nearest_cells(asked, day))
    words = price_words(replace(verdict, proven=True), asked.problem, asked.solution.dates)
    return replace(
        shown,
        state=verdict.state,
        words=f"{words[:1].upper()}{words[1:]}.",
        proven=verdict.proven,
        moves=moves(verdict, asked.problem, asked.solution.dates, names, (series, number)),
    )


def _all_against(asked: Asked, verdict: DayVerdict) -> tuple[tuple[Line, ...], bool]:
    """What is against a day; whether only jointly, and then the smallest set that leaves no room."""
    if [reason.kind for reason in verdict.because] != ["together"]:
        return against_day(asked, verdict), False
    smallest = asked.why(asked.problem, asked.series, asked.number, verdict.day)
    named = tuple(against(asked.found, asked.names, reason) for reason in smallest)
    return (named, True) if named else (against_day(asked, verdict), False)


def _nearest_cells(asked: Asked, day: date) -> tuple[Cell, ...]:
    return tuple(cell_of(asked, one.day, one.day, one) for one in _nearest(asked, day))


def _nearest(asked: Asked, day: date) -> list[DayVerdict]:
    """The days nearest to `day` that work, sought a month at a time outwards, the earlier of two first.

    Once one is found, only one month more on either side is searched for the others.
    """
    problem = asked.found.problem
    low, high = max(asked.today, problem.start), problem.end
    first, last = ends_of(min(max(day, low), high))
    works = _working(asked, first, last)
    spare = 1
    while True:
        near = sorted(works, key=lambda one: (abs(one.day - day), one.day))[:NEAREST]
        reach = abs(near[-1].day - day) if len(near) == NEAREST else timedelta.max
        earlier = first > low and day - (first - ONE_DAY) <= reach
        later = last < high and (last + ONE_DAY) - day <= reach
        enough = (0 < len(near) < NEAREST and not spare) or bool(asked.stop and asked.stop())
        if enough or not (earlier or later):
            return near
        spare -= 0 < len(near) < NEAREST
        if earlier:
            first = ends_of(first - ONE_DAY)[0]
            works += _working(asked, *ends_of(first))
        if later:
            last = ends_of(last + ONE_DAY)[1]
            works += _working(asked, *ends_of(last))


def _working(asked: Asked, first: date, last: date) -> list[DayVerdict]:
    return [verdict for verdict in asked.judged(first, last).values() if verdict.dates is not None]
