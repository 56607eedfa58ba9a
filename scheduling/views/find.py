"""Find a patient from any page: their identity and how their plan stands."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.access import staff
from clinic.forms import SearchForm
from clinic.models import Patient
from scheduling.models import PlanVersion

MOST = 8


@require_safe
@staff
def find(request):
    """Show the patients that a text finds; htmx asks for the list under the box of the page's head."""
    form = SearchForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    found = Patient.objects.visible_to(request.user).with_details().search(text)
    patients = list(found[: MOST + 1]) if text.strip() else []
    context = {"patients": with_plans(patients[:MOST]), "more": len(patients) > MOST, "text": text}
    template = "scheduling/_found.html" if request.htmx else "scheduling/find.html"
    return render(request, template, {**context, "form": form, "most": MOST})


def with_plans(patients: list[Patient]) -> list[tuple[Patient, list[PlanVersion]]]:
    """Patients with the current versions of their plans, in one query."""
    plans: dict[int, list[PlanVersion]] = {one.pk: [] for one in patients}
    current = PlanVersion.objects.current().filter(plan__patient__in=patients).select_related("plan")
    for version in current.defer("content").order_by("-plan__number"):
        plans[version.plan.patient_id].append(version)
    return [(one, plans[one.pk]) for one in patients]
