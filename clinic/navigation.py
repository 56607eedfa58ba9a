"""Where one can go from every page: the navigation by role, and the demo's doors."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from clinic.demo import ACCOUNTS


@dataclass(frozen=True)
class Entry:
    """One place in the navigation."""

    label: str
    icon: str
    url: str
    current: bool


STAFF = (
    ("Today", "sun", "scheduling:today"),
    ("Calendar", "calendar-days", "scheduling:calendar"),
    ("Due", "clock-alert", "scheduling:due"),
    ("Waitlist", "hourglass", "scheduling:waitlist"),
    ("Patients", "users", "clinic:patients"),
    ("Catalogue", "book-open", "treatments:catalogue"),
)
PATIENT = (("My plan", "calendar-heart", "clinic:home"),)


def navigation(request):
    """Offer the signed-in person's entries to every template as `navigation`."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": ()}
    places = PATIENT if user.role == user.Role.PATIENT else STAFF
    return {"navigation": tuple(entry for place in places if (entry := entry_for(request, *place)))}


def demo_accounts(request):
    """Offer the demo's accounts to the sign-in page as `demo_accounts`, when DEMO is on."""
    return {"demo_accounts": ACCOUNTS if settings.DEMO else ()}


def entry_for(request, label: str, icon: str, name: str) -> Entry | None:
    """Build one entry, marked current when the page lies under it; None when the page does not exist."""
    try:
        url = reverse(name)
    except NoReverseMatch:
        return None
    return Entry(
        label, icon, url, current=request.path == url or (url != "/" and request.path.startswith(url))
    )
