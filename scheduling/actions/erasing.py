"""What a manager decides about a patient's wish for erasure: carried out, or refused with the reason."""

import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet

from clinic.actions.people import end_sessions
from clinic.models import AuditEntry, Erasure, Invitation, Patient, User
from clinic.text import is_blank
from scheduling.actions.giving_back import end_undoing, give_back
from scheduling.claiming.turns import as_one
from scheduling.erasing.outlook import coming, unsettled
from scheduling.erasing.redaction import without_free_text, without_names
from scheduling.intake.stored import restore
from scheduling.models import (
    Booking,
    Change,
    CheckIn,
    Message,
    Observation,
    PatientEvent,
    Plan,
    PlanVersion,
    Question,
    Signature,
    Waiting,
    Wishes,
)

ERASED, NO_ADDRESS = "Erased", "erased@erased.invalid"
CARRIED_OUT, REFUSED = "erasure.carried_out", "erasure.refused"
BECAUSE = "Erased at the patient's request."
# What reading a stored plan raises when its JSON is not what `store` writes.
UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class NotDecided(ValidationError):
    """Raised when a wish cannot be decided as asked; it says what would work."""


@as_one
def refuse(*, by: User, erasure: Erasure, because: str, now: datetime.datetime) -> Erasure:
    """Refuse a wish for erasure with the reason the patient reads, such as how long records must be kept."""
    found = locked(by, erasure)
    if is_blank(because):
        raise NotDecided("Say why it is refused: the patient reads it.")
    return decided(by, found, Erasure.Outcome.REFUSED, because, now)


@as_one
def carry_out(*, by: User, erasure: Erasure, now: datetime.datetime) -> Erasure:
    """Erase who a patient is: identity, account, free texts and coming visits; what was done to them stays.

    Raises NotDecided while a visit is under way, when the wish was decided already, and for a plan that
    would not read back without the names in it.
    """
    found = locked(by, erasure)
    patient = found.patient
    if first := list(unsettled(patient)):
        raise NotDecided(first)
    give_up_visits(by, patient, now)
    empty_texts(by, patient, now)
    end_undoing(by, Plan.objects.filter(patient=patient), CARRIED_OUT, BECAUSE, now)
    redact_plans(patient, now)
    empty_messages(patient)
    end_account(patient, now)
    anonymise(patient)
    return decided(by, found, Erasure.Outcome.ERASED, "", now)


def locked(by: User, erasure: Erasure) -> Erasure:
    """Lock the patient's plans and then the wish; NotDecided when it was decided already."""
    if by.role != User.Role.MANAGER or not Erasure.objects.visible_to(by).filter(pk=erasure.pk).exists():
        raise PermissionDenied("Managers of the patient's location decide about erasure.")
    plans = Plan.objects.filter(patient=erasure.patient_id).order_by("pk")
    list(plans.select_for_update(of=("self",), no_key=True))
    list(Patient.objects.select_for_update(of=("self",), no_key=True).filter(pk=erasure.patient_id))
    rows = Erasure.objects.select_for_update(of=("self",)).select_related(
        "patient__location", "patient__user"
    )
    found = rows.get(pk=erasure.pk)
    if found.decided_at:
        raise NotDecided("This wish was decided already. Nothing was changed.")
    return found


def decided(by: User, erasure: Erasure, outcome: str, because: str, now: datetime.datetime) -> Erasure:
    """Save a decision and record it, without anything of the patient."""
    erasure.outcome, erasure.because = outcome, because
    erasure.decided_by, erasure.decided_at = by, now
    erasure.save()
    action = CARRIED_OUT if outcome == Erasure.Outcome.ERASED else REFUSED
    AuditEntry.objects.record(by=by, action=action, on=erasure)
    return erasure


def give_up_visits(by: User, patient: Patient, now: datetime.datetime) -> None:
    """Cancel the coming visits and end every wait, so that their times are free."""
    waiting = list(Waiting.objects.active().filter(plan__patient=patient).with_details())
    give_back(by, list(coming(patient, now).with_details()), waiting, BECAUSE, now)


