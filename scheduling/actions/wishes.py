"""Changes to when a patient likes to come."""

from django.db import transaction

from clinic.models import AuditEntry, Patient, Provider, User
from scheduling.models import Wishes

FIELDS = ("weekdays", "starts", "ends", "provider")


@transaction.atomic
def save(
    *,
    by: User,
    patient: Patient,
    weekdays: list[int],
    starts: int,
    ends: int,
    provider: Provider | None = None,
) -> Wishes:
    """Keep a patient's preferred ISO weekdays, hours in minutes after midnight, and provider.

    Raises ValidationError naming what cannot be kept. Booked visits stay where they are.
    """
    patient = Patient.objects.select_for_update(of=("self",)).get(pk=patient.pk)
    wishes = Wishes.objects.filter(patient=patient).first() or Wishes(patient=patient)
    wishes.weekdays, wishes.starts, wishes.ends = weekdays, starts, ends
    wishes.provider = provider
    wishes.full_clean()
    wishes.save()
    AuditEntry.objects.record(by=by, action="wishes.saved", on=patient)
    return wishes
