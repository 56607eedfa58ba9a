"""Which of a person's locations a page is about."""

from django.http import Http404

from clinic.models import Location


def asked_location(request) -> tuple[Location | None, tuple[Location, ...]]:
    """Read ?location=park-street, the person's first location without one, and all of theirs.

    None for somebody without a location; 404 for one that is not theirs.
    """
    locations = tuple(Location.objects.visible_to(request.user))
    slug = request.GET.get("location") or (locations[0].slug if locations else None)
    found = next((one for one in locations if one.slug == slug), None)
    if slug and found is None:
        raise Http404("You do not work at this location.")
    return found, locations
