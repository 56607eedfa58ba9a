"""Who works where in tests."""

from clinic.models import Location, StaffRole, User


def let_work(user: User, *locations: Location, role: str = "") -> None:
    """Give somebody their role, or another one, at locations."""
    for location in locations:
        StaffRole.objects.get_or_create(user=user, location=location, role=role or user.role)
