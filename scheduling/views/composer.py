"""The plan composer: what the patient wants on one side, the plan it comes to on the other."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinic.access import role
from clinic.models import Patient
from scheduling.actions import plans as actions
from scheduling.composing import answers
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
    return Composer(patient, request.user, today, current_library(), base=base, data=data)


def answered(request, composer: Composer):
    """Show the page, a preview or the options, or propose; a refusal keeps all that was entered."""
    action = request.POST.get("action", "preview")
    if request.method != "POST":
        found = composer.base.recommendation if composer.base else None
        return page(request, composer, found)
    if not composer.is_valid():
        return page(request, composer, status=422 if composer.chosen or action == "propose" else 200)
    location, library = composer.patient.location, composer.library
    if action == "options":
        options = answers.compared(composer.intake, library, location, composer.rounds)
        return render(request, "scheduling/_options.html", {"options": options})
    seconds = answers.PROPOSE if action == "propose" else answers.PREVIEW
    found = answers.answer(composer.intake, library, location, seconds)
    if action != "propose":
        return page(request, composer, found)
    try:
        version = save(request, composer, found)
    except ValidationError as refusal:
        composer.refuse(refusal)
        return page(request, composer, found, status=409)
    messages.success(request, f"{version.plan} is proposed and waits for a provider's review.")
    return redirect("scheduling:plan", version.plan_id)


def save(request, composer: Composer, found) -> PlanVersion:
    """Propose what was found, as a plan of its own or in the place of the version that was changed."""
    facts = {"by": request.user, "found": found, "library": composer.library, "now": timezone.now()}
    if composer.base is None:
        return actions.propose(patient=composer.patient, **facts)
    reason = composer.wish.cleaned_data["reason"]
    return actions.revise(plan=composer.base.plan, seen=composer.seen, reason=reason, **facts)


def page(request, composer: Composer, found=None, status: int = 200):
    """Draw the whole page, or for htmx only the plan beside the form."""
    template = "scheduling/_preview.html" if request.htmx else "scheduling/composer.html"
    shown = preview(composer, found, with_options=request.method == "POST" and not request.htmx)
    return render(request, template, {"composer": composer, "preview": shown}, status=status)
