"""What is on record of a completed visit to the unit: withdrawn where it is wrong, and entered anew."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from clinic.access import role, seen
from scheduling.actions import doses as actions
from scheduling.actions import observations
from scheduling.chairside.record import Record
from scheduling.models import Dose, Observation
from scheduling.views.chairside import fetched


@require_http_methods(["GET", "HEAD", "POST"])
@role("provider")
def doses(request, pk):
    """Show the doses and grades of a visit, and record what is missing of one area."""
    booking = fetched(request, pk)
    if request.method != "POST":
        seen(request, booking.patient, "doses of a visit")
        return page(request, Record(booking))
    record = Record(booking, request.POST)
    if record.form is None:
        messages.error(request, "This area was not treated at the visit. Choose one of those shown.")
        return redirect("scheduling:doses", booking.pk)
    if not record.is_valid():
        return page(request, record, status=422)
    try:
        save(request.user, record)
    except ValidationError as refusal:
        record.refuse(refusal)
        return page(request, record, status=409)
    messages.success(request, f"Recorded for {record.form.name}.")
    return redirect("scheduling:doses", booking.pk)


def save(by, record: Record) -> None:
    """Record the dose and the grades of one area, both or neither."""
    now, form = timezone.now(), record.form
    with transaction.atomic():
        if form.entry:
            actions.enter(by=by, booking=record.booking, entries=[form.entry], now=now)
        if form.grades:
            observations.enter(by=by, booking=record.booking, grades=form.grades, now=now)


@require_POST
@role("provider")
def dose_withdraw(request, pk):
    """Withdraw a dose that was recorded wrongly."""
    dose = get_object_or_404(Dose.objects.visible_to(request.user).select_related("booking"), pk=pk)
    return withdrawn(request, dose.booking_id, actions.withdraw, dose=dose)


@require_POST
@role("provider")
def observation_withdraw(request, pk):
    """Withdraw a grade that was recorded wrongly."""
    rows = Observation.objects.visible_to(request.user).select_related("booking")
    found = get_object_or_404(rows, pk=pk)
    return withdrawn(request, found.booking_id, observations.withdraw, observation=found)


def withdrawn(request, booking: int, action, **thing):
    """Withdraw something and say so, or say why not."""
    try:
        action(by=request.user, now=timezone.now(), **thing)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, "Withdrawn: it stays on record, marked, and counts no more.")
    return redirect("scheduling:doses", booking)


def page(request, record: Record, status: int = 200):
    """Draw the page with what was entered."""
    return render(request, "scheduling/doses.html", {"page": record}, status=status)
