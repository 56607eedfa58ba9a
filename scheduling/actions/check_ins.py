"""A patient's word on how they are after a visit."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from clinic.models import AuditEntry, User
from scheduling.models import Booking, CheckIn


@transaction.atomic
def answer(
    *, by: User, booking: Booking, weeks: int, smile: str, fading: str, now: datetime.datetime, note: str = ""
) -> CheckIn:
    """Keep a patient's answers so many weeks after a completed visit.

    `booking` comes `with_details`. Raises PermissionDenied for anybody but the patient, ValidationError
    before it is due, for a visit that is not completed, and when it was answered already.
    """
    if booking.patient.user_id != by.pk:
        raise PermissionDenied("Only the patient answers for themselves.")
    today = now.astimezone(booking.location.zone).date()
    if booking.status != Booking.Status.COMPLETED:
        raise ValidationError("Check-ins belong to visits that took place.", code="not_completed")
    if booking.date + datetime.timedelta(weeks=weeks) > today:
        raise ValidationError(f"This check-in is due {weeks} weeks after the visit.", code="early")
    found = CheckIn(
        patient=booking.patient,
        booking=booking,
        weeks=weeks,
        smile=smile,
        fading=fading,
        note=note.strip(),
        answered_at=now,
    )
    found.full_clean()
    found.save()
    facts = {"weeks": weeks, "smile": smile, "fading": fading}
    AuditEntry.objects.record(by=by, action="check_in.answered", on=booking, check_in=found.pk, **facts)
    return found


@transaction.atomic
def settle(*, by: User, check_in: CheckIn, now: datetime.datetime) -> CheckIn:
    """Record that somebody of the practice read a check-in and did what it asks for; once."""
    if not by.works_here:
        raise PermissionDenied("The practice says what it has read.")
    rows = CheckIn.objects.select_for_update(of=("self",)).select_related("patient__location")
    found = rows.get(pk=check_in.pk)
    if found.settled_at is None:
        found.settled_by, found.settled_at = by, now
        found.save(update_fields=["settled_by", "settled_at"])
        AuditEntry.objects.record(by=by, action="check_in.read", on=found.patient, check_in=found.pk)
    return found
