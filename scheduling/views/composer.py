"""The plan composer: what the patient wants on one side, the plan it comes to on the other."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinic.access import role
from clinic.models import Patient
from scheduling.actions import plans as actions
from scheduling.composing import answers
from scheduling.composing.closing import closing_of
from scheduling.composing.composer import Composer
from scheduling.composing.preview import preview
from scheduling.models import PlanVersion
from treatments.current import current_library

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
@role("coordinator", "provider")
def plan_new(request, pk):
    """Compose a plan for a patient."""
    patient = get_object_or_404(Patient.objects.visible_to(request.user).with_details(), pk=pk)
    return answered(request, opened(request, patient))


@require_http_methods(METHODS)
@role("coordinator", "provider")
def plan_edit(request, pk):
    """Change a plan: what is proposed takes the current version's place."""
    current = PlanVersion.objects.visible_to(request.user).current().with_details()
    version = get_object_or_404(current, plan=pk)
    return answered(request, opened(request, version.plan.patient, version))


def opened(request, patient: Patient, base: PlanVersion | None = None) -> Composer:
    """Open the composer for a patient on the local date of their location."""
    today = timezone.localdate(timezone=patient.location.zone)
    data = request.POST if request.method == "POST" else None
    entered = {"data": data, "drafts": bool(request.htmx), "closing": closing_of(data or request.GET)}
    return Composer(patient, request.user, today, current_library(), base=base, **entered)


def answered(request, composer: Composer):
    """Show the page, or do with what was entered what the button says; a refusal keeps all of it."""
    if request.method != "POST":
        return page(request, composer, composer.base.recommendation if composer.base else None)
    action = request.POST.get("action", "preview")
    if composer.is_valid():
        return ACTIONS.get(action, previewed)(request, composer)
    if action == "options":
        return HttpResponse(status=204)
    return page(request, composer, status=422 if composer.chosen or action == "propose" else 200)


def previewed(request, composer: Composer):
    """Show the plan that what was entered comes to."""
    location = composer.patient.location
    return page(
        request, composer, answers.answer(composer.intake, composer.library, location, answers.PREVIEW)
    )


def compared(request, composer: Composer):
    """Answer with the figures of every option; the options themselves stand on the page already."""
    location = composer.patient.location
    options = answers.compared(composer.intake, composer.library, location, composer.options)
    return render(request, "scheduling/_option_figures.html", {"options": options})


def proposed(request, composer: Composer):
    """Propose the best plan found in the longer time, or show why that is refused."""
    location = composer.patient.location
    found = answers.answer(composer.intake, composer.library, location, answers.PROPOSE)
    try:
        version = save(request, composer, found)
    except ValidationError as refusal:
        composer.refuse(refusal)
        return page(request, composer, found, status=409)
    messages.success(request, f"{version.plan} is proposed and waits for a provider's review.")
    return redirect("scheduling:plan", version.plan_id)


ACTIONS = {"options": compared, "propose": proposed}


def save(request, composer: Composer, found) -> PlanVersion:
    """Propose what was found, as a plan of its own or in the place of the version that was changed."""
    facts = {"by": request.user, "found": found, "library": composer.library}
    facts |= {"now": timezone.now(), "key": composer.key}
    if composer.base is None:
        return actions.propose(patient=composer.patient, **facts)
    reason = composer.wish.cleaned_data["reason"]
    return actions.revise(plan=composer.base.plan, seen=composer.seen, reason=reason, **facts)


def page(request, composer: Composer, found=None, status: int = 200):
    """Draw the whole page, or for htmx only the plan beside the form."""
    template = "scheduling/_preview_swap.html" if request.htmx else "scheduling/composer.html"
    shown = preview(composer, found, with_options=request.method == "POST" and not request.htmx)
    return render(request, template, {"composer": composer, "preview": shown}, status=status)
