"""Days that matter to a patient, told and withdrawn by themselves, and an extra treatment before one."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from clinic.models import AuditEntry, Patient, User
from clinic.text import is_blank
from scheduling.actions.outbox import tell_answered
from scheduling.models import Booking, Change, PatientEvent, PlanSeries, PlanVersion, Question
from scheduling.naming import SeriesName
from scheduling.planning.reasons import spoken

STAFF = (User.Role.COORDINATOR, User.Role.PROVIDER)


class NotAsked(ValidationError):
    """Raised when an extra treatment cannot be wished, taken back or settled; says what would work."""


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
    """Take back a day, and what was wished before it; withdrawn already, it stays so. No visit is cancelled.

    Raises PermissionDenied for anybody but the patient.
    """
    found = locked(event)
    if found.patient.user_id != by.pk:
        raise PermissionDenied("Only the patient takes back what they told.")
    if found.withdrawn_at is None:
        found.withdrawn_at = now
        found.save(update_fields=["withdrawn_at"])
        AuditEntry.objects.record(by=by, action="event.withdrawn", on=found.patient, event=found.pk)
    return found


@transaction.atomic
def ask_for_booster(*, by: User, event: PatientEvent, key: str, now: datetime.datetime) -> PatientEvent:
    """Wish for an extra treatment of a series before a day that matters (R14); the practice decides.

    Asked for already, it stays so; after a refusal it can be asked for anew. Raises PermissionDenied for
    anybody but the patient, NotAsked for a day that is over or withdrawn, for what no signed plan of theirs
    holds, and while another extra treatment is wished or booked for the day.
    """
    found = locked(event)
    if found.patient.user_id != by.pk:
        raise PermissionDenied("Only the patient asks for an extra treatment.")
    if found.is_asking and found.booster_key == key:
        return found
    refuse_unasked(by, found, key, now)
    found.booster_key, found.booster_asked_at, found.booster = key, now, None
    found.settled_by = found.settled_at = None
    found.save(update_fields=BOOSTER)
    AuditEntry.objects.record(
        by=by, action="event.booster_asked", on=found.patient, event=found.pk, series=key
    )
    return found


@transaction.atomic
def take_back_booster(*, by: User, event: PatientEvent, now: datetime.datetime) -> PatientEvent:
    """Take back a wish for an extra treatment; without one nothing is done.

    Raises PermissionDenied for anybody but the patient, NotAsked when its visit is booked.
    """
    found = locked(event)
    if found.patient.user_id != by.pk:
        raise PermissionDenied("Only the patient takes back what they asked for.")
    if found.visit:
        raise NotAsked(f"It is booked for {spoken(found.visit.date)}. Ask the practice to cancel the visit.")
    if found.booster_key:
        found.booster_key, found.booster_asked_at, found.booster = "", None, None
        found.settled_by = found.settled_at = None
        found.save(update_fields=BOOSTER)
        AuditEntry.objects.record(by=by, action="event.booster_taken_back", on=found.patient, event=found.pk)
    return found


@transaction.atomic
def refuse_booster(*, by: User, event: PatientEvent, because: str, now: datetime.datetime) -> PatientEvent:
    """Settle a wish for an extra treatment as not possible, with the reason the patient reads.

    The reason is kept as the answer to what the patient asked, so it stands among their questions too.
    Raises PermissionDenied for anybody but coordinators and providers, NotAsked without a reason and when the
    wish was settled, booked or taken back meanwhile.
    """
    if by.role not in STAFF:
        raise PermissionDenied("Coordinators and providers settle what a patient wishes.")
    found = locked(event)
    if is_blank(because):
        raise NotAsked("Say why it is not possible: the patient reads it.")
    if not found.is_asking or found.withdrawn_at:
        raise NotAsked("This wish was settled or taken back meanwhile. Look at the page again.")
    found.settled_by, found.settled_at = by, now
    found.save(update_fields=["settled_by", "settled_at"])
    tell_answered(answer(found, because), now)
    AuditEntry.objects.record(by=by, action="event.booster_refused", on=found.patient, event=found.pk)
    return found


@transaction.atomic
def tie(*, by: User, event: PatientEvent, change: Change) -> PatientEvent:
    """Tie the visit that a change booked to the event it is for, in the transaction of the change, once.

    Raises NotAsked when the wish was taken back, settled or booked meanwhile.
    """
    found = locked(event)
    booked = Booking.objects.get(pk__in=[pk for pk, before in change.before.items() if before is None])
    if found.booster_id == booked.pk:
        return found
    if found.withdrawn_at or not found.is_asking:
        text = "The wish was settled or taken back meanwhile. Nothing was booked; look at the patient's page."
        raise NotAsked(text)
    found.booster = booked
    found.save(update_fields=["booster"])
    facts = {"event": found.pk, "booking": booked.pk}
    AuditEntry.objects.record(by=by, action="event.booster_booked", on=found.patient, **facts)
    return found


BOOSTER = ("booster_key", "booster_asked_at", "booster", "settled_by", "settled_at")


def locked(event: PatientEvent) -> PatientEvent:
    """Lock a day, with its patient; its visit is read afterwards, as one may be tied to it meanwhile."""
    rows = PatientEvent.objects.select_for_update(of=("self",))
    return rows.select_related("patient__location").get(pk=event.pk)


def refuse_unasked(by: User, event: PatientEvent, key: str, now: datetime.datetime) -> None:
    """Raise NotAsked for a wish that cannot stand."""
    if event.withdrawn_at:
        raise NotAsked("You took this day back. Add it again first.")
    if event.date <= now.astimezone(event.patient.location.zone).date():
        raise NotAsked("No day is left before it.")
    if event.visit:
        raise NotAsked(f"An extra treatment is booked for {spoken(event.visit.date)} already.")
    if event.is_asking:
        raise NotAsked("You asked for another treatment before this day. Take that back first.")
    signed = PlanVersion.objects.visible_to(by).of(event.patient)
    if not PlanSeries.objects.filter(version__in=signed, key=key).exists():
        raise NotAsked("Choose one of the treatments of your plan.")


def answer(event: PatientEvent, because: str) -> Question:
    """Keep why a settled wish is not possible as the answer to a question of the moment it was asked."""
    question = Question(
        patient=event.patient,
        text=asked_words(event),
        asked_at=event.booster_asked_at or event.told_at,
        answer=because.strip(),
        settled_by=event.settled_by,
        settled_at=event.settled_at,
    )
    question.full_clean()
    question.save()
    return question


def asked_words(event: PatientEvent) -> str:
    """What a patient asked for, as the question it is."""
    rows = PlanSeries.objects.filter(version__plan__patient=event.patient, key=event.booster_key)
    series = rows.order_by("-version__proposed_at", "-pk").first()
    name: SeriesName | str = series.name if series else "treatment"
    return f"An extra treatment before {event.name} on {spoken(event.date)}: {name}"
