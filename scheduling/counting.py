"""Whether a treatment is a session of its series: it counts or does not, and says why."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from scheduling.models import Booking, Given, PlanVersion
from scheduling.planning.problem import Interval
from scheduling.planning.reasons import spoken


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
    """Judge a treatment given on a date by what was given before it and the version's windows.

    A booster is no session (R14). One given before the minimum from the treatment before it does not
    count either, and the ordinal stays to be given.
    """
    if kind == Booking.Kind.BOOSTER or ordinal is None:
        return Verdict(False, None, "A booster before an event: no round of the series (R14).")
    own = [one for one in before if one.key == key]
    earliest = earliest_after(key, ordinal, version, own)
    if earliest is not None and date < earliest:
        text = f"Given too early: {spoken(earliest)} was the earliest. The round is still to be given."
        return Verdict(False, None, text)
    due = 1 + max([one.ordinal or 0 for one in own if one.counts] + [done_before(key, version)])
    return Verdict(True, due, f"Given within its window as session {due}.")


def earliest_after(
    key: str, ordinal: int, version: PlanVersion, own: Sequence[Given]
) -> datetime.date | None:
    """The first day the session counts, from the last treatment of its series; None for a first one."""
    if not own:
        return None
    series = next((one for one in version.recommendation.problem.series if one.key == key), None)
    windows = [one.window for one in series.sessions if isinstance(one.window, Interval)] if series else []
    number = ordinal - done_before(key, version)
    window = None
    if series and 1 <= number <= len(series.sessions):
        window = series.sessions[number - 1].window
    interval = window if isinstance(window, Interval) else next(iter(windows), None)
    return interval.minimum.after(max(one.date for one in own)) if interval else None


def done_before(key: str, version: PlanVersion) -> int:
    """How many sessions counted before this version was made."""
    return next((one.done for one in version.series.all() if one.key == key), 0)
