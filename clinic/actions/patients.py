"""Changes to patients."""

from django.core.exceptions import ValidationError
from django.db import transaction

from clinic.models import AuditEntry, Location, Patient, User

FIELDS = ("first_name", "last_name", "birth_date", "email", "phone")


@transaction.atomic
def register(*, by: User, location: Location, **identity) -> Patient:
    """Add a patient to a location and record it; identity is names, birth date, e-mail and phone.

    Raises ValidationError naming the field when a value cannot be kept.
    """
    patient = Patient(location=location, **identity)
    patient.full_clean(exclude=["search_text"])
    patient.save()
    AuditEntry.objects.record(by=by, action="patient.registered", on=patient)
    return patient


@transaction.atomic
def edit(*, by: User, patient: Patient, **changes) -> Patient:
    """Change a patient's identity and record which fields changed, not their values.

    Raises ValidationError naming the field when a value cannot be kept, and for anything that is no part of
    their identity: another location is a transfer, as it concerns their visits. The names of the fields
    are enough for the record: the values are the patient's own and may have to be forgotten one day.
    """
    if other := sorted(set(changes) - set(FIELDS)):
        raise ValidationError(f"Not part of a patient's identity: {', '.join(other)}.", code="identity")
    patient = Patient.objects.select_for_update(of=("self",)).get(pk=patient.pk)
    changed = sorted(name for name, value in changes.items() if getattr(patient, name) != value)
    for name in changed:
        setattr(patient, name, changes[name])
    if changed:
        patient.full_clean(exclude=["search_text"])
        patient.save()
        AuditEntry.objects.record(by=by, action="patient.edited", on=patient, fields=changed)
    return patient
