"""Proposals to change a course: their evidence, accepted in the composer or dismissed with the reason."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from clinic.access import role
from clinic.models import AccessEntry
from clinic.text import TextField
from scheduling.actions import proposals as actions
from scheduling.booking_page.forms import CardForm
from scheduling.chairside.evidence import proposals_for
from scheduling.models import Plan

PER_PAGE = 15


class DismissForm(CardForm):
    """Why a proposal is not followed."""

    reason = TextField(
        label="Why not",
        max_length=300,
        error_messages={"required": "Say why the course stays as it is."},
    )


@require_safe
@role("provider")
def proposals(request):
    """Show everything proposed, with its evidence."""
    return page(request)


@require_POST
@role("provider")
def proposal_dismiss(request, pk):
    """Dismiss what is proposed of one series of a plan."""
    plan = get_object_or_404(Plan.objects.visible_to(request.user).with_details(), pk=pk)
    series, form = request.POST.get("series", ""), DismissForm(request.POST)
    found = next((one for one in proposals_for(request.user, pk) if one.proposal.key == series), None)
    if found is None:
        messages.info(request, "Nothing is proposed for this series any more.")
        return redirect("scheduling:proposals")
    if not form.is_valid():
        return page(request, refused=(pk, series, form), status=422)
    one = found.proposal
    facts = {"series": one.key, "round": one.round, "kind": one.kind, "reason": form.cleaned_data["reason"]}
    try:
        actions.dismiss(by=request.user, plan=plan, now=timezone.now(), **facts)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"Dismissed: {found.patient.full_name}'s {found.name} stays as planned.")
    return redirect("scheduling:proposals")


def page(request, refused=None, status: int = 200):
    """Draw the list, with a form that was refused in its place."""
    shown = Paginator(proposals_for(request.user), PER_PAGE).get_page(request.GET.get("page"))
    patients = {one.patient.pk for one in shown}
    AccessEntry.objects.bulk_create(
        AccessEntry(actor=request.user, patient_id=pk, page="proposals") for pk in sorted(patients)
    )
    context = {"page": shown, "refused": refused, "dismissing": DismissForm()}
    return render(request, "scheduling/proposals.html", context, status=status)
