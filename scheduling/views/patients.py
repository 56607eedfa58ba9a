"""A patient's page for the staff: who they are, what is planned, and what they told the practice."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from clinic.access import role, seen, staff
from clinic.models import Patient
from scheduling.actions import check_ins as check_in_actions
from scheduling.actions import questions as question_actions
from scheduling.models import CheckIn, PatientEvent, PlanVersion, Question
from scheduling.patient_page.forms import AnswerForm


@require_safe
@staff
def patient(request, pk):
    """Show a patient with their plans, the newest first."""
    return page(request, fetched(request, pk))


@require_POST
@role("coordinator", "provider")
def question_answer(request, pk):
    """Answer a patient's question."""
    questions = Question.objects.visible_to(request.user).select_related("patient__location")
    question, form = get_object_or_404(questions, pk=pk), AnswerForm(request.POST)
    if not form.is_valid():
        return page(request, question.patient, status=422, refused={question.pk: form})
    try:
        question_actions.answer(by=request.user, question=question, now=timezone.now(), **form.cleaned_data)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"Answered. {question.patient.full_name} reads it on their page.")
    return redirect("scheduling:patient", question.patient_id)


@require_POST
@role("coordinator", "provider")
def check_in_read(request, pk):
    """Record that a patient's check-in was read."""
    found = get_object_or_404(CheckIn.objects.visible_to(request.user), pk=pk)
    check_in_actions.settle(by=request.user, check_in=found, now=timezone.now())
    messages.success(request, "Recorded: the check-in was read.")
    return redirect("scheduling:patient", found.patient_id)


def page(request, patient: Patient, status: int = 200, refused: dict | None = None):
    """Draw a patient's page, with an answer that was refused in its place."""
    seen(request, patient, "patient")
    versions = PlanVersion.objects.visible_to(request.user).current().of(patient).in_brief()
    context = {"patient": patient, "versions": versions, **told(request, patient, refused or {})}
    return render(request, "scheduling/patient.html", context, status=status)


def told(request, patient: Patient, refused: dict) -> dict:
    """What the patient told the practice: questions with their forms, events to come, check-ins."""
    user, today = request.user, timezone.localdate(timezone=patient.location.zone)
    questions = Question.objects.visible_to(user).filter(patient=patient).select_related("settled_by")
    events = PatientEvent.objects.visible_to(user).filter(patient=patient, withdrawn_at=None)
    check_ins = CheckIn.objects.visible_to(user).filter(patient=patient)
    asked = [
        (one, refused.get(one.pk) or AnswerForm(auto_id=f"answer_{one.pk}_%s"))
        if not one.settled_at and question_actions.may_answer(user, one)
        else (one, None)
        for one in questions
    ]
    return {
        "questions": asked,
        "events": events.filter(date__gte=today),
        "check_ins": check_ins.select_related("booking", "settled_by"),
    }


def fetched(request, pk: int) -> Patient:
    """Fetch a patient the person may see, with the location."""
    return get_object_or_404(Patient.objects.visible_to(request.user).with_details(), pk=pk)
