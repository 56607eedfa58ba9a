"""Toxin that another practice gave: told at a visit, before it or while it is completed, and withdrawn."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from clinic.access import role, seen
from scheduling.actions import elsewhere as actions
from scheduling.chairside.elsewhere import Elsewhere
from scheduling.models import Booking, ToxinElsewhere
from scheduling.views.chairside import fetched

# The pages of a visit that ask for it, by the word they send: one comes back to where one was.
ASKING = {"card": "scheduling:card", "complete": "scheduling:complete_doses", "doses": "scheduling:doses"}


@require_http_methods(["GET", "HEAD", "POST"])
@role("provider")
def toxin(request, pk):
    """Show what is on record from elsewhere around a visit, and record what the patient tells."""
    booking = fetched(request, pk)
    if request.method != "POST":
        return page(request, Elsewhere(booking))
    told = Elsewhere(booking, request.POST)
    if not told.form.is_valid():
        return page(request, told, status=422)
    try:
        found = actions.tell(by=request.user, booking=booking, told=told.form.told, now=timezone.now())
    except ValidationError as refusal:
        told.form.add_error(None, refusal)
        return page(request, told, status=422)
    messages.success(request, f"On record: {found.units.normalize():f} U given elsewhere.")
    return back(request, booking)


@require_POST
@role("provider")
def toxin_withdraw(request, pk, told):
    """Withdraw what was recorded wrongly of toxin given elsewhere."""
    booking = fetched(request, pk)
    rows = ToxinElsewhere.objects.visible_to(request.user).filter(patient=booking.patient_id)
    found = get_object_or_404(rows.select_related("booking"), pk=told)
    try:
        actions.withdraw(by=request.user, told=found, now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, "Withdrawn: it stays on record, marked, and counts no more.")
    return back(request, booking)


def back(request, booking: Booking):
    """Lead to the page of the visit it was sent from."""
    return redirect(ASKING.get(request.POST.get("page", ""), "scheduling:toxin"), booking.pk)


def page(request, elsewhere: Elsewhere, status: int = 200):
    """Draw the page with what was entered."""
    seen(request, elsewhere.booking.patient, "toxin elsewhere")
    asked = request.POST.get("page", "")
    context = {"elsewhere": elsewhere, "asking": asked if asked in ASKING else ""}
    return render(request, "scheduling/toxin.html", context, status=status)
