"""The windows of sessions in need of a date, counted from what was really done."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from scheduling.boards.undated import Undated
from scheduling.models import Given, PlanVersion
from scheduling.planning.durations import Duration
from scheduling.planning.problem import FourDates, Interval

WINDOW = ("minimum", "from", "to", "latest")


class Windows:
    """The windows of some sessions, in at most two queries, which are asked only where one has moved.

    Of each version only the windows and what it knew of are read: restoring all of it would take
    milliseconds for each.
    """

    def __init__(self, sessions: Sequence[Undated]):
        moved = [one for one in sessions if one.is_moved]
        self.intervals: dict[tuple[int, str, int], Interval] = {}
        self.known: set[tuple[int, str, str]] = set()
        parts = ("pk", "content__problem__series", "content__intake__history")
        versions = PlanVersion.objects.filter(pk__in={one.version for one in moved}).order_by()
        for version, series, history in versions.values_list(*parts):
            self.intervals |= intervals_of(version, series)
            self.known |= {
                (version, f"{one['treatment']}.{one['area']}", one["date"]) for one in history or ()
            }
        self.treated = treated({one.patient for one in moved if one.number == 1})

    def end(self, one: Undated) -> datetime.date:
        """The last recommended day of a session, by which the list is ranked."""
        if not one.is_moved:
            return one.end
        if one.counted_from is None:
            return self.window(one).end
        return self.intervals[one.version, one.key, one.number].end.after(one.counted_from)

    def window(self, one: Undated) -> FourDates:
        """The window of a session, as `Standings` counts it."""
        planned = FourDates(one.earliest, one.start, one.end, one.latest)
        if not one.is_moved:
            return planned
        if one.counted_from is not None:
            return self.intervals[one.version, one.key, one.number].counted_from(one.counted_from)
        last = max((day for day in (self.last_treated(one), one.unresolved) if day), default=None)
        following = self.intervals.get((one.version, one.key, 2))
        counted = following.counted_from(last) if following and last else planned
        return counted if counted.earliest > planned.earliest else planned

    def last_treated(self, one: Undated) -> datetime.date | None:
        """The last day on which an area was treated that its version did not know of."""
        days = self.treated.get((one.patient, one.key), ())
        return max(
            (day for day in days if (one.version, one.key, day.isoformat()) not in self.known), default=None
        )


def treated(patients: Iterable[int]) -> dict[tuple[int, str], list[datetime.date]]:
    """The days on which each area of these patients was treated, by patient and key."""
    found: dict[tuple[int, str], list[datetime.date]] = defaultdict(list)
    given = Given.objects.standing().filter(patient__in=patients).order_by()
    for patient, key, day in given.values_list("patient", "key", "date"):
        found[patient, key].append(day)
    return found


def intervals_of(version: int, series: Iterable[Mapping]) -> dict[tuple[int, str, int], Interval]:
    """The windows of a version's later sessions as durations, by version, key and number."""
    return {
        (version, one["key"], number): interval(*(session[name] for name in WINDOW))
        for one in series
        for number, session in enumerate(one["sessions"], start=1)
        if number > 1
    }


@cache
def interval(*durations: str) -> Interval:
    """A window in durations; few different ones exist."""
    return Interval(*map(Duration.parse, durations))
