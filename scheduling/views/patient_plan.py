"""A patient's plan and visits: what is next, what to expect, confirming, and moving among safe days."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from scheduling.actions import confirmations
from scheduling.actions.refusals import Refused
from scheduling.availability.days import NoSuchTime
from scheduling.booking_page.forms import ShownForm, TimeForm
from scheduling.claiming.claims import TakenMeanwhile
from scheduling.course.moving import Destination
from scheduling.models import Booking, PlanVersion
from scheduling.patient_page import ics
from scheduling.patient_page.along import Along
from scheduling.patient_page.course import Course
from scheduling.patient_page.forms import ChosenForm, DayForm
from scheduling.patient_page.moving import ASK, REVISED, MovePage, why_not
from scheduling.patient_page.page import PlanPage, VisitCard, VisitPage
from scheduling.planning.reasons import spoken
from scheduling.views.patient_own import own

NOT_ALONG = "Your later visits cannot all move along with this time. Choose another, or ask the practice."
GONE = "This time cannot be had any more, and nothing was moved. Choose one of the times below."


@require_safe
@own
def my_plan(request, course: Course):
    """Show the next visit, the whole plan as a strip, and what to expect."""
    return render(request, "scheduling/my_plan.html", {"page": PlanPage(course)})


@require_safe
@own
def my_visits(request, course: Course):
    """Show the visits to come and those that took place."""
    return render(request, "scheduling/my_visits.html", {"page": PlanPage(course)})


@require_safe
@own
def my_visit(request, course: Course, pk):
    """Show one visit: what happens, what to expect and when it passes, and what to do before and after."""
    return render(request, "scheduling/my_visit.html", {"page": VisitPage(course, fetched(course, pk))})


@require_safe
@own
def my_visit_calendar(request, course: Course, pk):
    """Give one visit as a file for the calendar of a phone."""
    card = VisitCard(course, fetched(course, pk))
    headers = {"Content-Disposition": 'attachment; filename="visit.ics"'}
    return HttpResponse(ics.event(card), content_type="text/calendar; charset=utf-8", headers=headers)


@require_POST
@own
def my_visit_confirm(request, course: Course, pk):
    """Confirm a visit."""
    booking = fetched(course, pk)
    try:
        confirmations.confirm(by=request.user, booking=booking, now=course.now)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"Confirmed: we see you on {spoken(booking.date)} at {booking.starts}.")
    return redirect("scheduling:my_visit", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@own
def my_visit_move(request, course: Course, pk):
    """Show the safe days of a visit, what one of them does to later visits, and move it there."""
    booking = fetched(course, pk)
    version = version_of(course, booking)
    if version is None or (words := why_not(course, booking, version)):
        return stays(request, course, booking, words if version else REVISED)
    page = MovePage(booking, version, course.now)
    if page.stays:
        return stays(request, course, booking, ASK)
    if request.method == "POST":
        return moved(request, course, page)
    return chosen(request, page) or times(request, page)


def chosen(request, page: MovePage):
    """Show what a chosen time does to later visits, before it is confirmed; None when none was chosen."""
    form = ChosenForm(request.GET)
    if "at" not in request.GET:
        return None
    to = destination(page, form.cleaned_data["at"]) if form.is_valid() else None
    wanted = page.wanted(to) if to else None
    if to is None or wanted is None:
        messages.error(request, GONE)
        return None
    context = {"page": page, "wanted": wanted, "at": request.GET["at"], "key": uuid.uuid4()}
    context |= {"day": spoken(wanted.date), "provider": page.provider(wanted)}
    if not page.moves_later(to):
        context["later"] = page.later_lines(wanted)
    elif (along := Along(page, wanted)).is_safe:
        context |= {"later": along.lines, "order": along.signed}
    else:
        messages.error(request, NOT_ALONG)
        return None
    return render(request, "scheduling/my_visit_move_confirm.html", context)


def moved(request, course: Course, page: MovePage):
    """Move the visit to the time that was chosen; when it cannot be had any more, show what can."""
    form, booking = TimeForm(request.POST, user=request.user), page.booking
    to = destination(page, form.cleaned_data["at"]) if form.is_valid() else None
    try:
        if to is None:
            raise Refused(())
        if "order" in request.POST:
            facts = {"version": page.situation.version, "now": course.now, **ShownForm(request.POST).facts}
            confirmations.move_along(by=request.user, booking=booking, **facts)
        else:
            facts = {"to": to, "now": course.now, "key": form.change_key}
            confirmations.move_own(by=request.user, booking=booking, **facts)
    except (ValidationError, TakenMeanwhile, NoSuchTime) as refusal:
        near = isinstance(refusal, confirmations.TooNear)
        messages.error(request, refusal.messages[0] if near else GONE)
        return times(request, MovePage(booking, page.situation.version, course.now), status=409)
    booking = fetched(course, booking.pk)
    messages.success(request, f"Moved: we see you on {spoken(booking.date)} at {booking.starts}.")
    return redirect("scheduling:my_visit", booking.pk)


def destination(page: MovePage, at) -> Destination:
    """The time that was chosen, with whom it was shown."""
    return Destination.on(at.unit, page.situation.location.zone, at.provider)


def times(request, page: MovePage, status: int = 200):
    """Draw the safe days."""
    form = DayForm(request.GET)
    page.from_day(form.cleaned_data["day"] if form.is_valid() else None)
    return render(request, "scheduling/my_visit_move.html", {"page": page}, status=status)


def stays(request, course: Course, booking: Booking, words: str):
    """Say why a visit is not moved here, and whom to ask."""
    context = {"card": VisitCard(course, booking), "words": words}
    return render(request, "scheduling/my_visit_stays.html", context)


def fetched(course: Course, pk: int) -> Booking:
    """Fetch a visit of the patient's own."""
    return get_object_or_404(Booking.objects.visible_to(course.user).with_details(), pk=pk)


def version_of(course: Course, booking: Booking) -> PlanVersion | None:
    """The signed version of a visit's plan; None while the plan is being revised."""
    versions = PlanVersion.objects.visible_to(course.user).with_details()
    return versions.filter(plan=booking.plan_id).first()
