"""A small model of booked courses, and what must hold of the database whatever was done."""

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from scheduling.availability.bits import each
from scheduling.claiming.claims import KINDS
from scheduling.models import BookedSession, Booking, BusyDay, Claim, Given, Plan

MINIMUM = datetime.timedelta(days=90)
Course = tuple[int, str]  # a plan and a series of it


@dataclass
class Model:
    """What was given in each course as (date, counts), and how many entries the audit must have.

    `late` are the days that were set right afterwards, when visits around them were agreed to already.
    """

    given: dict[Course, list[tuple[datetime.date, bool]]] = field(default_factory=lambda: defaultdict(list))
    late: set[tuple[Course, datetime.date]] = field(default_factory=set)
    audited: int = 0

    def treat(self, plan: int, key: str, date: datetime.date, booster: bool) -> None:
        """Give a session: it counts unless it is a booster or comes before the minimum."""
        before = [one for one, _ in self.given[plan, key] if one <= date]
        early = bool(before) and date < max(before) + MINIMUM
        self.given[plan, key].append((date, not booster and not early))

    def elsewhere(self, plan: int, key: str, date: datetime.date) -> None:
        """Another practice gave it: no round."""
        self.given[plan, key].append((date, False))

    def withdraw(self, plan: int, key: str, date: datetime.date, counts: bool) -> None:
        """It was recorded wrongly."""
        self.given[plan, key].remove((date, counts))

    def ledger(self, course: Course) -> list[tuple[datetime.date, bool, int | None]]:
        """Every treatment of a course with its ordinal: those that count are 1 to n."""
        count, found = 0, []
        for date, counts in sorted(self.given[course]):
            count += counts
            found.append((date, counts, count if counts else None))
        return found


def ledger(course: Course) -> list[tuple[datetime.date, bool, int | None]]:
    """What the database says was given in a course."""
    plan, key = course
    rows = Given.objects.standing().filter(plan=plan, key=key).order_by("date", "counts")
    return list(rows.values_list("date", "counts", "ordinal"))


def held_twice() -> list[tuple]:
    """Whoever and whatever two visits hold at once, worked out from their steps alone."""
    held: Counter[tuple] = Counter()
    for one in Booking.objects.filter(status__in=(*Booking.LIVE, Booking.Status.COMPLETED)):
        unit = one.unit
        for _, minutes, kinds in one.steps:
            for kind in kinds.split():
                held.update((kind, getattr(one, f"{kind}_id"), at) for at in range(unit, unit + minutes // 5))
            unit += minutes // 5
    assert set(held) == claimed()
    return [what for what, times in held.items() if times > 1]


def claimed() -> set[tuple]:
    """Whom and what the claims hold, five minutes by five minutes."""
    rows = Claim.objects.values_list("unit", *KINDS)
    return {(kind, one, unit) for unit, *held in rows for kind, one in zip(KINDS, held, strict=True) if one}


def busy_bits() -> tuple[set, set]:
    """The bits of all busy days, and those that the claims would make."""
    kept = {
        (row.kind, row.holder, row.day * 288 + place)
        for row in BusyDay.objects.all()
        for place in each(int.from_bytes(row.bits, "little"))
    }
    return kept, claimed()


def too_close(plan: Plan, key: str, late: set) -> list[tuple[datetime.date, datetime.date]]:
    """The booked rounds before the minimum that nobody answered for.

    Somebody did when a provider overrode the rule for one of the two, or the earlier one was given
    elsewhere, or its day set right (`late`), after the later one was booked.
    """
    booked = [
        (one.booking.date, bool(one.booking.override_reason), False)
        for one in BookedSession.objects.filter(
            plan=plan, key=key, is_live=True, booking__status__in=Booking.LIVE
        ).select_related("booking")
    ]
    given = [
        (one.date, one.kind == "elsewhere" or bool(one.booking and one.booking.override_reason), True)
        for one in Given.objects.standing().filter(plan=plan, key=key).select_related("booking")
    ]
    line = sorted(
        (date, answered or ((plan.pk, key), date) in late, is_given)
        for date, answered, is_given in (*booked, *given)
    )
    return [
        (one[0], two[0])
        for one, two in pairwise(line)
        if not two[2] and two[0] < one[0] + MINIMUM and not (one[1] or two[1])
    ]


def booked_ordinals(plan: Plan, key: str) -> list[int]:
    """The rounds a course has booked, in order."""
    rows = BookedSession.objects.filter(plan=plan, key=key, is_live=True, booking__status__in=Booking.LIVE)
    return sorted(one for one in rows.values_list("ordinal", flat=True) if one)
