"""What was given, missed and cancelled in a plan: whether each counts as a round, and why."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.urls import reverse

from clinic.models import AuditEntry
from scheduling.booking_page.words import STATES, State
from scheduling.models import Booking, Given, Plan
from scheduling.naming import SeriesName
from scheduling.planning.reasons import spoken

COUNTS, NOT, WITHDRAWN = "badge-check", "circle-minus", "undo-2"
GIVEN_UP = ("visit.cancelled", "visit.not_treated")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: on which day, to which series, whether it counts, and why.

    `given` is the id of a treatment that can still be withdrawn; `href` leads to its visit.
    """

    date: datetime.date
    names: tuple[tuple[str, str], ...]
    state: State
    because: str
    by: str = ""
    given: int | None = None
    href: str = ""

    @property
    def day(self) -> str:
        """The date with its weekday."""
        return spoken(self.date)


def ledger(plan: Plan, bookings: Iterable[Booking], given: Iterable[Given]) -> tuple[Entry, ...]:
    """Everything that happened so far, the newest first; a booking that was only undone is not named."""
    lost = [one for one in bookings if one.status in (Booking.Status.MISSED, Booking.Status.CANCELLED)]
    found = [*(given_entry(plan, one) for one in given), *lost_entries(lost)]
    return tuple(sorted(found, key=lambda one: one.date, reverse=True))


def given_entry(plan: Plan, one: Given) -> Entry:
    """A treatment that was given."""
    if one.withdrawn_at:
        state = State("quiet", WITHDRAWN, "Withdrawn")
    elif one.counts and one.plan_id == plan.pk:
        state = State("good", COUNTS, f"Counts as session {one.ordinal}")
    else:
        state = State("quiet", NOT, "Does not count")
    elsewhere = f"Given in {one.plan}. " if one.plan_id and one.plan_id != plan.pk else ""
    return Entry(
        one.date,
        ((str(SeriesName(one.key, one.treatment, one.area, one.mark)), one.mark),),
        state,
        f"{elsewhere}{one.because}",
        one.recorded_by.name,
        given=one.pk if one.withdrawn_at is None and one.plan_id == plan.pk else None,
        href=visit_url(one.booking_id) if one.booking_id and one.plan_id == plan.pk else "",
    )


def lost_entries(lost: list[Booking]) -> Iterator[Entry]:
    """The visits that did not take place."""
    reasons = reasons_of(lost)
    for one in lost:
        names = tuple((str(session.name), session.mark) for session in one.sessions.all())
        if one.status == Booking.Status.MISSED:
            because = "No treatment, so no round: its sessions need a date again."
            yield Entry(one.date, names, STATES["missed"], because, href=visit_url(one.pk))
        elif one.pk in reasons:
            yield Entry(one.date, names, STATES["cancelled"], *reasons[one.pk], href=visit_url(one.pk))


def reasons_of(lost: Iterable[Booking]) -> Mapping[int, tuple[str, str]]:
    """Why visits were cancelled and who did it, by booking; those that were only undone are not in it."""
    pks = [one.pk for one in lost if one.status == Booking.Status.CANCELLED]
    rows = AuditEntry.objects.filter(
        object_kind=Booking._meta.label_lower, object_id__in=pks, action__in=GIVEN_UP
    ).select_related("actor")
    return {
        row.object_id: (f"{row.detail['reason'].rstrip('.')}. No round.", str(row.actor or ""))
        for row in rows
    }


def visit_url(booking: int) -> str:
    """The address of a visit."""
    return reverse("scheduling:visit", args=[booking])
