"""The days that matter to a patient: their effect on each visit first, then kept or withdrawn."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from scheduling.actions import events as actions
from scheduling.models import PatientEvent
from scheduling.patient_page.boosters import DECIDES, EventBoosters
from scheduling.patient_page.course import Course
from scheduling.patient_page.effects import effects
from scheduling.patient_page.expecting import NO_GUARANTEE
from scheduling.patient_page.forms import BoosterForm, EventForm
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
            messages.success(request, f"Kept: {form.cleaned_data['name']}. The practice sees it.")
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
    """Show what a day means for each coming visit now, and for an extra treatment before it."""
    event = fetched(course, pk)
    context = {"event": event, "day": spoken(event.date), "effects": effects(course, event.date)}
    context |= {"boosters": EventBoosters(course, event), "decides": DECIDES, "no_guarantee": NO_GUARANTEE}
    return render(request, "scheduling/my_event.html", context)


@require_POST
@own
def my_event_withdraw(request, course: Course, pk):
    """Take a day back."""
    event = fetched(course, pk)
    actions.withdraw(by=request.user, event=event, now=course.now)
    stays = f" Your visit on {spoken(event.visit.date)} stays booked." if event.visit else ""
    messages.success(request, f"Taken back: {event.name}.{stays}")
    return redirect("scheduling:my_events")


@require_POST
@own
def my_event_booster(request, course: Course, pk):
    """Ask for an extra treatment before a day."""
    event, form = fetched(course, pk), BoosterForm(request.POST)
    key = form.cleaned_data["series"] if form.is_valid() else ""
    try:
        actions.ask_for_booster(by=request.user, event=event, key=key, now=course.now)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, "Asked. The practice decides and answers here.")
    return redirect("scheduling:my_event", pk)


@require_POST
@own
def my_event_booster_back(request, course: Course, pk):
    """Take the wish for an extra treatment back."""
    event = fetched(course, pk)
    try:
        actions.take_back_booster(by=request.user, event=event, now=course.now)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, "Taken back: no extra treatment is asked for.")
    return redirect("scheduling:my_event", pk)


def fetched(course: Course, pk: int) -> PatientEvent:
    """Fetch a day of the patient's own, with the visit that is booked for it."""
    events = PatientEvent.objects.visible_to(course.user)
    return get_object_or_404(events.select_related("booster", "settled_by__provider"), pk=pk)
