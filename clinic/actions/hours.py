"""Changes to when a place is open and when people work there."""

import datetime
from collections.abc import Iterable
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.db import transaction

from clinic.models import Absence, AuditEntry, Closure, Location, OpeningHours, Provider, Shift, User


@transaction.atomic
def set_hours(
    *, by: User | None, location: Location, hours: Iterable[tuple[int, int, int]]
) -> list[OpeningHours]:
    """Give a location new opening hours, each (ISO weekday, opens, closes) in minutes after midnight.

    Raises ValidationError naming what cannot be kept, or hours of one weekday that overlap.
    """
    rows = [OpeningHours(location=location, weekday=day, opens=at, closes=to) for day, at, to in hours]
    rows.sort(key=lambda row: (row.weekday, row.opens))
    OpeningHours.objects.filter(location=location).delete()
    for row in rows:
        row.full_clean()
    for row, after in pairwise(rows):
        if row.weekday == after.weekday and after.opens < row.closes:
            raise ValidationError(f"{row} and {after} overlap.", code="overlap")
    OpeningHours.objects.bulk_create(rows)
    AuditEntry.objects.record(by=by, action="hours.set", on=location)
    return rows


@transaction.atomic
def open_weekly(*, by: User, location: Location, hours: Iterable[tuple[int, int, int]]) -> Location:
    """Give a location new opening hours, and make the weekdays that have some its open days.

    Raises ValidationError as `set_hours` does, and when no day would be open.
    """
    location = Location.objects.select_for_update(of=("self",)).get(pk=location.pk)
    rows = set_hours(by=by, location=location, hours=hours)
    if not rows:
        text = "Open on one day of the week at least; for a while, close days instead."
        raise ValidationError(text, code="closed")
    location.weekdays = sorted({row.weekday for row in rows})
    location.save(update_fields=["weekdays"])
    return location


@transaction.atomic
def add_shift(*, by: User | None, provider: Provider, location: Location, **facts) -> Shift:
    """Add weekly working hours of a provider; facts are weekday, starts, ends, first and last day.

    Raises ValidationError naming the fact, or another shift of the provider at the same time.
    """
    provider = Provider.objects.select_for_update(of=("self",)).get(pk=provider.pk)
    shift = Shift(provider=provider, location=location, **facts)
    shift.full_clean()
    others = Shift.objects.filter(
        provider=provider, weekday=shift.weekday, starts__lt=shift.ends, ends__gt=shift.starts
    )
    if shift.last:
        others = others.filter(first__lte=shift.last)
    if other := others.exclude(last__lt=shift.first).first():
        raise ValidationError(f"This overlaps another shift: {other}.", code="overlap")
    shift.save()
    AuditEntry.objects.record(by=by, action="shift.added", on=shift)
    return shift


@transaction.atomic
def add_absence(
    *, by: User, provider: Provider, first: datetime.date, last: datetime.date, reason: str
) -> Absence:
    """Record that a provider is away; visits booked in these days stay until they are re-planned.

    Raises ValidationError naming what cannot be kept, or the absence that covers some of the days already.
    """
    provider = Provider.objects.select_for_update(of=("self",)).get(pk=provider.pk)
    absence = Absence(provider=provider, first=first, last=last, reason=reason.strip())
    absence.full_clean()
    others = Absence.objects.filter(provider=provider, first__lte=last, last__gte=first)
    if other := others.first():
        days = f"from {spoken(other.first)} to {spoken(other.last)} ({other.reason})"
        text = f"{provider} is away {days} already. Take that back first, or choose other days."
        raise ValidationError(text, code="overlap")
    absence.save()
    AuditEntry.objects.record(by=by, action="absence.added", on=absence)
    return absence


def spoken(day: datetime.date) -> str:
    """Write a day with its weekday: Tue 13 Apr 2027."""
    return f"{day:%a} {day.day} {day:%b %Y}"


@transaction.atomic
def end_absence(*, by: User, absence: Absence) -> None:
    """Take an absence back: the provider works on these days after all."""
    AuditEntry.objects.record(by=by, action="absence.removed", on=absence, provider=absence.provider_id)
    absence.delete()


@transaction.atomic
def close_days(
    *, by: User, location: Location, first: datetime.date, last: datetime.date, reason: str
) -> Closure:
    """Shut a location on some days; visits booked then stay until they are re-planned."""
    closure = Closure(location=location, first=first, last=last, reason=reason.strip())
    closure.full_clean()
    closure.save()
    AuditEntry.objects.record(by=by, action="location.closed", on=closure)
    return closure


@transaction.atomic
def reopen_days(*, by: User, closure: Closure) -> None:
    """Take a closure back: the location is open on these days after all."""
    AuditEntry.objects.record(by=by, action="closure.removed", on=closure)
    closure.delete()


@transaction.atomic
def end_shift(*, by: User, shift: Shift, last: datetime.date) -> None:
    """Let weekly working hours end on a day; those that had not begun by then are removed.

    Visits booked after it stay until they are re-planned. Raises ValidationError for a day after the one the
    shift ends on already: made longer it could run into another.
    """
    shift = Shift.objects.select_for_update(of=("self",)).get(pk=shift.pk)
    if shift.last and shift.last < last:
        text = f"This shift ends on {spoken(shift.last)} already. Add another one for later days."
        raise ValidationError(text, code="ended")
    AuditEntry.objects.record(by=by, action="shift.ended", on=shift, last=last)
    if shift.first > last:
        shift.delete()
        return
    shift.last = last
    shift.full_clean()
    shift.save(update_fields=["last"])
