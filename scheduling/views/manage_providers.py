"""A provider as managers look after them: the name patients read, what they may give, and their shifts."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from clinic.access import role
from clinic.actions import hours
from clinic.actions.people import print_as
from clinic.models import Location, Provider, Shift
from scheduling.managing.forms import LastDayForm, ProviderForm, ShiftForm
from treatments.capabilities import set_credentials

managers = role("manager")


@require_http_methods(["GET", "HEAD", "POST"])
@managers
def provider(request, pk):
    """Show a provider, and change their printed name and what they may give."""
    found = fetched(request, pk)
    form = ProviderForm(request.POST or None, initial=facts_of(found))
    if request.method == "POST" and form.is_valid():
        try:
            change(request.user, found, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, f"{form.cleaned_data['printed_name']} is changed.")
            return redirect("scheduling:manage_provider", pk)
    return shown(request, found, form=form, status=422 if form.is_bound else 200)


@transaction.atomic
def change(by, found: Provider, *, treatments, **printed) -> None:
    """Change what patients read of a provider and what they may give, or neither."""
    print_as(by=by, provider=found, **printed)
    set_credentials(by=by, provider=found, treatments=treatments)


@require_POST
@managers
def shift_add(request, pk):
    """Add weekly working hours on some weekdays."""
    found, form = fetched(request, pk), ShiftForm(request.POST, user=request.user)
    if form.is_valid():
        try:
            add_shifts(request.user, found, form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, f"The shifts of {found} are added.")
            return redirect("scheduling:manage_provider", pk)
    return shown(request, found, shift_form=form, status=422)


@transaction.atomic
def add_shifts(by, found: Provider, asked) -> None:
    """Add a shift for each weekday, or none of them."""
    starts, ends = asked["hours"]
    times = {"starts": starts, "ends": ends, "first": asked["first"], "last": asked["last"]}
    for weekday in asked["weekdays"]:
        hours.add_shift(by=by, provider=found, location=asked["location"], weekday=weekday, **times)


@require_POST
@managers
def shift_end(request, pk):
    """Let a shift end on a day."""
    mine = Shift.objects.filter(location__in=Location.objects.visible_to(request.user))
    shift, form = (
        get_object_or_404(mine.select_related("provider", "location"), pk=pk),
        LastDayForm(request.POST),
    )
    if not form.is_valid():
        messages.error(request, "Give the last day of the shift as a date.")
        return redirect("scheduling:manage_provider", shift.provider_id)
    try:
        hours.end_shift(by=request.user, shift=shift, last=form.cleaned_data["last"])
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"{shift} ends as entered. Visits booked later are on Affected visits.")
    return redirect("scheduling:manage_provider", shift.provider_id)


def fetched(request, pk: int) -> Provider:
    """Fetch a provider of the manager's locations."""
    return get_object_or_404(Provider.objects.visible_to(request.user).select_related("user"), pk=pk)


def facts_of(found: Provider) -> dict:
    """Give what the form of a provider begins with."""
    keys = [one.treatment.key for one in found.credentials.select_related("treatment")]
    return {"printed_name": found.printed_name, "title": found.title, "treatments": keys}


def shown(request, found: Provider, form=None, shift_form=None, status: int = 200):
    """Draw a provider's page with the shifts at the manager's locations."""
    today = timezone.localdate()
    mine = found.shifts.filter(location__in=Location.objects.visible_to(request.user))
    ahead = mine.exclude(last__lt=today).select_related("location", "provider")
    context = {
        "provider": found,
        "form": form or ProviderForm(initial=facts_of(found)),
        "shift_form": shift_form or ShiftForm(user=request.user, initial={"first": today}),
        "shifts": ahead.order_by("location", "weekday", "starts"),
        "today": today,
        "tab": "people",
    }
    return render(request, "scheduling/manage/provider.html", context, status=status)
