"""One booked visit: who, when and where, and what becomes of it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from clinic.access import role, seen, staff
from scheduling.actions import visits as actions
from scheduling.booking_page.adding import AddForm
from scheduling.booking_page.forms import CompleteForm, ReasonForm
from scheduling.booking_page.visit import VisitPage
from scheduling.models import Booking, Change, PlanVersion


@require_safe
@staff
def visit(request, pk):
    """Show a visit with its steps, and what can be done with it now."""
    booking = fetched(request, pk)
    seen(request, booking.patient, "visit")
    return page(request, booking)


@require_POST
@role("coordinator", "provider")
def arrive(request, pk):
    """Record that the patient is here."""
    booking = fetched(request, pk)
    return done(request, booking, actions.arrive, words="{patient} is here.")


@require_POST
@role("coordinator", "provider")
def miss(request, pk):
    """Record that the patient did not come; the sessions need a date again."""
    booking = fetched(request, pk)
    words = "Recorded: {patient} did not come. The sessions need a date again."
    return done(request, booking, actions.miss, words=words, to="scheduling:plan")


@require_POST
@role("coordinator", "provider")
def cancel(request, pk):
    """Give a visit up, with the reason; the sessions need a date again."""
    booking, form = fetched(request, pk), ReasonForm(request.POST)
    if not form.is_valid():
        return page(request, booking, status=422, cancelling=form)
    words = "The visit is cancelled and its time is free. The sessions need a date again."
    facts = {"reason": form.cleaned_data["reason"]}
    return done(request, booking, actions.cancel, words=words, to="scheduling:plan", **facts)


@require_POST
@role("coordinator", "provider")
def complete(request, pk):
    """Record what was really given."""
    booking = fetched(request, pk)
    form = CompleteForm(request.POST, booking=booking)
    if not form.is_valid():
        return page(request, booking, status=422, completing=form)
    words = "Recorded what was given; the next dates are counted from it."
    return done(request, booking, actions.complete, words=words, **form.cleaned_data)


@require_POST
@role("coordinator", "provider")
def add_given(request, pk):
    """Record what else was given at a completed visit and left out by mistake."""
    booking = fetched(request, pk)
    form = AddForm(request.POST, booking=booking, given=booking.given.standing())
    if not form.is_valid():
        return page(request, booking, status=422, adding=form)
    words = "Added to the visit; the rounds and the next dates are counted with it."
    return done(request, booking, actions.add_given, words=words, **form.cleaned_data)


def fetched(request, pk: int) -> Booking:
    """Fetch a visit at the person's locations."""
    bookings = Booking.objects.visible_to(request.user).visits().with_details().select_related("booked_by")
    return get_object_or_404(bookings, pk=pk)


def done(request, booking: Booking, action, *, words: str, to: str = "scheduling:visit", **facts):
    """Carry out an action on a visit and say so, or say on its page why it cannot be done."""
    try:
        made = action(by=request.user, booking=booking, now=timezone.now(), **facts)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("scheduling:visit", booking.pk)
    undo = str(made.pk) if isinstance(made, Change) else ""
    messages.success(request, words.format(patient=booking.patient.full_name), extra_tags=undo)
    return redirect(to, booking.plan_id if to == "scheduling:plan" else booking.pk)


def page(request, booking: Booking, status: int = 200, **forms):
    """Draw the page, with a form that was refused in its place."""
    versions = PlanVersion.objects.visible_to(request.user).current().with_details()
    version = get_object_or_404(versions, plan=booking.plan_id)
    shown = VisitPage(booking, version, timezone.now())
    context = {
        "page": shown,
        "completing": CompleteForm(booking=booking),
        "cancelling": ReasonForm(),
        "adding": shown.adding,
        **forms,
    }
    return render(request, "scheduling/visit.html", context, status=status)
