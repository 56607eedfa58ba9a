"""Where a person lands, by role."""

from django.shortcuts import redirect
from django.views.decorators.http import require_safe


@require_safe
def home(request):
    """Lead staff to their day and a patient to their own plan."""
    if request.user.works_here:
        return redirect("scheduling:today")
    return redirect("scheduling:my_plan")
