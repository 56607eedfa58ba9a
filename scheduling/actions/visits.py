"""What becomes of a booked visit: the patient arrives, is treated, or does not come."""

import datetime
from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from clinic.models import AuditEntry, Patient, User
from scheduling.claiming import release
from scheduling.counting import counted
from scheduling.models import BookedSession, Booking, Given, Plan, PlanVersion
from scheduling.naming import SeriesName
from scheduling.planning.reasons import spoken

Status = Booking.Status


class NotPossible(ValidationError):
    """Raised when what is to be recorded does not fit what became of the visit already."""

    def __init__(self, text: str):
        super().__init__(text, code="not_possible")


def locked(booking: Booking, *states: str) -> Booking:
    """Lock a booking and its plan; NotPossible unless it is in one of the states."""
    Plan.objects.select_for_update(of=("self",)).get(pk=booking.plan_id)
    found = Booking.objects.select_for_update(of=("self",)).with_details().get(pk=booking.pk)
    if found.status not in states:
        raise NotPossible(f"This visit is {found.get_status_display().lower()} already.")
    return found


@transaction.atomic
def arrive(*, by: User, booking: Booking, now: datetime.datetime) -> Booking:
    """Record that the patient is here; on the day of the visit only."""
    found = locked(booking, Status.BOOKED)
    if found.date != now.astimezone(found.location.zone).date():
        raise NotPossible(f"The visit is on {spoken(found.date)}; it can be checked in on that day.")
    return changed(by, found, Status.ARRIVED, "visit.arrived")


@transaction.atomic
def miss(*, by: User, booking: Booking, now: datetime.datetime) -> Booking:
    """Record that the patient did not come: the sessions are not consumed and need a date again."""
    found = locked(booking, Status.BOOKED, Status.ARRIVED)
    if found.at > now:
        raise NotPossible("The visit has not begun yet. Cancel it instead.")
    return freed(by, found, Status.MISSED, "visit.missed")


@transaction.atomic
def cancel(*, by: User, booking: Booking, reason: str, now: datetime.datetime) -> Booking:
    """Give a visit up ahead of time: the time is free, the sessions need a date again."""
    found = locked(booking, Status.HELD, Status.BOOKED)
    if not reason.strip():
        raise NotPossible("Say why the visit is cancelled.")
    return freed(by, found, Status.CANCELLED, "visit.cancelled", reason=reason)


@transaction.atomic
def complete(
    *, by: User, booking: Booking, treated: Iterable[str], now: datetime.datetime, left_out: str = ""
) -> Booking:
    """Record what was really given at a visit: the keys of the sessions treated.

    A session left out is not consumed and needs a date again; `left_out` says why. Raises NotPossible
    before the day of the visit, or for a key that was not booked.
    """
    found = locked(booking, Status.BOOKED, Status.ARRIVED)
    if found.date > now.astimezone(found.location.zone).date():
        raise NotPossible(f"The visit is on {spoken(found.date)}; it cannot be completed before.")
    keys, sessions = set(treated), list(found.sessions.all())
    if unknown := sorted(keys - {one.key for one in sessions}):
        raise NotPossible(f"Not booked for this visit: {', '.join(unknown)}.")
    if len(keys) < len(sessions) and not left_out.strip():
        raise NotPossible("Say why an area was left out.")
    if not keys:
        return freed(by, found, Status.CANCELLED, "visit.not_treated", reason=left_out)
    given = [one for one in sessions if one.key in keys]
    Given.objects.bulk_create(given_rows(by, found, given, now))
    BookedSession.objects.filter(booking=found).exclude(key__in=keys).update(is_live=False)
    return changed(by, found, Status.COMPLETED, "visit.completed", treated=sorted(keys), left_out=left_out)


def given_rows(
    by: User, booking: Booking, sessions: Sequence[BookedSession], now: datetime.datetime
) -> Iterable[Given]:
    """Make a row for every session that was given, with whether it counts and why."""
    version = PlanVersion.objects.filter(plan=booking.plan_id).current().with_details().get()
    before = list(Given.objects.standing().filter(patient=booking.patient_id))
    for one in sessions:
        verdict = counted(one.key, booking.date, one.ordinal, booking.kind, version, before)
        yield Given(
            patient_id=booking.patient_id,
            plan_id=booking.plan_id,
            booking=booking,
            key=one.key,
            treatment=one.treatment,
            area=one.area,
            mark=one.mark,
            date=booking.date,
            kind=booking.kind,
            ordinal=verdict.ordinal,
            counts=verdict.counts,
            because=verdict.because,
            recorded_by=by,
            recorded_at=now,
        )


@transaction.atomic
def record_elsewhere(
    *,
    by: User,
    patient: Patient,
    plan: Plan | None,
    name: SeriesName,
    date: datetime.date,
    now: datetime.datetime,
) -> Given:
    """Record a treatment another practice gave: it is no round of our series, but its days count."""
    if date > now.astimezone(patient.location.zone).date():
        raise NotPossible("What was given elsewhere lies in the past.")
    given = Given.objects.create(
        patient=patient,
        plan=plan,
        key=name.key,
        treatment=name.treatment,
        area=name.area,
        mark=name.mark,
        date=date,
        kind=Given.Kind.ELSEWHERE,
        counts=False,
        because="Given elsewhere: no round of this series, but the next date is counted from it.",
        recorded_by=by,
        recorded_at=now,
    )
    AuditEntry.objects.record(by=by, action="given.recorded", on=patient, given=given.pk)
    return given


@transaction.atomic
def withdraw(*, by: User, given: Given, now: datetime.datetime) -> Given:
    """Take back a treatment that was recorded wrongly; the record stays, marked."""
    found = Given.objects.standing().select_for_update(of=("self",)).filter(pk=given.pk).first()
    if found is None:
        raise NotPossible("This was withdrawn already.")
    Given.objects.filter(pk=found.pk).update(withdrawn_at=now)
    AuditEntry.objects.record(by=by, action="given.withdrawn", on=found.patient, given=found.pk)
    found.withdrawn_at = now
    return found


def changed(by: User, booking: Booking, status: str, action: str, **detail) -> Booking:
    """Save what became of a booking, with the audit entry."""
    booking.status, booking.held_until = status, None
    booking.save(update_fields=["status", "held_until"])
    AuditEntry.objects.record(by=by, action=action, on=booking, **detail)
    return booking


def freed(by: User, booking: Booking, status: str, action: str, **detail) -> Booking:
    """Save that a visit does not take place: its time and its sessions are free again."""
    release([booking])
    BookedSession.objects.filter(booking=booking).update(is_live=False)
    return changed(by, booking, status, action, **detail)
