"""In the treatment room: the card of a visit, and its completion to the unit."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clinic.access import role, seen
from scheduling.actions import visits as actions
from scheduling.chairside.card import Card
from scheduling.chairside.completion import Completion
from scheduling.models import Booking, PlanVersion


@require_safe
@role("provider")
def card(request, pk):
    """Show what is to be known of a visit before anything is given."""
    booking = fetched(request, pk)
    versions = PlanVersion.objects.visible_to(request.user).current().with_details()
    version = get_object_or_404(versions, plan=booking.plan_id)
    seen(request, booking.patient, "chairside card")
    return render(request, "scheduling/card.html", {"page": Card(booking, version, timezone.now())})


@require_http_methods(["GET", "HEAD", "POST"])
@role("provider")
def complete(request, pk):
    """Complete a visit with what was given of each area, to the unit."""
    booking = fetched(request, pk)
    if request.method != "POST":
        seen(request, booking.patient, "completing a visit")
        return page(request, Completion(booking, timezone.now()))
    completion = Completion(booking, timezone.now(), request.POST)
    if booking.status not in (Booking.Status.BOOKED, Booking.Status.ARRIVED):
        completion.refuse(actions.NotPossible(actions.SETTLED[Booking.Status(booking.status)]))
        return page(request, completion, status=409)
    if not completion.is_valid():
        return page(request, completion, status=422)
    try:
        actions.complete(by=request.user, booking=booking, now=completion.now, **completion.facts)
    except ValidationError as refusal:
        completion.refuse(refusal)
        return page(request, completion, status=409)
    messages.success(request, "Recorded what was given; the next dates are counted from it.")
    return redirect("scheduling:visit", booking.pk)


def fetched(request, pk: int) -> Booking:
    """Fetch a visit at the person's locations."""
    bookings = Booking.objects.visible_to(request.user).visits().with_details().select_related("booked_by")
    return get_object_or_404(bookings, pk=pk)


def page(request, completion: Completion, status: int = 200):
    """Draw the page with what was entered."""
    return render(request, "scheduling/complete.html", {"page": completion}, status=status)
