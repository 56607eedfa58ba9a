"""One session of a plan as its card shows it: where it stands in its series and window, and why."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from scheduling.intake.recommendation import PlannedSeries, Recommendation
from scheduling.naming import KEY, Names, in_words
from scheduling.plan_page.day_words import EVENT
from scheduling.plan_page.stood import PROPOSED, Stand, Stood, visits_of
from scheduling.planning.problem import FourDates, Problem
from scheduling.planning.reasons import Reason, SessionReasons, days_in_words, explain, spoken, spoken_range
from scheduling.planning.solution import Visit

LABELS = {
    "window": "window",
    "drift": "window",
    "shared": "trip",
    "closed": "clinic",
    "weekdays": "clinic",
    "horizon": "plan",
    "forbidden": "event",
    "discouraged": "event",
    "target": "event",
    "separation": "order",
    "order": "order",
    "length": "length",
    "pinned": "held",
    "kept": "booked",
    "moved": "booked",
    "together": "plan",
}
NEXT_KEY = re.compile(rf", (?={KEY.pattern})")
ISO_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")


@dataclass(frozen=True, slots=True)
class Line:
    """A reason under its rule, with that rule's source; under a plain word and without one if no rule."""

    label: str
    text: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class WindowBar:
    """A session's window: `at`, `start` and `end` in percent of the way from earliest to latest."""

    start: int
    end: int
    at: int
    earliest_words: str
    recommended_words: str
    latest_words: str

    @property
    def width(self) -> int:
        """The length of the recommended days, never too short to be seen."""
        return max(2, self.end - self.start)


@dataclass(frozen=True, slots=True)
class SessionCard:
    """Everything a page says of one session; `stood` is None while its plan only is proposed."""

    series: str
    number: int
    day: date
    title: str
    mark: str
    place: str
    phase: str
    heading: str
    distance: str
    ahead: bool
    together: tuple[str, ...]
    window: WindowBar
    reasons: tuple[Line, ...]
    why_series: tuple[Line, ...]
    warnings: tuple[Line, ...]
    stood: Stood | None = None

    @property
    def is_settled(self) -> bool:
        """Whether it was given or booked, so that no other day is to be weighed for it."""
        return self.stood is not None and self.stood.look != PROPOSED

    @property
    def why(self) -> str:
        """What the reasons explain: its day, or the one it was proposed for."""
        if self.stood and self.stood.before:
            return f"Why {spoken(self.stood.proposed)} was proposed"
        return "Why this day"

    @property
    def sources(self) -> tuple[Line, ...]:
        """The sources of the reasons, each once."""
        return tuple(dict.fromkeys(Line(line.label, "", line.source) for line in self.reasons if line.source))


def session_card(
    found: Recommendation, names: Names, series: str, number: int, today: date, stand: Stand | None = None
) -> SessionCard:
    """Gather what stands on the card of session `number` (from 1) of the series with that key.

    `stand` says where the sessions of a plan under way stand.

    Raises KeyError for a session the plan does not have, ValueError when there is no plan.
    """
    reasons = _reasons(found, series, number)
    planned = next(one for one in found.series if one.key == series)
    at = (stand or {}).get((series, number))
    day, window = (at.date, at.window) if at else (reasons.date, reasons.window)
    return SessionCard(
        series=series,
        number=number,
        day=day,
        title=str(names[series]),
        mark=names[series].mark,
        place=_place(found.problem, series, number),
        phase=_phase(found, planned, number),
        heading=long_date(day),
        distance=_distance((day - today).days),
        ahead=day >= today,
        together=_together(visits_of(found, stand or {}), names, series, number),
        window=window_bar(window, day),
        reasons=lines(found, names, reasons.because),
        why_series=tuple(Line(one.rule, said(one.text, names), one.source) for one in planned.because),
        warnings=tuple(
            Line(one.rule, said(one.text, names))
            for one in found.warnings
            if (one.series, one.number) == (series, number)
        ),
        stood=at,
    )


def lines(found: Recommendation, names: Names, reasons: Iterable[Reason]) -> tuple[Line, ...]:
    """Put every reason of the planner under the practice's rule behind it, or else under a plain word."""
    return tuple(labelled(found, one, said(one.text, names)) for one in reasons)


def against(found: Recommendation, names: Names, reason: Reason) -> Line:
    """Put a reason against a day under its rule, with both ends of the days it concerns."""
    text = next(_in_full(found.problem, names, reason), reason.text)
    return labelled(found, reason, said(text, names))


