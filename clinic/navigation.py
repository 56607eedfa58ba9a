"""Where one can go from every page: the navigation by role, and the demo's doors."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from clinic.demo import ACCOUNTS

IN_THE_BAR = 6  # with “More” seven: what a thumb can tell apart on a phone


@dataclass(frozen=True)
class Entry:
    """One place in the navigation; `key` is the letter that leads there after g."""

    label: str
    icon: str
    url: str
    current: bool
    key: str = ""


# Label, icon, name of the route; then the roles that see it, where not everybody of the staff does.
# The first six of a role stand in the bar, the others under “More”: put what is used hourly first,
# for every role here and for one of them in FIRST.
STAFF = (
    ("Today", "sun", "scheduling:today"),
    ("Calendar", "calendar-days", "scheduling:calendar"),
    ("Review", "clipboard-check", "scheduling:review", "provider"),
    ("Due", "clock-alert", "scheduling:due"),
    ("Waitlist", "hourglass", "scheduling:waitlist"),
    ("Patients", "users", "clinic:patients"),
    ("Catalogue", "book-open", "treatments:catalogue"),
    ("Messages", "mail", "scheduling:messages", "coordinator", "manager"),
    ("Proposals", "lightbulb", "scheduling:proposals", "provider"),
    ("Lots", "package-search", "scheduling:lots", "provider", "manager"),
    ("Manage", "sliders-horizontal", "clinic:manage", "manager"),
    ("Lab", "flask-conical", "scheduling:lab", "provider", "manager"),
)
FIRST = {"manager": ("Today", "Calendar", "Manage", "Patients", "Messages", "Lab")}
PATIENT = (
    ("Plan", "calendar-heart", "scheduling:my_plan"),
    ("Visits", "calendar-days", "scheduling:my_visits"),
    ("Events", "party-popper", "scheduling:my_events"),
    ("Ask", "message-circle-question-mark", "scheduling:my_questions"),
    ("More", "ellipsis", "scheduling:my_more"),
)
# What only the demo and a developer need: always under “More”.
WORKSHOP = (("Gallery", "swatch-book", "scheduling:gallery"),)
KEYS = {
    "scheduling:today": "t",
    "scheduling:calendar": "c",
    "scheduling:due": "d",
    "scheduling:waitlist": "w",
    "clinic:patients": "p",
    "scheduling:review": "r",
    "treatments:catalogue": "l",
}


def navigation(request):
    """Offer the signed-in person's entries to every template: `navigation`, and `more_places` beside it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": (), "more_places": ()}
    workshop = WORKSHOP if user.works_here and (settings.DEMO or settings.DEBUG) else ()
    seen, rest = (resolved(some) for some in (places(user), workshop))
    here = max((url for *_, url in seen + rest if lies_under(request.path, url)), key=len, default="")
    entries = [entry_for(place, url, url == here) for *place, url in seen + rest]
    bar = min(IN_THE_BAR, len(seen))
    return {"navigation": tuple(entries[:bar]), "more_places": tuple(entries[bar:])}


def places(user) -> tuple[tuple[str, ...], ...]:
    """List the places that a person's role sees, in its order of the navigation."""
    everywhere = PATIENT if user.role == user.Role.PATIENT else STAFF
    first = FIRST.get(user.role, ())
    seen = [place for place in everywhere if not place[3:] or user.role in place[3:]]
    return tuple(sorted(seen, key=lambda place: first.index(place[0]) if place[0] in first else len(first)))


def demo_accounts(request):
    """Offer the demo's accounts to the sign-in page as `demo_accounts`, when DEMO is on."""
    return {"demo_accounts": ACCOUNTS if settings.DEMO else ()}


def resolved(some) -> list[tuple[str, str, str, str]]:
    """Add each place's address behind it; a place whose page does not exist falls out."""
    found = []
    for label, icon, name, *_ in some:
        try:
            found.append((label, icon, name, reverse(name)))
        except NoReverseMatch:
            continue
    return found


def lies_under(path: str, url: str) -> bool:
    """Whether a page's address is an entry's own or lies under it."""
    return path == url or (url != "/" and path.startswith(url))


def entry_for(place, url: str, current: bool) -> Entry:
    """Build one entry; of two that a page lies under, the caller marks the nearer one current."""
    label, icon, name = place
    return Entry(label, icon, url, current, KEYS.get(name, ""))
