"""The visits that cannot take place as booked: what is wrong with each, and what mends it."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.access import staff
from scheduling.boards.affected_plans import AffectedPlans
from scheduling.places import asked_location

PER_PAGE = 25


@require_safe
@staff
def affected(request):
    """Show a location's coming visits that its hours, people, rooms or devices can no longer keep."""
    location, locations = asked_location(request)
    if location is None:
        raise Http404("You work at no location.")
    found = AffectedPlans(location, timezone.now())
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "visits": len(found.visits), "location": location, "locations": locations}
    return render(request, "scheduling/affected.html", context)
