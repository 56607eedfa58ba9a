"""Why no plan fits, in words: each constraint of the smallest set that cannot hold together."""

from scheduling.intake.recommendation import Because, Recommendation
from scheduling.naming import Names, in_words
from scheduling.planning.problem import FourDates, Series
from scheduling.planning.reasons import spoken, spoken_duration, spoken_range
from scheduling.planning.solution import Conflict

PLAIN = {
    "length": ("clinic", "No visit may take longer than the practice allows."),
    "weekdays": ("clinic", "Visits only on the weekdays chosen."),
    "horizon": ("plan", "All sessions inside the time the plan looks ahead."),
}


def conflict_lines(found: Recommendation, names: Names) -> tuple[Because, ...]:
    """Each constraint of a proven conflict with its rule; dropping any one of them would let a plan fit."""
    conflict = found.solution.conflict if found.solution else ()
    return tuple(conflict_line(one, found, names) for one in conflict)


def conflict_line(one: Conflict, found: Recommendation, names: Names) -> Because:
    """One constraint in words, with the practice's rule behind it where there is one."""
    if one.kind in PLAIN:
        label, text = PLAIN[one.kind]
        return Because(label, text, "")
    problem = found.problem
    if one.kind == "closed" and one.index is not None:
        span = problem.closed[one.index]
        return Because("clinic", f"Not {spoken_range(span.first, span.last)}: {span.reason or 'closed'}.", "")
    rule = found.rule_for(one.kind, one.series, one.index)
    label, source = (rule.rule, rule.source) if rule else (one.kind, "")
    if one.kind == "separation" and one.index is not None:
        apart = problem.separations[one.index]
        return Because(label, in_words(f"At least {apart.days} days apart: {apart.reason}.", names), source)
    series = next(each for each in problem.series if each.key == one.series)
    return Because(label, f"{names[series.key]}: {_of_series(one, series)}", source)


def _of_series(one: Conflict, series: Series) -> str:
    if one.kind == "forbidden" and one.index is not None:
        span = series.forbidden[one.index]
        return f"not {spoken_range(span.first, span.last)}, {span.reason}."
    session = series.sessions[(one.number or 1) - 1]
    if one.kind == "pinned" and session.booked is not None:
        return f"session {one.number} is held on {spoken(session.booked)}."
    window = session.window
    if isinstance(window, FourDates):
        return f"the first session lies {spoken_range(window.earliest, window.latest)}."
    return (
        f"session {one.number} comes {spoken_duration(window.minimum)} to "
        f"{spoken_duration(window.latest)} after the one before."
    )
