"""Open a location: manage.py add_location "Park Street" --zone America/New_York."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.text import slugify

from clinic.actions.locations import open_location
from clinic.models.location import monday_to_friday


class Command(BaseCommand):
    """Adds one location."""

    help = __doc__

    def add_arguments(self, parser):
        """Name the location's facts."""
        parser.add_argument("name")
        parser.add_argument("--zone", required=True, help="time zone, such as America/New_York")
        parser.add_argument(
            "--weekdays", nargs="+", type=int, default=monday_to_friday(), help="1 Monday to 7 Sunday"
        )
        parser.add_argument("--address", default="")

    def handle(self, *args, name, zone, weekdays, address, **options):
        """Add it, or say which fact is wrong."""
        facts = {"name": name, "slug": slugify(name), "time_zone": zone, "weekdays": weekdays}
        try:
            location = open_location(by=None, address=address, **facts)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages), returncode=2) from error
        self.stdout.write(f"{location.name} is open; its short name is {location.slug}.")
