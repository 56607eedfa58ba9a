"""A patient's wish to have what is stored about them erased."""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from clinic.models import AuditEntry, Erasure, Patient, User


@transaction.atomic
def ask(*, by: User, patient: Patient, now: datetime.datetime) -> Erasure:
    """Ask the practice for erasure; what is asked for already is not asked for again.

    Raises PermissionDenied for anybody but the patient.
    """
    if patient.user_id != by.pk:
        raise PermissionDenied("Only the patient asks for erasure here.")
    patient = Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=patient.pk)
    if found := Erasure.objects.open().filter(patient=patient).first():
        return found
    erasure = Erasure.objects.create(patient=patient, asked_at=now)
    AuditEntry.objects.record(by=by, action="erasure.asked", on=patient, erasure=erasure.pk)
    return erasure
