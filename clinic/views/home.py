"""Where a person lands, by role."""

from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from clinic.models import Patient


@require_safe
def home(request):
    """Lead staff to their day and a patient to their own plan."""
    if request.user.works_here:
        return redirect("scheduling:today")
    try:
        return redirect(reverse("scheduling:my_plan"))
    except NoReverseMatch:
        own = Patient.objects.visible_to(request.user).with_details().first()
        return render(request, "clinic/own_page.html", {"patient": own})
