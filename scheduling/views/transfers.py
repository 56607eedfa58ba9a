"""Moving a patient to another location: what becomes of visits and plans first, then all of it as one."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinic.access import role
from clinic.models import Location, Patient
from scheduling.actions import transfers as actions
from scheduling.booking_page.transfer import TransferForm, TransferPage, movers


@require_http_methods(["GET", "HEAD", "POST"])
@role("coordinator", "provider")
def transfer(request, pk):
    """Show what moving a patient to another location means, then move them."""
    patient = get_object_or_404(Patient.objects.visible_to(request.user).with_details(), pk=pk)
    now = timezone.now()
    if request.method != "POST":
        form = TransferForm(user=request.user, patient=patient)
        return page(request, patient, form, chosen(request, form), now)
    form = TransferForm(request.POST, user=request.user, patient=patient)
    refused: list[str] = []
    if form.is_valid():
        try:
            actions.transfer(by=request.user, patient=patient, now=now, **form.cleaned_data)
        except ValidationError as refusal:
            refused = refusal.messages
        else:
            messages.success(request, moved_words(patient, **form.cleaned_data))
            return redirect("scheduling:patient", pk)
    return page(request, patient, form, form.cleaned_data.get("to"), now, refused)


def chosen(request, form: TransferForm) -> Location | None:
    """Read ?to=lakeside, the only other location without it; 404 for one that is none of the others."""
    others = list(form.others)
    if "to" not in request.GET:
        return others[0] if len(others) == 1 else None
    found = next((one for one in others if one.slug == request.GET["to"]), None)
    if found is None:
        raise Http404("The patient cannot move there.")
    form.initial["to"] = found.slug
    return found


def page(request, patient: Patient, form: TransferForm, to: Location | None, now, refused=()):
    """Draw what another location would mean, or the choice of one."""
    others = list(form.others)
    context = {
        "patient": patient,
        "form": form,
        "others": others,
        "refused": refused,
        "movers": "" if others else movers(patient),
        "page": TransferPage(patient, to, now) if to else None,
    }
    status = 409 if refused else 422 if form.is_bound else 200
    return render(request, "scheduling/transfer.html", context, status=status)


def moved_words(patient: Patient, to: Location, seen: frozenset[int]) -> str:
    """Say what was done."""
    said = f"{patient.full_name} comes to {to.name} now."
    if not seen:
        return said
    visits = "1 visit was" if len(seen) == 1 else f"{len(seen)} visits were"
    return f"{said} {visits} given back: what was to be given then needs a date there."