def empty_texts(by: User, patient: Patient, now: datetime.datetime) -> None:
    """Empty what the patient wrote, and what was written about them beside the record of their treatment."""
    mine = {"patient": patient}
    Question.objects.filter(**mine, settled_at=None).update(settled_by=by, settled_at=now, answer=ERASED)
    Question.objects.filter(**mine).update(text=ERASED, answer=ERASED)
    CheckIn.objects.filter(**mine).update(note="")
    wish = {"booster_key": "", "booster_asked_at": None, "booster": None}
    for event in PatientEvent.objects.filter(**mine):
        PatientEvent.objects.filter(pk=event.pk).update(
            name=f"{ERASED} {event.pk}", withdrawn_at=event.withdrawn_at or now, **wish
        )
    Observation.objects.filter(booking__patient=patient).update(note="")
    Booking.objects.filter(**mine).update(reason="", override_reason="")
    Waiting.objects.filter(plan__patient=patient).update(note="")
    Wishes.objects.filter(**mine).delete()
    for change in Change.objects.filter(plan__patient=patient):
        before, after = without_free_text(change.before), without_free_text(change.after)
        Change.objects.filter(pk=change.pk).update(before=before, after=after, reason="")


def empty_messages(patient: Patient) -> None:
    """Drop the messages that are not sent yet, and empty the words and the address of all."""
    mine = Message.objects.filter(patient=patient)
    states = Message.State
    mine.filter(state__in=(states.WAITING, states.SENDING)).update(state=states.DROPPED, lease_until=None)
    mine.update(to=NO_ADDRESS, subject=ERASED, body="", problem="")


def redact_plans(patient: Patient, now: datetime.datetime) -> None:
    """Take the names of events out of the patient's plans; a signature under a changed one is void.

    Versions are written once for everybody else: this is the one exception, so it goes past their own guard,
    and what it writes must read back as a plan: otherwise nothing at all is erased.
    """
    for version in PlanVersion.objects.filter(plan__patient=patient).select_related("plan"):
        content = redacted(version)
        rows: QuerySet[PlanVersion] = QuerySet(PlanVersion).filter(pk=version.pk)
        rows.update(reason="")
        if version.declined_because:
            rows.update(declined_because=ERASED)
        if content != version.content:
            rows.update(content=content)
            Signature.objects.standing().filter(version=version).update(voided_at=now, voided_because=BECAUSE)


def redacted(version: PlanVersion) -> dict[str, Any]:
    """The content of a version without names; NotDecided when it would not read back as a plan."""
    try:
        content = without_names(version.content)
        if content != version.content:
            restore(content)
    except UNREADABLE as error:
        raise NotDecided(
            f"Version {version.number} of plan {version.plan.number} does not read as a plan once the names "
            "are taken out of it. Nothing was erased. Have whoever runs the software set it right, and carry "
            "the erasure out then; or refuse it for now, with this reason."
        ) from error
    return content


def end_account(patient: Patient, now: datetime.datetime) -> None:
    """End the account and every invitation; its row stays, as the audit names it, but says nobody's name."""
    Invitation.objects.filter(patient=patient, accepted_at=None, revoked_at=None).update(revoked_at=now)
    Invitation.objects.filter(patient=patient).update(name=ERASED, email=NO_ADDRESS)
    if (user := patient.user) is None:
        return
    end_sessions(user)
    Authenticator.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    user.email, user.name = f"erased-{user.pk}@erased.invalid", ERASED
    user.is_active, user.last_login = False, None
    user.set_unusable_password()
    user.save()


def anonymise(patient: Patient) -> None:
    """Leave of the patient's identity the year of birth and a number."""
    patient.first_name, patient.last_name = ERASED, f"patient {patient.pk}"
    patient.birth_date = patient.birth_date.replace(month=1, day=1)
    patient.email = patient.phone = ""
    patient.save()
