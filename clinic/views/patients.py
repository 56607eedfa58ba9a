"""The list of patients, and their identity."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_http_methods, require_safe

from clinic.access import role, staff
from clinic.actions import patients as actions
from clinic.forms import PatientForm, SearchForm
from clinic.models import Patient

PER_PAGE = 20


@require_safe
@staff
def patient_list(request):
    """Show the patients of the person's locations, searched and paged."""
    form = SearchForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    found = Patient.objects.visible_to(request.user).with_details().search(text)
    if not form.is_valid():
        found = found.none()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    template = "clinic/_patient_rows.html" if request.htmx else "clinic/patients.html"
    return render(request, template, {"page": page, "form": form, "text": text})


@require_http_methods(["GET", "HEAD", "POST"])
@role("coordinator", "provider")
def patient_create(request):
    """Register a patient, then open their page."""
    form = PatientForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        patient = actions.register(by=request.user, **form.cleaned_data)
        messages.success(request, f"{patient.full_name} is registered.")
        return to_patient(patient)
    status = 422 if form.is_bound else 200
    return render(request, "clinic/patient_form.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@role("coordinator", "provider")
def patient_edit(request, pk):
    """Change a patient's identity, then open their page."""
    patient = get_object_or_404(Patient.objects.visible_to(request.user).with_details(), pk=pk)
    transfer = transfer_url(patient)
    form = PatientForm(request.POST or None, instance=patient, user=request.user, transfer=transfer)
    if request.method == "POST" and form.is_valid():
        patient = actions.edit(by=request.user, patient=patient, **form.cleaned_data)
        messages.success(request, f"Saved {patient.full_name}.")
        return to_patient(patient)
    status = 422 if form.is_bound else 200
    context = {"form": form, "patient": patient, "transfer": transfer}
    return render(request, "clinic/patient_form.html", context, status=status)


def to_patient(patient: Patient):
    """Lead to the patient's page, which scheduling draws because it shows their plans."""
    try:
        return redirect("scheduling:patient", patient.pk)
    except NoReverseMatch:
        return redirect("clinic:patient_edit", patient.pk)


def transfer_url(patient: Patient) -> str:
    """Where the patient moves to another location, which scheduling does because their visits are its own."""
    try:
        return reverse("scheduling:transfer", args=[patient.pk])
    except NoReverseMatch:
        return ""
