"""What a patient asks the doctor, and what the practice asks the patient 2, 6 and 10 weeks after a visit."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from scheduling.actions import check_ins as check_in_actions
from scheduling.actions import questions as question_actions
from scheduling.models import Booking, CheckIn, Question
from scheduling.patient_page.check_ins import Due, advice, due
from scheduling.patient_page.course import Course
from scheduling.patient_page.forms import CheckInForm, QuestionForm, SmileForm
from scheduling.planning.reasons import spoken
from scheduling.views.patient_own import own

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
@own
def my_questions(request, course: Course):
    """Show the patient's questions with their answers, and take another."""
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        question_actions.ask(by=request.user, patient=course.patient, now=course.now, **form.cleaned_data)
        messages.success(request, "Sent. You will find the answer here.")
        return redirect("scheduling:my_questions")
    questions = Question.objects.visible_to(request.user).select_related("settled_by__provider")
    context = {"form": form, "questions": questions, "location": course.location}
    return render(request, "scheduling/my_questions.html", context, status=422 if form.errors else 200)


@require_safe
@own
def my_check_ins(request, course: Course):
    """Show which check-in waits, and what was answered before."""
    answered = CheckIn.objects.visible_to(request.user).select_related("booking")
    return render(request, "scheduling/my_check_ins.html", {"due": due(course), "answered": answered})


@require_http_methods(METHODS)
@own
def my_check_in(request, course: Course, pk, weeks):
    """Ask one thing at a time: the smile, then the result; two taps."""
    booking = get_object_or_404(Booking.objects.visible_to(request.user).with_details(), pk=pk)
    if done := CheckIn.objects.visible_to(request.user).filter(booking=booking, weeks=weeks).first():
        return redirect("scheduling:my_check_in_done", done.pk)
    context = {"one": Due(booking, weeks), "smiles": CheckIn.Smile.choices}
    if request.method == "POST":
        return answered(request, course, context)
    form = SmileForm(request.GET)
    if form.is_valid():
        context |= {"smile": form.cleaned_data["smile"], "fadings": CheckIn.Fading.choices}
    return render(request, "scheduling/my_check_in.html", context)


def answered(request, course: Course, context: dict):
    """Keep both answers, or ask again where one is missing."""
    form, one = CheckInForm(request.POST), context["one"]
    if not form.is_valid():
        return render(request, "scheduling/my_check_in.html", context, status=422)
    facts = {"booking": one.booking, "weeks": one.weeks, **form.cleaned_data}
    try:
        found = check_in_actions.answer(by=request.user, now=course.now, **facts)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("scheduling:my_check_ins")
    return redirect("scheduling:my_check_in_done", found.pk)


@require_safe
@own
def my_check_in_done(request, course: Course, pk):
    """Show what was answered, what is usual, and how to call."""
    found = get_object_or_404(CheckIn.objects.visible_to(request.user).select_related("booking"), pk=pk)
    context = {"one": found, "day": spoken(found.booking.date), "advice": advice(found)}
    return render(request, "scheduling/my_check_in_done.html", {**context, "course": course})
