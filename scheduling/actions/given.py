"""Treatments another practice gave, put on record."""

import datetime
from typing import Any

from clinic.models import AuditEntry, Patient, User
from scheduling.actions.visits import NotPossible
from scheduling.claiming.turns import as_one
from scheduling.models import Given, Plan
from scheduling.naming import SeriesName
from scheduling.planning.reasons import spoken

ELSEWHERE = "Given elsewhere: no round of this series, but the next date is counted from it."


@as_one
def record_elsewhere(
    *,
    by: User,
    patient: Patient,
    plan: Plan | None,
    name: SeriesName,
    date: datetime.date,
    now: datetime.datetime,
) -> Given:
    """Record a treatment another practice gave: it is no round of our series, but its days count.

    Raises NotPossible for a date to come or before the birth, for another patient's plan, and for what is
    on record already.
    """
    refuse_elsewhere(patient, plan, date, now)
    Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=patient.pk)
    if Given.objects.standing().filter(patient=patient, key=name.key, date=date).exists():
        raise NotPossible(f"{name} on {spoken(date)} is on record already.")
    facts: dict[str, Any] = {
        "patient": patient,
        "plan": plan,
        "key": name.key,
        "mark": name.mark,
        "date": date,
    }
    facts |= {"treatment": name.treatment, "area": name.area, "recorded_by": by, "recorded_at": now}
    given = Given.objects.create(kind=Given.Kind.ELSEWHERE, counts=False, because=ELSEWHERE, **facts)
    AuditEntry.objects.record(by=by, action="given.recorded", on=patient, given=given.pk)
    return given


def refuse_elsewhere(
    patient: Patient, plan: Plan | None, date: datetime.date, now: datetime.datetime
) -> None:
    """Raise NotPossible for a day on which nothing can have been given elsewhere, or another's plan."""
    if date > now.astimezone(patient.location.zone).date():
        raise NotPossible(f"{spoken(date)} is still to come. What was given elsewhere lies in the past.")
    if date < patient.birth_date:
        raise NotPossible(f"{spoken(date)} lies before the patient's birth.")
    if plan is not None and plan.patient_id != patient.pk:
        raise NotPossible("This plan is another patient's.")
