"""Whether a treatment is a session of its series: it counts or does not, and says why."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from scheduling.course.standing import since
from scheduling.models import Booking, Given, PlanSeries, PlanVersion
from scheduling.planning.problem import FourDates, Interval
from scheduling.planning.reasons import spoken
from scheduling.planning.remaining import Given as Treatment
from scheduling.planning.remaining import next_window

BOOSTER = "A booster before an event: no round of the series (R14)."
OUTSIDE = "Counts as session {}: its series is not in the plan any more."


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a treatment counts, as which session of the whole course, and why."""

    counts: bool
    ordinal: int | None
    because: str


def counted(
    key: str,
    date: datetime.date,
    ordinal: int | None,
    kind: str,
    version: PlanVersion,
    before: Sequence[Given],
) -> Verdict:
    """Judge a treatment given on a date by what was given `before` it and the version's windows.

    `before` is all that stands on record, of later days too. A booster is no session (R14). One given
    before the minimum from the treatment before it does not count either, and the session stays to be
    given. What counts is the session that comes next on its day, whatever it was booked as; only one that
    the version took for given keeps its place.
    """
    if kind == Booking.Kind.BOOSTER or ordinal is None:
        return Verdict(False, None, BOOSTER)
    series = next((one for one in version.series.all() if one.key == key), None)
    own = [one for one in before if one.key == key and one.plan_id == version.plan_id and one.counts]
    taken = {one.ordinal or 0: one.date for one in own}
    if series is None:
        due = max([ordinal, *(one + 1 for one in taken)])
        return Verdict(True, due, OUTSIDE.format(due))
    if ordinal <= series.done and ordinal not in taken:
        return Verdict(True, ordinal, known(ordinal))
    due = 1 + max([series.done, *(one for one, day in taken.items() if day <= date)])
    return within(series, due, date, version, before)


def within(
    series: PlanSeries, due: int, date: datetime.date, version: PlanVersion, before: Sequence[Given]
) -> Verdict:
    """Judge the session that is due by its window, counted from the last treatment before its day."""
    last = last_before(series.key, date, version, before)
    window = window_of(series, due - series.done, version, last)
    if window is None:
        return Verdict(True, due, f"Session {due}, the first of its series.")
    if date < window.earliest:
        return Verdict(False, None, too_early(series.key, version, window.earliest, last))
    if date > window.latest:
        text = f"Session {due}, given after {spoken(window.latest)}, the last day of its window: it counts."
        return Verdict(True, due, text)
    return Verdict(True, due, f"Session {due}, given within its window.")


def known(due: int) -> str:
    """Why a session counts that the plan took for given before anybody had said so."""
    return f"Session {due}: the plan was changed meanwhile and counts it."


def too_early(key: str, version: PlanVersion, earliest: datetime.date, last: datetime.date | None) -> str:
    """Why a treatment does not count, with the rule of its series."""
    rule = version.recommendation.rule_for("window", key)
    after = f" after {spoken(last)}" if last else ""
    named = f" ({rule.rule})" if rule else ""
    return f"Too early{after}: {spoken(earliest)} was the first day{named}. The session is still to be given."


def last_before(
    key: str, date: datetime.date, version: PlanVersion, before: Sequence[Given]
) -> datetime.date | None:
    """The last treatment of a series until a date that the version did not know of."""
    return max(
        (one.date for one in since(version, before) if one.key == key and one.date <= date), default=None
    )


def window_of(
    series: PlanSeries, number: int, version: PlanVersion, last: datetime.date | None
) -> FourDates | None:
    """The window of a session of the version, counted from the treatment before; None for a first one."""
    planned = next(one for one in version.recommendation.problem.series if one.key == series.key)
    window = planned.sessions[min(number, len(planned.sessions)) - 1].window
    if isinstance(window, Interval):
        return window.counted_from(last) if last else None
    past = {f"{one.treatment}.{one.area}" for one in version.recommendation.intake.history}
    if last is None and not series.done and series.key not in past:
        return None
    treated = [Treatment(series.key, planned.treatment, last, False)] if last else []
    return next_window(planned, 0, treated, datetime.date.min)[0]
