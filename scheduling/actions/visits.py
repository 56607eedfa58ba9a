"""What becomes of a booked visit: the patient arrives, is treated, or does not come."""

import datetime
from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from clinic.models import AuditEntry, Patient, User
from clinic.text import is_blank
from scheduling.claiming.claims import release
from scheduling.course.counting import counted
from scheduling.models import BookedSession, Booking, Given, Plan, PlanSeries, PlanVersion
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
    """Record that the patient did not come: the sessions are not consumed and need a date again.

    Raises NotPossible before the visit begins, or when something was recorded of it already.
    """
    found = locked(booking, Status.BOOKED, Status.ARRIVED)
    if found.at > now:
        raise NotPossible("The visit has not begun yet. Cancel it instead.")
    return freed(by, found, Status.MISSED, "visit.missed")


@transaction.atomic
def cancel(*, by: User, booking: Booking, reason: str, now: datetime.datetime) -> Booking:
    """Give a visit up, on its day at the latest: the time is free, the sessions need a date again.

    Raises NotPossible without a reason, or once its day has passed: then it was missed or it took place.
    """
    found = locked(booking, Status.BOOKED)
    if is_blank(reason):
        raise NotPossible("Say why the visit is cancelled.")
    if found.date < now.astimezone(found.location.zone).date():
        raise NotPossible(f"The visit was on {spoken(found.date)}. Record whether the patient came.")
    return freed(by, found, Status.CANCELLED, "visit.cancelled", reason=reason)


@transaction.atomic
def complete(
    *, by: User, booking: Booking, treated: Iterable[str], now: datetime.datetime, left_out: str = ""
) -> Booking:
    """Record what was really given at a visit: the keys of the sessions treated.

    A session left out is not consumed and needs a date again; `left_out` says why. Raises NotPossible
    before the day of the visit, for a key that was not booked, and while nobody has said what became of
    an earlier visit of the same series: sessions are counted in their order.
    """
    found = locked(booking, Status.BOOKED, Status.ARRIVED)
    if found.date > now.astimezone(found.location.zone).date():
        raise NotPossible(f"The visit is on {spoken(found.date)}; it cannot be completed before.")
    keys, sessions = set(treated), [one for one in found.sessions.all() if one.is_live]
    if unknown := sorted(keys - {one.key for one in sessions}):
        raise NotPossible(f"Not booked for this visit: {', '.join(unknown)}.")
    if len(keys) < len(sessions) and is_blank(left_out):
        raise NotPossible("Say why an area was left out.")
    if not keys:
        return freed(by, found, Status.CANCELLED, "visit.not_treated", reason=left_out)
    if earlier := unresolved_before(found, keys):
        text = f"Record first what became of the visit on {spoken(earlier.date)}, {earlier.starts}."
        raise NotPossible(f"{text} Sessions are counted in their order.")
    given = [one for one in sessions if one.key in keys]
    rows = Given.objects.bulk_create(given_rows(by, found, given, now))
    BookedSession.objects.filter(booking=found).exclude(key__in=keys).update(is_live=False)
    for session, row in zip(given, rows, strict=True):
        if session.ordinal and session.ordinal != row.ordinal:
            counted_anew(session, row.ordinal)
    return changed(by, found, Status.COMPLETED, "visit.completed", treated=sorted(keys), left_out=left_out)


def unresolved_before(booking: Booking, keys: Iterable[str]) -> Booking | None:
    """The first earlier visit of these series of which nobody has said what became of it."""
    rows = Booking.objects.filter(
        plan=booking.plan_id,
        status__in=(Status.BOOKED, Status.ARRIVED),
        unit__lt=booking.unit,
        sessions__key__in=keys,
        sessions__is_live=True,
    )
    return rows.exclude(pk=booking.pk).order_by("unit").first()


def judging(plan: int, keys: Iterable[str]) -> dict[str, PlanVersion]:
    """The version by which each series is judged: the current one, or the last that held the series."""
    current = PlanVersion.objects.filter(plan=plan).current().with_details().get()
    found = {one.key: current for one in current.series.all()}
    if missing := set(keys) - set(found):
        rows = PlanSeries.objects.filter(version__plan=plan, key__in=missing).order_by("version__number")
        last = dict(rows.values_list("key", "version"))
        versions = PlanVersion.objects.with_details().in_bulk(set(last.values()))
        found |= {key: versions[pk] for key, pk in last.items()}
    return found