def labelled(found: Recommendation, reason: Reason, text: str) -> Line:
    """Put `text` under the rule behind a reason."""
    rule = found.rule_for(reason.kind, reason.series, reason.index)
    return Line(rule.rule, text, rule.source) if rule else Line(_word(found, reason), text)


def said(text: str, names: Names) -> str:
    """Turn a planner's or the intake's text into one for people: names, spoken dates, no prefixes."""
    text = NEXT_KEY.sub("; ", text).replace(EVENT, "")
    text = ISO_DATE.sub(lambda match: spoken(date.fromisoformat(match[0])), text)
    text = in_words(text, names)
    return f"{text[:1].upper()}{text[1:]}"


def long_date(day: date) -> str:
    """A date in full: Tuesday 13 April 2027."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def window_bar(window: FourDates, day: date) -> WindowBar:
    """Place the recommended days and the session's own between the ends of its window."""
    length = (window.latest - window.earliest).days

    def percent(at: date) -> int:
        return min(100, max(0, round(100 * (at - window.earliest).days / length))) if length else 50

    return WindowBar(
        start=percent(window.start) if length else 0,
        end=percent(window.end) if length else 100,
        at=percent(day),
        earliest_words=spoken(window.earliest),
        recommended_words=_both_ends(window.start, window.end),
        latest_words=spoken(window.latest),
    )


def _in_full(problem: Problem, names: Names, reason: Reason) -> Iterator[str]:
    """Fuller words than the planner's own for a reason whose place in the problem is known."""
    index = reason.index
    if index is None:
        return
    if reason.kind == "closed":
        span = problem.closed[index]
        yield f"{span.reason or 'closed'} {spoken_range(span.first, span.last)}."
    if reason.kind == "forbidden":
        span = next(one for one in problem.series if one.key == reason.series).forbidden[index]
        days = spoken_range(span.first, span.last)
        if span.reason.startswith(EVENT):
            yield f"Before {span.reason.removeprefix(EVENT)}: no {reason.series}, {days}."
        else:
            yield f"{span.reason}: not {days}."
    if reason.kind == "separation":
        rule = problem.separations[index]
        first, second = (_treated(problem, names, some) for some in (rule.before, rule.after))
        yield f"At least {days_in_words(rule.days)} from {first} to {second}: {rule.reason}."


def _treated(problem: Problem, names: Names, treatments: tuple[str, ...]) -> str:
    """Name the treatments of the plan among these."""
    found = (names[one.key].treatment for one in problem.series if one.treatment in treatments)
    return " or ".join(dict.fromkeys(found))


def _both_ends(first: date, last: date) -> str:
    """Say a range, the year once where it stays: Tue 13 Apr to Wed 12 May 2027."""
    if first == last:
        return spoken(first)
    start = spoken(first)
    return f"{start.removesuffix(f' {first.year}') if first.year == last.year else start} to {spoken(last)}"


def _reasons(found: Recommendation, series: str, number: int) -> SessionReasons:
    if found.solution is None or found.solution.terms is None:
        raise ValueError("there is no plan whose sessions could be shown")
    for one in explain(found.problem, found.solution):
        if (one.series, one.number) == (series, number):
            return one
    raise KeyError(f"the plan has no session {number} of {series}")


def _together(visits: Iterable[Visit], names: Names, series: str, number: int) -> tuple[str, ...]:
    sessions = (visit.sessions for visit in visits)
    own = next(all_ for all_ in sessions if (series, number) in {(one.series, one.number) for one in all_})
    return tuple(f"{names[one.series]}, session {one.number}" for one in own if one.series != series)


def _place(problem: Problem, series: str, number: int) -> str:
    count = next(len(one.sessions) for one in problem.series if one.key == series)
    return "the only session" if count == 1 else f"session {number} of {count}"


def _phase(found: Recommendation, planned: PlannedSeries, number: int) -> str:
    """Initial series or maintenance; a count that may leave out sessions given before says so."""
    if number > planned.initial:
        return "maintenance"
    series = next(one for one in found.problem.series if one.key == planned.key)
    if len(series.sessions) == planned.initial:
        return "initial series"
    earlier = any(past.treatment == series.treatment for past in found.intake.history)
    return f"initial series {number} of {planned.initial}{' in this plan' if earlier else ''}"


def _distance(days: int) -> str:
    if days == 0:
        return "today"
    return f"in {days_in_words(days)}" if days > 0 else f"{days_in_words(-days)} ago"


def _word(found: Recommendation, reason: Reason) -> str:
    if reason.kind == "closed" and reason.index is not None:
        return found.problem.closed[reason.index].reason or LABELS["closed"]
    return LABELS.get(reason.kind, reason.kind)
