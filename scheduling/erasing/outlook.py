"""What would go and what would stay if a patient were erased now, counted before anybody decides."""

import datetime
from dataclasses import dataclass

from clinic.models import AccessEntry, Patient
from scheduling.models import (
    Booking,
    CheckIn,
    Dose,
    Given,
    Message,
    Observation,
    PatientEvent,
    PlanVersion,
    Question,
    ToxinElsewhere,
    Waiting,
)


@dataclass(frozen=True, slots=True)
class Outlook:
    """Lines about what goes, what stays, and what has to be settled first."""

    goes: tuple[str, ...]
    stays: tuple[str, ...]
    first: tuple[str, ...]


def outlook(patient: Patient, now: datetime.datetime) -> Outlook:
    """Count what erasing a patient would touch."""
    return Outlook(tuple(going(patient, now)), tuple(staying(patient)), tuple(unsettled(patient)))


def going(patient: Patient, now: datetime.datetime):
    """Say what would be emptied, ended or cancelled."""
    yield "Name, e-mail and phone; of the date of birth everything but the year."
    if patient.user_id:
        yield "The account with its second factors; it is signed out everywhere."
    for count, words in (
        (coming(patient, now).count(), "coming visit{s}: cancelled"),
        (Waiting.objects.filter(plan__patient=patient, is_active=True).count(), "wish{es} to come sooner"),
        (Question.objects.filter(patient=patient).count(), "question{s} and what was answered: the words"),
        (CheckIn.objects.filter(patient=patient).exclude(note="").count(), "note{s} at check-ins"),
        (PatientEvent.objects.filter(patient=patient).count(), "event{s}: what they were called"),
        (
            PatientEvent.objects.filter(patient=patient, booster_asked_at__isnull=False).count(),
            "wish{es} for an extra treatment before an event",
        ),
        (Message.objects.filter(patient=patient).count(), "message{s}: the words, and the address"),
    ):
        if count:
            yield f"{count} {words.format(s='' if count == 1 else 's', es='' if count == 1 else 'es')}."
    yield "What events were called in plans, and the reasons written beside visits and changes."


def staying(patient: Patient):
    """Say what the law of health records keeps."""
    for count, words in (
        (Booking.objects.filter(patient=patient).count(), "visit{s} with their dates"),
        (Given.objects.filter(patient=patient).count(), "treatment{s} given"),
        (Dose.objects.filter(booking__patient=patient).count(), "dose{s} with product, lot and reason"),
        (ToxinElsewhere.objects.filter(patient=patient).count(), "line{s} on toxin given elsewhere"),
        (Observation.objects.filter(booking__patient=patient).count(), "observation{s}"),
        (PlanVersion.objects.filter(plan__patient=patient).count(), "version{s} of plans with their dates"),
        (AccessEntry.objects.filter(patient=patient).count(), "line{s} of the access log"),
    ):
        if count:
            yield f"{count} {words.format(s='' if count == 1 else 's')}."
    yield "The audit: who did what, and when. A reason written there with a cancelled visit stays too."


def unsettled(patient: Patient):
    """Say what has to be settled before anything can be erased."""
    here = Booking.objects.visits().filter(patient=patient, status=Booking.Status.ARRIVED)
    for visit in here:
        yield f"The visit of {visit.date:%a} {visit.date.day} {visit.date:%b %Y} goes on. Complete it first."


def coming(patient: Patient, now: datetime.datetime):
    """The patient's booked visits from today on."""
    today = now.astimezone(patient.location.zone).date()
    return Booking.objects.visits().filter(patient=patient, status=Booking.Status.BOOKED, date__gte=today)
