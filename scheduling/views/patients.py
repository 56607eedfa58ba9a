"""A patient's page: who they are and what is planned for them."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from clinic.access import staff
from clinic.models import Patient
from scheduling.models import PlanVersion


@require_safe
@staff
def patient(request, pk):
    """Show a patient with their plans, the newest first."""
    patient = get_object_or_404(Patient.objects.visible_to(request.user).with_details(), pk=pk)
    versions = PlanVersion.objects.visible_to(request.user).current().of(patient).in_brief()
    return render(request, "scheduling/patient.html", {"patient": patient, "versions": versions})
