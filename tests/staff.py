"""Who works where in tests."""

from clinic.models import Location, StaffRole, User


def let_work(user: User, *locations: Location, role: str = "") -> None:
    """Give somebody their role, or another one, at locations."""
    for location in locations:
        StaffRole.objects.get_or_create(user=user, location=location, role=role or user.role)


def shown_roles(browser, person: User) -> dict[str, str]:
    """Open the page of somebody's work; what it sends along of the roles that it showed."""
    form = browser.get(f"/manage/people/{person.pk}/").context["form"]
    return {"seen": form["seen"].value()}
