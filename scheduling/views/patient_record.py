"""A patient's documents, preferences and data."""

from django.contrib import messages
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.models import Erasure
from scheduling.actions import erasures, preferences
from scheduling.models import PlanVersion, Signature
from scheduling.patient_page import strip
from scheduling.patient_page.care import SHEETS, sheets
from scheduling.patient_page.course import Course
from scheduling.patient_page.expecting import NO_GUARANTEE
from scheduling.patient_page.forms import PreferencesForm
from scheduling.patient_page.page import VisitCard
from scheduling.patient_page.record import as_json
from scheduling.views.patient_own import own
from treatments.current import current_treatments


@require_safe
@own
def my_more(request, course: Course):
    """Show what else there is: check-ins, documents, preferences, data."""
    return render(request, "scheduling/my_more.html")


@require_safe
@own
def my_documents(request, course: Course):
    """List the signed plans and the care sheets that belong to them."""
    signatures = Signature.objects.visible_to(request.user).standing().select_related("version__plan")
    treatments = current_treatments()
    keys = {key.split(".", 1)[0] for one in course.standings for key in one.series}
    kinds = (one.kind for key, one in treatments.items() if key in keys)
    context = {"signatures": signatures, "sheets": sheets(kinds), "course": course}
    return render(request, "scheduling/my_documents.html", context)


@require_safe
@own
def my_document(request, course: Course, pk):
    """Show a signed plan on plain paper: who signed it, when, and what that means."""
    version = get_object_or_404(PlanVersion.objects.visible_to(request.user).with_details(), plan=pk)
    standings = next(one for one in course.standings if one.version.pk == version.pk)
    context = {
        "version": version,
        "signature": version.signature,
        "patient": course.patient,
        "visits": [VisitCard(course, one) for one in course.coming if one.plan_id == version.plan_id],
        "later": sorted(strip.grouped(standings), key=lambda one: one.first),
        "expectations": version.recommendation.expectations,
        "no_guarantee": NO_GUARANTEE,
    }
    return render(request, "scheduling/my_document.html", context)


@require_safe
@own
def my_care(request, course: Course, kind):
    """Show a care sheet on plain paper."""
    if kind not in SHEETS:
        raise Http404(f"There is no care sheet {kind}.")
    return render(request, "scheduling/my_care.html", {"sheet": SHEETS[kind], "course": course})


@require_http_methods(["GET", "HEAD", "POST"])
@own
def my_preferences(request, course: Course):
    """Keep when the patient likes to come, to whom, and whether they want to be reminded."""
    form = PreferencesForm(request.POST or None, user=request.user, patient=course.patient)
    if request.method == "POST" and form.is_valid():
        preferences.save(by=request.user, patient=course.patient, **form.cleaned_data)
        messages.success(request, "Kept. It counts from the next booking on.")
        return redirect("scheduling:my_preferences")
    status = 422 if form.is_bound else 200
    return render(request, "scheduling/my_preferences.html", {"form": form}, status=status)


@require_safe
@own
def my_data(request, course: Course):
    """Show what can be done with what is stored: download it, or ask for erasure."""
    context = {"erasures": Erasure.objects.visible_to(request.user), "course": course}
    return render(request, "scheduling/my_data.html", context)


@require_safe
@own
def my_data_download(request, course: Course):
    """Hand over everything that is stored, as a JSON file that no cache keeps."""
    headers = {
        "Content-Disposition": 'attachment; filename="my-record.json"',
        "Cache-Control": "no-store",
    }
    rows = as_json(request.user, course.patient)
    return StreamingHttpResponse(rows, content_type="application/json", headers=headers)


@require_POST
@own
def my_erasure(request, course: Course):
    """Ask the practice to erase what is stored."""
    erasures.ask(by=request.user, patient=course.patient, now=course.now)
    messages.success(request, "Asked. The practice decides and answers here.")
    return redirect("scheduling:my_data")
