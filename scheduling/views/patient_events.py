"""The days that matter to a patient: their effect on each visit first, then kept or withdrawn."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from scheduling.actions import events as actions
from scheduling.models import PatientEvent
from scheduling.patient_page.course import Course
from scheduling.patient_page.effects import effects
from scheduling.patient_page.expecting import NO_GUARANTEE
from scheduling.patient_page.forms import EventForm
from scheduling.planning.reasons import spoken
from scheduling.views.patient_own import own


@require_safe
@own
def my_events(request, course: Course):
    """Show the days the patient told us about, and those the plan was made around."""
    own_days = {(one.name, one.date) for one in course.told}
    planned = [one for one in course.events if (one.name, one.date) not in own_days]
    return render(request, "scheduling/my_events.html", {"course": course, "planned": planned})


@require_http_methods(["GET", "HEAD", "POST"])
@own
def my_event_new(request, course: Course):
    """Ask for a day, show what it means for each coming visit, and keep it once that was seen."""
    asked = request.POST if request.method == "POST" else request.GET
    form = EventForm(asked if "date" in asked or "name" in asked else None, today=course.today)
    if request.method == "POST" and form.is_valid():
        try:
            actions.tell(by=request.user, patient=course.patient, now=course.now, **form.cleaned_data)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, f"Kept: {form.cleaned_data['name']}. The practice plans around it.")
            return redirect("scheduling:my_events")
    context = {"form": form, "course": course}
    if form.is_bound and form.is_valid():
        day = form.cleaned_data["date"]
        context |= {"day": spoken(day), "effects": effects(course, day), "no_guarantee": NO_GUARANTEE}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "scheduling/my_event_new.html", context, status=status)


@require_safe
@own
def my_event(request, course: Course, pk):
    """Show what a day means for each coming visit now."""
    event = fetched(course, pk)
    context = {"event": event, "day": spoken(event.date), "effects": effects(course, event.date)}
    return render(request, "scheduling/my_event.html", {**context, "no_guarantee": NO_GUARANTEE})


@require_POST
@own
def my_event_withdraw(request, course: Course, pk):
    """Take a day back."""
    event = fetched(course, pk)
    actions.withdraw(by=request.user, event=event, now=course.now)
    messages.success(request, f"Taken back: {event.name}.")
    return redirect("scheduling:my_events")


def fetched(course: Course, pk: int) -> PatientEvent:
    """Fetch a day of the patient's own."""
    return get_object_or_404(PatientEvent.objects.visible_to(course.user), pk=pk)
