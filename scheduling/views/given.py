"""The ledger of a plan: what another practice gave, and what was recorded wrongly."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from clinic.access import role
from clinic.models import Patient
from scheduling.actions import visits as actions
from scheduling.actions.given import record_elsewhere
from scheduling.booking_page.forms import ElsewhereForm
from scheduling.models import Booking, Given
from scheduling.views.plans import fetched


@require_http_methods(["GET", "HEAD", "POST"])
@role("coordinator", "provider")
def elsewhere(request, pk):
    """Record a treatment that another practice gave."""
    version = fetched(request, pk)
    patient, now = version.plan.patient, timezone.now()
    today = timezone.localdate(now, patient.location.zone)
    form = ElsewhereForm(request.POST or None, version=version, today=today)
    if request.method == "POST" and form.is_valid():
        name, date = form.names[form.cleaned_data["series"]], form.cleaned_data["date"]
        facts = {"patient": patient, "plan": version.plan, "name": name, "date": date, "now": now}
        try:
            record_elsewhere(by=request.user, **facts)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, f"Recorded: {name}, given elsewhere. The next date is counted from it.")
            return redirect("scheduling:plan", pk)
    context = {"form": form, "plan": version.plan}
    return render(request, "scheduling/elsewhere.html", context, status=422 if form.is_bound else 200)


@require_POST
@role("coordinator", "provider")
def withdraw(request, pk):
    """Take back a treatment that was recorded wrongly."""
    patients = Patient.objects.visible_to(request.user)
    given = get_object_or_404(Given.objects.filter(patient__in=patients, plan__isnull=False), pk=pk)
    try:
        found = actions.withdraw(by=request.user, given=given, now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("scheduling:plan", given.plan_id)
    if found.booking and found.booking.status == Booking.Status.ARRIVED:
        messages.success(request, "Withdrawn. Nothing of this visit stands: record what was really given.")
        return redirect("scheduling:visit", found.booking.pk)
    messages.success(request, "Withdrawn: it stays to be read and no longer counts.")
    return redirect("scheduling:plan", given.plan_id)
