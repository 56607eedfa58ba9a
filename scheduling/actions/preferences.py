"""A patient's own preferences: when they like to come, to whom, and whether they want to be reminded."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from clinic.models import AuditEntry, Patient, User
from scheduling.actions import wishes as wish_actions
from scheduling.models import Wishes


@transaction.atomic
def save(*, by: User, patient: Patient, reminders: str, **wishes) -> Wishes:
    """Keep a patient's wishes (as `wishes.save` takes them) and how they want to be reminded.

    Raises PermissionDenied for anybody but the patient, ValidationError naming what cannot be kept.
    """
    if patient.user_id != by.pk:
        raise PermissionDenied("Only the patient says what they prefer.")
    found = wish_actions.save(by=by, patient=patient, **wishes)
    if found.reminders != reminders:
        found.reminders = reminders
        found.full_clean()
        found.save(update_fields=["reminders"])
        AuditEntry.objects.record(by=by, action="reminders.chosen", on=patient, reminders=reminders)
    return found
