"""Changes to where a patient comes to: their plans go along, their coming visits are given back."""

import datetime
from collections.abc import Collection, Sequence

from django.core.exceptions import PermissionDenied, ValidationError

from clinic.models import AuditEntry, Location, Patient, User
from scheduling.actions.giving_back import end_undoing, give_back
from scheduling.actions.outbox import tell_given_back
from scheduling.claiming.turns import as_one
from scheduling.course.leaving import Leaving, Unsettled
from scheduling.models import Plan

TRANSFERRED = "patient.transferred"


class NotTransferred(ValidationError):
    """Raised when a patient cannot move to another location; `unsettled` holds what comes first."""

    def __init__(self, *texts: str, unsettled: Sequence[Unsettled] = ()):
        super().__init__([*texts, *(one.text for one in unsettled)], code="not_transferred")
        self.unsettled = tuple(unsettled)


@as_one
def transfer(
    *,
    by: User,
    patient: Patient,
    to: Location,
    now: datetime.datetime,
    seen: Collection[int] | None = None,
) -> Patient:
    """Let a patient come to another location from now on: all of it, or nothing.

    Their plans, with what was given and wished, go along as they are. Visits still to come are cancelled, so
    that their sessions need a date; waitlist entries and offers are closed, and no change made before can
    be undone any more, as it would bring visits of the old location back. `seen` are the ids of the visits
    somebody was shown; without it they are not compared.

    Raises NotTransferred for the location they come to already, for what has to be settled first, and when
    other visits are coming than `seen`; PermissionDenied unless `by` works at both locations.
    """
    patient = locked(patient)
    refuse(by, patient, to)
    leaving = Leaving(patient, now)
    refuse_unsettled(leaving, seen)
    left, given_back = patient.location, [one.pk for one in leaving.coming]
    tell_given_back(patient, leaving.coming, now)
    reason = f"Moved to {to.name}"
    give_back(by, leaving.coming, leaving.waiting, reason, now)
    end_undoing(by, leaving.plans, TRANSFERRED, reason, now)
    patient.location = to
    patient.save(update_fields=["location"])
    moved = {"from": left.pk, "to": to.pk, "given_back": given_back}
    AuditEntry.objects.record(by=by, action=TRANSFERRED, on=patient, **moved)
    return patient


def locked(patient: Patient) -> Patient:
    """Lock all of a patient's plans and then the patient, in the order in which every change of visits does.

    Raises NotTransferred when a plan was proposed in between, as it would not be locked.
    """
    plans = Plan.objects.filter(patient=patient).order_by("pk")
    known = {one.pk for one in plans.select_for_update(of=("self",), no_key=True)}
    found = Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=patient.pk)
    if set(Plan.objects.filter(patient=found).values_list("pk", flat=True)) != known:
        raise NotTransferred("A plan was proposed meanwhile. Look at what would become of it.")
    return found


def refuse(by: User, patient: Patient, to: Location) -> None:
    """Refuse a location the patient comes to already, and one that the person does not work at."""
    if patient.location_id == to.pk:
        raise NotTransferred(f"{patient.full_name} comes to {to.name} already.")
    own = by.locations.filter(pk__in=(patient.location_id, to.pk)).count() if by.works_here else 0
    if own < 2:
        raise PermissionDenied("Only somebody who works at both locations may move a patient.")


def refuse_unsettled(leaving: Leaving, seen: Collection[int] | None) -> None:
    """Refuse while something has to be settled first, or when other visits are coming than were `seen`."""
    if leaving.unsettled:
        raise NotTransferred(unsettled=leaving.unsettled)
    if seen is not None and set(seen) != {one.pk for one in leaving.coming}:
        raise NotTransferred("The coming visits were changed meanwhile. Look at what would be given back.")
