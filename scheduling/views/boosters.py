"""What a patient wishes before a day that matters, settled by the practice."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from clinic.access import role
from scheduling.actions import events as actions
from scheduling.booking_page.told_events import RefuseForm
from scheduling.models import PatientEvent
from scheduling.views.patients import fetched, page


@require_POST
@role("coordinator", "provider")
def booster_refuse(request, pk):
    """Settle a wish for an extra treatment as not possible, with the reason the patient reads."""
    event = get_object_or_404(PatientEvent.objects.visible_to(request.user), pk=pk)
    patient = fetched(request, event.patient_id)
    form = RefuseForm(request.POST, auto_id=f"refuse_{event.pk}_%s")
    if not form.is_valid():
        return page(request, patient, status=422, unsettled={event.pk: form})
    because = form.cleaned_data["reason"]
    try:
        actions.refuse_booster(by=request.user, event=event, because=because, now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"Settled. {patient.full_name} reads the reason on their page.")
    return redirect("scheduling:patient", patient.pk)
