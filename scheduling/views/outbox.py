"""What the practice wrote to its patients: what waits, what was sent, and what did not arrive."""

from django import forms
from django.contrib import messages as notices
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Value, When
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from clinic.access import role
from scheduling.actions import sending
from scheduling.messages.texts import with_titles
from scheduling.models import Message

PER_PAGE = 25
senders = role("coordinator", "manager")
State = Message.State
FAILED_FIRST = Case(When(state=State.FAILED, then=Value(0)), default=Value(1), output_field=IntegerField())


class StateForm(forms.Form):
    """Which messages are shown."""

    state = forms.ChoiceField(choices=[("", "All"), *State.choices], required=False)


@require_safe
@senders
def messages(request):
    """Show the messages to the patients of the person's locations, those that did not arrive first."""
    form = StateForm(request.GET)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    found = Message.objects.visible_to(request.user).select_related("patient__location").defer("body")
    if state:
        found = found.filter(state=state)
    found = found.order_by(FAILED_FIRST, "-written_at", "-pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    states = form.fields["state"].choices
    context = {"page": page, "rows": with_titles(page), "state": state, "states": states}
    return render(request, "scheduling/messages.html", context)


@require_POST
@senders
def message_again(request, pk):
    """Send a message again that did not arrive."""
    rows = Message.objects.visible_to(request.user).select_related("patient__location", "booking__location")
    found = get_object_or_404(rows, pk=pk)
    try:
        sending.send_again(by=request.user, message=found, now=timezone.now())
    except ValidationError as refusal:
        notices.error(request, " ".join(refusal.messages))
    else:
        notices.success(request, f"The message to {found.patient.full_name} goes out again.")
    return redirect("scheduling:messages")
