"""Absences: who is away when, which visits that disturbs, and re-planning them one plan after the other."""

import datetime

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import role
from clinic.actions import hours as actions
from clinic.models import Absence, Location, Provider
from clinic.text import TextField
from scheduling.actions import series
from scheduling.boards.absences import AbsencePage, counted_absences
from scheduling.booking_page.forms import CardForm, ShownForm
from scheduling.booking_page.replan import Replan
from scheduling.booking_page.words import reasons
from scheduling.claiming.claims import TakenMeanwhile
from scheduling.composing.forms import DayInput

planners = role("coordinator", "manager")


class AbsenceForm(CardForm):
    """Who is away, from when to when, and why; only providers of the person's own locations."""

    provider = forms.ModelChoiceField(Provider.objects.none(), empty_label="Choose a provider")
    first = forms.DateField(label="First day away", widget=DayInput())
    last = forms.DateField(label="Last day away", widget=DayInput())
    reason = TextField(label="Reason", max_length=100, help_text="Holiday, training, ill.")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = Provider.objects.visible_to(user)

    def clean(self):
        """Refuse an absence that ended already: nothing could be re-planned."""
        found = super().clean()
        last = found.get("last")
        if last and last < timezone.localdate() - datetime.timedelta(days=1):
            self.add_error("last", "These days have passed. Give days from today on.")
        return found


@require_http_methods(["GET", "HEAD", "POST"])
@planners
def absences(request):
    """Show who is away now and later, and record another absence."""
    form = AbsenceForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_absence(by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, f"{made.provider} is away as entered.")
            return redirect("scheduling:absence", made.pk)
    today, locations = timezone.localdate(), list(Location.objects.visible_to(request.user))
    ahead = visible(request.user).filter(last__gte=today)
    context = {"form": form, "absences": counted_absences(list(ahead), locations, today)}
    return render(request, "scheduling/absences.html", context, status=422 if form.is_bound else 200)


@require_safe
@planners
def absence(request, pk):
    """Show the visits an absence disturbs, plan by plan."""
    page = AbsencePage(fetched(request, pk), request.user, timezone.now())
    return render(request, "scheduling/absence.html", {"page": page})


@require_POST
@planners
def absence_end(request, pk):
    """Take an absence back."""
    found = fetched(request, pk)
    actions.end_absence(by=request.user, absence=found)
    messages.success(request, f"{found.provider} works on these days after all.")
    return redirect("scheduling:absences")


@require_http_methods(["GET", "HEAD", "POST"])
@role("coordinator")
def absence_replan(request, pk):
    """Arrange the disturbed plans one after the other, each applied on its own as it was shown."""
    page = AbsencePage(fetched(request, pk), request.user, timezone.now())
    affected = [one.booking.plan_id for one in page.plans]
    if not affected:
        messages.success(request, "No booked visit is affected any more.")
        return redirect("scheduling:absence", pk)
    chosen = asked_plan(request, affected)
    replan, refused = page.replan(chosen), ()
    if request.method == "POST" and replan:
        refused = applied(request, replan)
        if not refused:
            return redirect("scheduling:absence_replan", pk)
    context = {"page": page, "chosen": chosen, "replan": replan, "refused": refused}
    return render(request, "scheduling/absence_replan.html", context, status=409 if refused else 200)


def applied(request, replan: Replan) -> tuple[str, ...]:
    """Apply a re-plan exactly as it was shown; why it was not, if it was not."""
    situation = replan.situation
    try:
        facts = ShownForm(request.POST).facts
        change = series.apply(by=request.user, version=situation.version, now=situation.now, **facts)
    except (ValidationError, TakenMeanwhile) as refusal:
        return reasons(refusal)
    words = f"The visits of {situation.version.plan.patient.full_name} are re-planned."
    messages.success(request, words, extra_tags=str(change.pk))
    return ()


def asked_plan(request, affected: list[int]) -> int:
    """Read ?plan=12, the first of the disturbed plans without one; 404 for one that is none of them."""
    text = request.GET.get("plan")
    if text is None:
        return affected[0]
    chosen = next((one for one in affected if str(one) == text), None)
    if chosen is None:
        raise Http404("This plan is not affected.")
    return chosen


def visible(user):
    """The absences of providers who work at the person's locations."""
    return Absence.objects.filter(provider__in=Provider.objects.visible_to(user)).select_related("provider")


def fetched(request, pk: int) -> Absence:
    """Fetch an absence the person may see."""
    return get_object_or_404(visible(request.user), pk=pk)
