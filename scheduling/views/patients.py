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
from scheduling.booking_page.told_events import told_events
from scheduling.messages.texts import with_titles
from scheduling.models import CheckIn, Message, PlanVersion, Question
from scheduling.patient_page.forms import AnswerForm

NEWEST = 5  # e-mails on a patient's page; the others stand under Messages


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


def page(
    request,
    patient: Patient,
    status: int = 200,
    refused: dict | None = None,
    unsettled: dict | None = None,
):
    """Draw a patient's page, with an answer or a reason that was refused in its place."""
    seen(request, patient, "patient")
    versions = PlanVersion.objects.visible_to(request.user).current().of(patient).in_brief()
    context = {"patient": patient, "versions": versions, **told(request, patient, refused or {})}
    context["events"] = told_events(request.user, patient, timezone.now(), unsettled)
    newest = Message.objects.visible_to(request.user).filter(patient=patient).defer("body")[:NEWEST]
    context["sent"] = with_titles(newest)
    return render(request, "scheduling/patient.html", context, status=status)


def told(request, patient: Patient, refused: dict) -> dict:
    """What the patient told the practice: questions with their forms, and check-ins."""
    user = request.user
    questions = Question.objects.visible_to(user).filter(patient=patient).select_related("settled_by")
    check_ins = CheckIn.objects.visible_to(user).filter(patient=patient)
    asked = [
        (one, refused.get(one.pk) or AnswerForm(auto_id=f"answer_{one.pk}_%s"))
        if not one.settled_at and question_actions.may_answer(user, one)
        else (one, None)
        for one in questions
    ]
    return {
        "questions": asked,
        "check_ins": check_ins.select_related("booking", "settled_by"),
    }


def fetched(request, pk: int) -> Patient:
    """Fetch a patient the person may see, with the location."""
    return get_object_or_404(Patient.objects.visible_to(request.user).with_details(), pk=pk)
