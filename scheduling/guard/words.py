"""A broken rule as a sentence: which session, what the rule is, and the day that would do."""

import datetime
from collections.abc import Iterator, Mapping

from scheduling.course.situation import Situation
from scheduling.course.wanted import SessionId
from scheduling.guard.against import RULE, Against
from scheduling.intake.recommendation import Because
from scheduling.planning.check import Broken
from scheduling.planning.problem import Problem, Span
from scheduling.planning.reasons import days_in_words, spoken
from scheduling.planning.remaining import Remaining

Dates = Mapping[SessionId, datetime.date]


def in_words(situation: Situation, left: Remaining, one: Broken, number: int, dates: Dates) -> Against:
    """Put a broken constraint in words with the rule behind it; `number` counts within what is left."""
    series = situation.standings.series[one.series]
    within = number + left.done[one.series]
    name = f"{series.name}, session {within + series.done}"
    because = rule_of(situation, left, one)
    text = " ".join(sentences(situation, left, one, (one.series, within), dates))
    rule, source = (because.rule, because.source) if because else ("", "")
    if one.kind == "length":
        name = f"The visit on {spoken(one.day)}"
    return Against(RULE, f"{name}: {text}", one.day, rule, source)


def sentences(
    situation: Situation, left: Remaining, one: Broken, session: SessionId, dates: Dates
) -> Iterator[str]:
    """What is broken and what would do, without the name of the session."""
    problem = left.problem
    match one.kind:
        case "window" if one.other:
            yield window_words(situation, problem, one, session, dates)
        case "separation" if one.index is not None and one.other:
            yield apart_words(problem, one.index, one.other)
        case "forbidden" if one.index is not None:
            span = forbidden(left, one)
            yield f"not from {spoken(span.first)} to {spoken(span.last)}: {span.reason}."
        case "closed" if one.index is not None:
            span = problem.closed[one.index]
            yield f"the patient is {span.reason} from {spoken(span.first)} to {spoken(span.last)}."
        case "weekdays":
            days = ", ".join(day_name(day) for day in problem.weekdays)
            yield f"the patient does not come on a {one.day:%A}, only on {days}."
        case "length":
            yield f"longer than the {problem.max_visit_minutes} minutes a visit may take; split it."
        case "horizon":
            yield f"outside the plan, which goes from {spoken(problem.start)} to {spoken(problem.end)}."
        case _:
            yield f"not on {spoken(one.day)} ({one.kind})."


def apart_words(problem: Problem, index: int, other: datetime.date) -> str:
    """Too close to another visit, and the first day that would do."""
    rule = problem.separations[index]
    free = spoken(usable(other + datetime.timedelta(days=rule.days), problem, 1))
    few = f"fewer than {days_in_words(rule.days)} after the visit on {spoken(other)}"
    return f"{few}, {free} is the first day. {rule.reason}."


def window_words(
    situation: Situation, problem: Problem, one: Broken, session: SessionId, dates: Dates
) -> str:
    """Too soon or too late, after which treatment, and the first or last day that would do."""
    key, number = session
    last = [given.date for given in situation.standings.treated if given.key == key]
    last += [day for (other, before), day in dates.items() if other == key and before < number]
    after = f" after the treatment on {spoken(max(last))}" if last else ""
    end = one.other or one.day
    if one.day > end:
        return f"too late{after}, {spoken(usable(end, problem, -1))} is the last day."
    return f"too soon{after}, {spoken(usable(end, problem, 1))} is the first day."


def usable(day: datetime.date, problem: Problem, step: int) -> datetime.date:
    """The first weekday that can be used from a day on, forwards or backwards."""
    while problem.weekdays and day.isoweekday() not in problem.weekdays:
        day += datetime.timedelta(days=step)
    return day


def rule_of(situation: Situation, left: Remaining, one: Broken) -> Because | None:
    """The rule behind a broken constraint, also behind days that were closed since the plan was made."""
    found = situation.version.recommendation
    if one.kind != "forbidden" or one.index is None:
        return found.rule_for(one.kind, one.series, one.index)
    span = forbidden(left, one)
    planned = next(series for series in situation.standings.problem.series if series.key == one.series)
    if one.index < len(planned.forbidden):
        return found.rule_for(one.kind, one.series, one.index)
    if because := situation.because.get((one.series, span)):
        return because
    for index, rule in enumerate(left.problem.separations):
        if rule.reason == span.reason:
            return found.rule_for("separation", None, index)
    return None


def forbidden(left: Remaining, one: Broken) -> Span:
    """The days that a broken constraint speaks of."""
    series = next(series for series in left.problem.series if series.key == one.series)
    return series.forbidden[one.index or 0]


def day_name(weekday: int) -> str:
    """An ISO weekday in short."""
    return f"{datetime.date(2024, 1, weekday):%a}"
