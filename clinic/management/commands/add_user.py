"""Give a person an account: manage.py add_user ann@example.com "Ann Lee" coordinator --at park-street."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from clinic.actions.users import add_user
from clinic.models import Location, User


class Command(BaseCommand):
    """Adds one account."""

    help = __doc__

    def add_arguments(self, parser):
        """Name the account's facts."""
        parser.add_argument("email")
        parser.add_argument("name")
        parser.add_argument("role", choices=[role for role in User.Role.values if role != User.Role.PATIENT])
        parser.add_argument("--at", nargs="+", required=True, metavar="LOCATION", help="short names")

    def handle(self, *args, email, name, role, at, **options):
        """Add it, or say which fact is wrong."""
        places = Location.objects.filter(slug__in=at)
        if unknown := sorted(set(at) - {place.slug for place in places}):
            known = (
                ", ".join(Location.objects.values_list("slug", flat=True)) or "none yet (use add_location)"
            )
            raise CommandError(f"No location {', '.join(unknown)}. Known: {known}.", returncode=2)
        try:
            add_user(by=None, email=email, name=name, role=role, locations=places)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages), returncode=2) from error
        self.stdout.write(f"{name} can now set a password: “Forgot your password?” on the sign-in page.")
