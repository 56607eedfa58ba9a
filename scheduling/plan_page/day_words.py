"""What a day comes to for a session: one or two words for a calendar's cell, and a sentence."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import date

from scheduling.naming import Names
from scheduling.planning.check import Dates, missed_targets, windows
from scheduling.planning.price import DayVerdict
from scheduling.planning.problem import Problem
from scheduling.planning.reasons import Reason, spoken

TELLING = (
    "horizon",
    "weekdays",
    "closed",
    "pinned",
    "window",
    "forbidden",
    "separation",
    "length",
    "together",
)
IN_A_WORD = {
    "horizon": "outside",
    "weekdays": "closed",
    "pinned": "held",
    "separation": "too near",
    "length": "too long",
    "together": "no room",
}
EVENT = "event: "


@dataclass(frozen=True, slots=True)
class Difference:
    """What one plan has more than another, in counts; less where negative.

    `trips` are visits, `days` those of all sessions outside their recommended windows, `near` sessions on
    days better avoided before an event, `moved` booked sessions on another day, `missed` events whose best
    days hold no session.
    """

    trips: int = 0
    days: int = 0
    near: int = 0
    moved: int = 0
    missed: int = 0


def difference(problem: Problem, plan: Dates, other: Dates) -> Difference:
    """Count what `other` has more than `plan`, two lists of dates in the problem's order."""
    pairs = zip(_counts(problem, other), _counts(problem, plan), strict=True)
    return Difference(*(theirs - ours for theirs, ours in pairs))


def day_words(verdict: DayVerdict, problem: Problem, plan: Dates) -> str:
    """Say what a day comes to in a word or two that fit a cell: free, +1 trip, too soon.

    `plan` holds the dates of the plan at hand. Of several costs the most telling is named: trips first.
    """
    if verdict.state == "blocked":
        return _against(verdict.because)
    if verdict.state != "costly" or verdict.change is None or verdict.dates is None:
        return verdict.state
    more, change = difference(problem, plan, verdict.dates), verdict.change
    if change.visits > 0:
        return f"+{_counted(more.trips, 'trip')}"
    if change.drift > 0:
        return f"+{_counted(more.days, 'day')}" if more.days > 0 else "drifts"
    if change.discouraged > 0:
        return "near event"
    return f"moves {more.moved}" if change.moves > 0 else "misses event"


def price_words(verdict: DayVerdict, problem: Problem, plan: Dates) -> str:
    """Say everything a day costs and saves: costs 1 more trip, but saves 5 days outside the windows.

    Empty for a blocked day. A price that is not proven says that it may be lower.
    """
    if verdict.dates is None or verdict.change is None:
        return ""
    if verdict.state == "best":
        return "the day in the plan"
    more = difference(problem, plan, verdict.dates)
    costs, saves = _joined(_more(verdict, more)), _joined(_less(more))
    if verdict.change.total <= 0:
        if not costs and not saves:
            return "costs nothing more"
        parts = [part for part in (costs, f"saves {saves}" if saves else "") if part]
        start = "costs the same" if verdict.change.total == 0 else "costs less"
        return f"{start}: {', but '.join(parts)}"
    words = f"costs {costs}, but saves {saves}" if saves else f"costs {costs}"
    return words if verdict.proven else f"{words}; perhaps less"


def moves(
    verdict: DayVerdict, problem: Problem, plan: Dates, names: Names, own: tuple[str, int]
) -> tuple[str, ...]:
    """Name the sessions other than `own` (series, number) that the best plan with that day moves, and how."""
    found: list[tuple[date, str]] = []
    for series, before, after in zip(problem.series, plan, verdict.dates or plan, strict=True):
        for number, (old, new) in enumerate(zip(before, after, strict=True), start=1):
            if old != new and (series.key, number) != own:
                name = names.get(series.key, series.key)
                found.append((old, f"{name}, session {number}: {from_to(old, new)}"))
    return tuple(text for _, text in sorted(found))


def from_to(old: date, new: date) -> str:
    """Say how a date moves, the year once where it stays: Tue 6 Jul → Thu 8 Jul 2027."""
    start = spoken(old)
    return f"{start.removesuffix(f' {old.year}') if old.year == new.year else start} → {spoken(new)}"


def _counts(problem: Problem, dates: Dates) -> tuple[int, ...]:
    days = near = moved = 0
    for series, chosen in zip(problem.series, dates, strict=True):
        for session, day, window in zip(series.sessions, chosen, windows(series, chosen), strict=True):
            days += max(0, (window.start - day).days, (day - window.end).days)
            near += any(day in span for span in series.discouraged)
            moved += session.booked is not None and session.booked != day
    missed = len(missed_targets(problem, dates))
    return len({day for chosen in dates for day in chosen}), days, near, moved, missed


def _against(because: Sequence[Reason]) -> str:
    known = [reason for reason in because if reason.kind in TELLING]
    if not known:
        return IN_A_WORD["together"]
    reason = min(known, key=lambda one: TELLING.index(one.kind))
    match reason.kind:
        case "closed":
            return "away" if reason.text.startswith("away") else "closed"
        case "window":
            return "too soon" if reason.text.startswith("Too soon") else "too late"
        case "forbidden":
            return "event" if reason.text.startswith(EVENT) else "too near"
    return IN_A_WORD[reason.kind]


def _more(verdict: DayVerdict, more: Difference) -> Iterator[str]:
    """Every term that costs more; where series weigh differently its count may be no higher all the same."""
    change = verdict.change
    if change is None:
        return
    if more.trips > 0:
        yield f"{more.trips} more {'trip' if more.trips == 1 else 'trips'}"
    if more.days > 0:
        yield f"{more.days} more {'day' if more.days == 1 else 'days'} outside the recommended windows"
    elif change.drift > 0:
        yield "days outside the recommended windows of a series that weighs more"
    if more.near > 0:
        yield f"{_counted(more.near, 'session')} on days better avoided before an event"
    elif change.discouraged > 0:
        yield "days nearer to an event"
    if more.moved > 0:
        yield f"moving {_counted(more.moved, 'booked session')}"
    if more.missed > 0 or change.missed_targets > 0:
        yield "missing the best days before an event"


def _less(more: Difference) -> Iterator[str]:
    trips, days, near, moved, missed = (-count for count in astuple(more))
    if trips > 0:
        yield _counted(trips, "trip")
    if days > 0:
        yield f"{_counted(days, 'day')} outside the recommended windows"
    if near > 0:
        yield f"{_counted(near, 'session')} on days better avoided before an event"
    if moved > 0:
        yield f"moving {_counted(moved, 'booked session')}"
    if missed > 0:
        yield "missing the best days before an event"


def _joined(parts: Iterator[str]) -> str:
    *start, last = list(parts) or [""]
    return f"{', '.join(start)} and {last}" if start else last


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
