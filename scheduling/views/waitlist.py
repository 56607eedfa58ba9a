"""The waitlist: who waits, which times were freed, to whom they are offered, and what came of it."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import role, staff
from clinic.models import Location, Provider
from clinic.text import TextField
from scheduling.actions import waitlist as actions
from scheduling.boards.freed import Freed, time_of
from scheduling.boards.waitlist import OfferPage, WaitlistPage
from scheduling.booking_page.forms import ANY_DAY, CardForm
from scheduling.claiming.claims import TakenMeanwhile
from scheduling.composing.forms import DayInput
from scheduling.composing.words import WEEKDAYS
from scheduling.models import Change, Offer, Plan, Waiting
from scheduling.places import asked_location
from scheduling.planning.reasons import spoken

METHODS = ["GET", "HEAD", "POST"]
bookers = role("coordinator", "provider")


class WaitForm(CardForm):
    """On which days a patient could come sooner, and not before which day."""

    weekdays = forms.TypedMultipleChoiceField(
        label="Days that suit",
        coerce=int,
        widget=forms.CheckboxSelectMultiple(),
        error_messages={"required": "Choose at least one day."},
    )
    not_before = forms.DateField(label="Not before", widget=DayInput(), required=False)
    note = TextField(
        label="Note",
        max_length=200,
        required=False,
        help_text="How to reach them, how much notice they need.",
    )

    def __init__(self, *args, plan: Plan, **kwargs):
        days = plan.location.weekdays
        super().__init__(*args, initial={"weekdays": days}, **kwargs)
        self.fields["weekdays"].choices = [(day, WEEKDAYS[day]) for day in ANY_DAY if day in days]


@require_safe
@staff
def waitlist(request):
    """Show a location's offers, freed times and waiting patients."""
    location, locations = asked_location(request)
    page = WaitlistPage(location, timezone.now()) if location else None
    template = "scheduling/_waitlist.html" if request.htmx else "scheduling/waitlist.html"
    return render(request, template, {"page": page, "locations": locations})


@require_http_methods(METHODS)
@bookers
def wait(request, pk):
    """Put a plan's patient on the waitlist."""
    plan = get_object_or_404(Plan.objects.visible_to(request.user).with_details(), pk=pk)
    form = WaitForm(request.POST or None, plan=plan)
    if request.method == "POST" and form.is_valid():
        try:
            actions.wait(by=request.user, plan=plan, now=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, f"{plan.patient.full_name} is on the waitlist.")
            return to_waitlist(plan.location)
    status = 422 if form.is_bound else 200
    return render(request, "scheduling/wait.html", {"form": form, "plan": plan}, status=status)


@require_POST
@bookers
def wait_end(request, pk):
    """Take a patient off the waitlist."""
    waiting = get_object_or_404(Waiting.objects.visible_to(request.user).with_details(), pk=pk)
    try:
        actions.stop_waiting(by=request.user, waiting=waiting, now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, in_words(refusal))
    else:
        messages.success(request, f"{waiting.plan.patient.full_name} is off the waitlist.")
    return to_waitlist(waiting.location)


@require_http_methods(METHODS)
@bookers
def freed(request, place, pk, day, minute, length):
    """Show whom a freed time suits, the most urgent first, and hold it for the one it is offered to."""
    now = timezone.now()
    time = asked_time(request, place, pk, day, minute, length)
    if request.method == "POST":
        return offered(request, time, now)
    return render(request, "scheduling/freed.html", {"page": OfferPage(time, now)})


def offered(request, time: Freed, now):
    """Hold the time for the patient who was chosen, or say why it cannot be."""
    rows = Waiting.objects.visible_to(request.user).active().with_details()
    text = request.POST.get("waiting", "")
    waiting = get_object_or_404(rows, pk=int(text) if text.isdecimal() and len(text) < 19 else 0)
    try:
        made = actions.offer(by=request.user, waiting=waiting, time=time, now=now)
    except (ValidationError, TakenMeanwhile) as refusal:
        messages.error(request, in_words(refusal))
        return redirect(request.path)
    until = made.hold.held_until.astimezone(time.location.zone)
    messages.success(request, f"Held for {waiting.plan.patient.full_name} until {until:%H:%M}.")
    return to_waitlist(time.location)


@require_POST
@bookers
def offer_accept(request, pk):
    """Book the offered time for the patient it is held for."""
    found = fetched(request, pk)
    patient, when = found.waiting.plan.patient, f"{spoken(found.date)}"
    return decided(request, found, actions.accept, f"{patient.full_name} comes on {when}. It is booked.")


@require_POST
@bookers
def offer_decline(request, pk):
    """Give the offered time back: the patient cannot take it."""
    found = fetched(request, pk)
    return decided(request, found, actions.decline, "The time is free again. Offer it to the next.")


def decided(request, offer: Offer, action, words: str):
    """Carry out a decision on an offer and say so, or why it cannot be done any more."""
    try:
        made = action(by=request.user, offer=offer, now=timezone.now())
    except (ValidationError, TakenMeanwhile) as refusal:
        messages.error(request, in_words(refusal))
    else:
        messages.success(request, words, extra_tags=str(made.pk) if isinstance(made, Change) else "")
    return to_waitlist(offer.waiting.location)


def fetched(request, pk: int) -> Offer:
    """Fetch an offer the person may see."""
    return get_object_or_404(Offer.objects.visible_to(request.user).with_details(), pk=pk)


def asked_time(request, place: str, pk: int, day, minute: int, length: int) -> Freed:
    """Read a freed time from its address; 404 for a time or a provider that does not exist there."""
    location = get_object_or_404(Location.objects.visible_to(request.user), slug=place)
    here = Provider.objects.visible_to(request.user).who_treat_at([location])
    time = time_of(location, get_object_or_404(here, pk=pk), day, minute, length)
    if time is None:
        raise Http404("There is no such time.")
    return time


def in_words(refusal: ValidationError | TakenMeanwhile) -> str:
    """Why something could not be done."""
    return " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)


def to_waitlist(location: Location):
    """Lead to the waitlist of a location."""
    return redirect(f"{reverse('scheduling:waitlist')}?location={location.slug}")
