"""The Today board: who comes, what is unresolved, what absences disturb and what needs a date."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from clinic.access import role, staff
from scheduling.actions import visits as actions
from scheduling.boards.today import SHOWN, Board
from scheduling.models import Booking
from scheduling.places import asked_location


@require_safe
@staff
def today(request):
    """Show a location's day; htmx asks for the board alone, once a minute."""
    location, locations = asked_location(request)
    board = Board(location, timezone.now()) if location else None
    template = "scheduling/_board.html" if request.htmx else "scheduling/today.html"
    return render(request, template, {"board": board, "locations": locations, "shown": SHOWN})


@require_POST
@role("coordinator", "provider")
def check_in(request, pk):
    """Record that a patient is here, and go on with the board."""
    booking = get_object_or_404(Booking.objects.visible_to(request.user).with_details(), pk=pk)
    said, kind = f"{booking.patient.full_name} is here.", "success"
    try:
        actions.arrive(by=request.user, booking=booking, now=timezone.now())
    except ValidationError as refusal:
        said, kind = " ".join(refusal.messages), "error"
    if request.htmx:
        board = Board(booking.location, timezone.now())
        context = {"board": board, "said": said, "said_kind": kind, "shown": SHOWN}
        return render(request, "scheduling/_board.html", context)
    (messages.success if kind == "success" else messages.error)(request, said)
    return redirect(f"{reverse('scheduling:today')}?location={booking.location.slug}")