def given_rows(
    by: User, booking: Booking, sessions: Sequence[BookedSession], now: datetime.datetime
) -> Iterable[Given]:
    """Make a row for every session that was given, with whether it counts and why."""
    versions = judging(booking.plan_id, {one.key for one in sessions})
    before = list(Given.objects.standing().filter(patient=booking.patient_id))
    for one in sessions:
        kind = Given.Kind.SERIES if one.ordinal else Given.Kind.BOOSTER
        verdict = counted(one.key, booking.date, one.ordinal, kind, versions[one.key], before)
        yield Given(
            patient_id=booking.patient_id,
            plan_id=booking.plan_id,
            booking=booking,
            key=one.key,
            treatment=one.treatment,
            area=one.area,
            mark=one.mark,
            date=booking.date,
            kind=kind,
            ordinal=verdict.ordinal,
            counts=verdict.counts,
            because=verdict.because,
            recorded_by=by,
            recorded_at=now,
        )


def counted_anew(session: BookedSession, ordinal: int | None) -> None:
    """Free the place a session was booked as; it takes the one it counts as, if any.

    A visit booked for that place gets the freed one.
    """
    own = BookedSession.objects.filter(pk=session.pk)
    own.update(is_live=False)
    if ordinal is not None:
        same = BookedSession.objects.filter(plan=session.plan_id, key=session.key, is_live=True)
        same.filter(ordinal=ordinal).update(ordinal=session.ordinal)
        own.update(is_live=True, ordinal=ordinal)


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
    """Record a treatment another practice gave: it is no round of our series, but its days count.

    Raises NotPossible for a date to come or before the birth, for another patient's plan, and for what is
    on record already.
    """
    if date > now.astimezone(patient.location.zone).date():
        raise NotPossible(f"{spoken(date)} is still to come. What was given elsewhere lies in the past.")
    if date < patient.birth_date:
        raise NotPossible(f"{spoken(date)} lies before the patient's birth.")
    if plan is not None and plan.patient_id != patient.pk:
        raise NotPossible("This plan is another patient's.")
    Patient.objects.select_for_update(of=("self",)).get(pk=patient.pk)
    if Given.objects.standing().filter(patient=patient, key=name.key, date=date).exists():
        raise NotPossible(f"{name} on {spoken(date)} is on record already.")
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
    """Take back a treatment that was recorded wrongly; the record stays, marked.

    Its session needs a date again, and those of the series that were given later count as one less. Only
    what the plan took for its history when it was changed stays counted until it is changed again.
    """
    if given.plan_id:
        Plan.objects.select_for_update(of=("self",)).get(pk=given.plan_id)
    found = Given.objects.standing().select_for_update(of=("self",)).filter(pk=given.pk).first()
    if found is None:
        raise NotPossible("This was withdrawn already.")
    Given.objects.filter(pk=found.pk).update(withdrawn_at=now)
    BookedSession.objects.filter(booking=found.booking_id, key=found.key).update(is_live=False)
    AuditEntry.objects.record(by=by, action="given.withdrawn", on=found.patient, given=found.pk)
    found.withdrawn_at = now
    if found.counts and found.plan_id:
        close_up(found)
    return found


def close_up(withdrawn: Given) -> None:
    """Count the later sessions of a series one less, so that the course has no hole."""
    done = PlanSeries.objects.filter(version__plan=withdrawn.plan_id, key=withdrawn.key)
    current = done.exclude(version__status=PlanVersion.Status.SUPERSEDED).first()
    if current and (withdrawn.ordinal or 0) <= current.done:
        return
    later = Given.objects.standing().filter(plan=withdrawn.plan_id, key=withdrawn.key, counts=True)
    for one in later.filter(ordinal__gt=withdrawn.ordinal).order_by("ordinal"):
        ordinal = one.ordinal - 1
        because = f"Session {ordinal}, since the one on {spoken(withdrawn.date)} was withdrawn."
        Given.objects.filter(pk=one.pk).update(ordinal=ordinal, because=because)
        booked = BookedSession.objects.filter(booking=one.booking_id, key=one.key, is_live=True)
        booked.update(ordinal=ordinal)


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
