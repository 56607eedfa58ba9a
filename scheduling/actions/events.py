"""Days that matter to a patient, told and withdrawn by themselves."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from clinic.models import AuditEntry, Patient, User
from scheduling.models import PatientEvent


@transaction.atomic
def tell(
    *, by: User, patient: Patient, name: str, date: datetime.date, now: datetime.datetime
) -> PatientEvent:
    """Keep a day that matters to a patient; no visit is moved by it.

    Raises PermissionDenied for anybody but the patient, ValidationError for a day in the past, one without
    a name, and one that was told already.
    """
    if patient.user_id != by.pk:
        raise PermissionDenied("Only the patient tells what matters to them.")
    if date < now.astimezone(patient.location.zone).date():
        raise ValidationError({"date": "Choose a day that is still to come."})
    event = PatientEvent(patient=patient, name=name.strip(), date=date, told_at=now)
    event.full_clean()
    event.save()
    AuditEntry.objects.record(by=by, action="event.told", on=patient, event=event.pk, date=date)
    return event


@transaction.atomic
def withdraw(*, by: User, event: PatientEvent, now: datetime.datetime) -> PatientEvent:
    """Take back a day; withdrawn already, it stays so.

    Raises PermissionDenied for anybody but the patient.
    """
    rows = PatientEvent.objects.select_for_update(of=("self",)).select_related("patient__location")
    found = rows.get(pk=event.pk)
    if found.patient.user_id != by.pk:
        raise PermissionDenied("Only the patient takes back what they told.")
    if found.withdrawn_at is None:
        found.withdrawn_at = now
        found.save(update_fields=["withdrawn_at"])
        AuditEntry.objects.record(by=by, action="event.withdrawn", on=found.patient, event=found.pk)
    return found
