"""A patient's questions to the doctor, and the practice's answers."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from clinic.models import AuditEntry, Patient, User
from clinic.text import is_blank
from scheduling.actions.outbox import tell_answered
from scheduling.models import Question

Topic = Question.Topic
# What the rules want discussed with the doctor (R44, R48, R51): nobody else answers it.
DISCUSSED = frozenset({Topic.NEAR_MOUTH, Topic.RF, Topic.LIFT})


@transaction.atomic
def ask(*, by: User, patient: Patient, topic: str, text: str, now: datetime.datetime) -> Question:
    """Keep a patient's question to the doctor.

    Raises PermissionDenied for anybody but the patient, ValidationError without a text.
    """
    if patient.user_id != by.pk:
        raise PermissionDenied("Only the patient asks in their own name.")
    if is_blank(text):
        raise ValidationError({"text": "Write your question."})
    question = Question(patient=patient, topic=topic, text=text.strip(), asked_at=now)
    question.full_clean()
    question.save()
    AuditEntry.objects.record(by=by, action="question.asked", on=patient, question=question.pk, topic=topic)
    return question


@transaction.atomic
def answer(
    *, by: User, question: Question, text: str, now: datetime.datetime, tells: bool = True
) -> Question:
    """Answer a question, so that its patient can read it; they are told so, unless it does not tell.

    Raises PermissionDenied for who may not answer it, ValidationError without a text and when it was
    answered already.
    """
    if not may_answer(by, question):
        raise PermissionDenied("A provider answers what has to be discussed with the doctor.")
    if is_blank(text):
        raise ValidationError({"text": "Write the answer."})
    rows = Question.objects.select_for_update(of=("self",)).select_related("patient__location")
    found = rows.get(pk=question.pk)
    if found.settled_at:
        raise ValidationError("Somebody answered this meanwhile. Read their answer.", code="answered")
    found.answer, found.settled_by, found.settled_at = text.strip(), by, now
    found.full_clean()
    found.save()
    AuditEntry.objects.record(by=by, action="question.answered", on=found.patient, question=found.pk)
    if tells:
        tell_answered(found, now)
    return found


def may_answer(user: User, question: Question) -> bool:
    """Whether somebody may answer: providers every question, coordinators what needs no discussion."""
    if question.topic in DISCUSSED:
        return user.role == User.Role.PROVIDER
    return user.role in (User.Role.PROVIDER, User.Role.COORDINATOR)
