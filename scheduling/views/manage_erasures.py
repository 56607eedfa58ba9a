"""Patients' wishes for erasure: what would go and what must stay, and the decision."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import F
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from clinic.access import role, seen
from clinic.models import Erasure
from clinic.text import TextField
from scheduling.actions import erasing
from scheduling.booking_page.forms import CardForm
from scheduling.erasing.outlook import outlook

PER_PAGE = 25
managers = role("manager")


class RefusalForm(CardForm):
    """Why a wish is refused, in words for the patient."""

    because = TextField(
        label="Reason",
        max_length=300,
        help_text="The patient reads this. Name the rule and how long the record must be kept.",
    )


class ErasingForm(CardForm):
    """That the manager has read what goes and what stays."""

    understood = forms.BooleanField(label="I have read what goes and what stays. This cannot be undone.")


@require_safe
@managers
def erasures(request):
    """Show the wishes, the open ones first."""
    open_first = F("decided_at").desc(nulls_first=True)
    page = Paginator(wishes(request).order_by(open_first, "-asked_at", "pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    return render(request, "scheduling/manage/erasures.html", {"page": page, "tab": "erasures"})


@require_safe
@managers
def erasure(request, pk):
    """Show one wish with what carrying it out would do."""
    found = get_object_or_404(wishes(request), pk=pk)
    seen(request, found.patient, "erasure")
    return shown(request, found)


@require_POST
@managers
def erasure_refuse(request, pk):
    """Refuse a wish with the reason."""
    found, form = get_object_or_404(wishes(request), pk=pk), RefusalForm(request.POST)
    if form.is_valid() and done(form, erasing.refuse, found, by=request.user, **form.cleaned_data):
        messages.success(request, "The wish is refused; the patient reads the reason.")
        return redirect("scheduling:manage_erasures")
    return shown(request, found, refusal=form, status=422)


@require_POST
@managers
def erasure_carry_out(request, pk):
    """Erase who the patient is."""
    found, form = get_object_or_404(wishes(request), pk=pk), ErasingForm(request.POST)
    if form.is_valid() and done(form, erasing.carry_out, found, by=request.user):
        messages.success(request, "The patient's data is erased. What was done stays, under a number.")
        return redirect("scheduling:manage_erasures")
    return shown(request, found, erasing_form=form, status=422)


def wishes(request):
    """The wishes of the manager's patients."""
    return Erasure.objects.visible_to(request.user).select_related(
        "patient__location", "patient__user", "decided_by"
    )


def done(form, action, found: Erasure, **facts) -> bool:
    """Carry out a decision; why it cannot be goes into the form."""
    try:
        action(erasure=found, now=timezone.now(), **facts)
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
        return False
    return True


def shown(request, found: Erasure, refusal=None, erasing_form=None, status: int = 200):
    """Draw the page of one wish."""
    context = {
        "erasure": found,
        "outlook": None if found.decided_at else outlook(found.patient, timezone.now()),
        "refusal": refusal or RefusalForm(),
        "erasing_form": erasing_form or ErasingForm(),
        "tab": "erasures",
    }
    return render(request, "scheduling/manage/erasure.html", context, status=status)
