"""The due list: every plan with a session in need of a date, the most overdue first."""

from django import forms
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.access import staff
from clinic.models import Location, Patient
from clinic.text import TextField
from scheduling.boards.due import DueList
from scheduling.models import Session

PER_PAGE = 15
WITHIN = {"overdue": -1, "14": 14, "30": 30, "all": None}
CHOICES = (
    ("all", "All without a date"),
    ("30", "Due in 30 days"),
    ("14", "Due in 14 days"),
    ("overdue", "Overdue"),
)


class DueForm(forms.Form):
    """How soon, where and for whom: what a due list is narrowed by."""

    due = forms.ChoiceField(label="Which sessions", choices=CHOICES, required=False)
    location = forms.ModelChoiceField(
        Location.objects.none(), to_field_name="slug", required=False, empty_label="All my locations"
    )
    q = TextField(label="Find a patient", max_length=200, required=False)

    def __init__(self, *args, locations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["location"].queryset = locations


@require_safe
@staff
def due_list(request):
    """Show the sessions in need of a date plan by plan, filtered, searched and paged."""
    locations = Location.objects.visible_to(request.user)
    form = DueForm(request.GET, locations=locations)
    found, text, sooner = None, "", "all"
    if form.is_valid():
        text, sooner = form.cleaned_data["q"], form.cleaned_data["due"] or "all"
        found = listed(request.user, form.cleaned_data["location"], text, WITHIN[sooner])
    page = Paginator(found or (), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "form": form, "text": text, "sooner": sooner}
    context["sessions"] = found.sessions if found else 0
    context["names"] = {one.pk: one.name for one in locations} if len(locations) > 1 else {}
    return render(request, "scheduling/_due_rows.html" if request.htmx else "scheduling/due.html", context)


def listed(user, location: Location | None, text: str, within: int | None) -> DueList:
    """What a person may see, at one of their locations or all, of the patients found by a text."""
    places = [location] if location else Location.objects.visible_to(user)
    todays = {one.pk: timezone.localdate(timezone=one.zone) for one in places}
    sessions = Session.objects.visible_to(user)
    if text:
        sessions = sessions.of_patients(Patient.objects.visible_to(user).search(text))
    return DueList(sessions, todays, within)
