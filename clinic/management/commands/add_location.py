"""Open a location: manage.py add_location "Park Street" --zone America/New_York --hours 09:00-17:00."""

import re

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.text import slugify

from clinic.actions.hours import set_hours
from clinic.actions.locations import open_location
from clinic.models.location import monday_to_friday

CLOCK = "([01]?[0-9]|2[0-4]):([0-5][0-9])"
FACTS = ("address", "phone", "notice_hours", "reminder_days")
HOURS = re.compile(f"{CLOCK}-{CLOCK}")


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
        parser.add_argument(
            "--hours", default="09:00-17:00", help="when it is open on each of them (%(default)s)"
        )
        parser.add_argument("--address", default="")
        parser.add_argument("--phone", default="", help="the number patients call")
        parser.add_argument(
            "--notice-hours", type=int, default=24, help="until then patients move a visit (%(default)s)"
        )
        parser.add_argument(
            "--reminder-days", type=int, default=2, help="days before a visit its reminder goes (%(default)s)"
        )

    def handle(self, *args, name, zone, weekdays, hours, **options):
        """Add it with its opening hours, or say which fact is wrong and add nothing."""
        facts = {"name": name, "slug": slugify(name), "time_zone": zone, "weekdays": weekdays}
        facts |= {fact: options[fact] for fact in FACTS}
        opens, closes = read_hours(hours)
        try:
            with transaction.atomic():
                location = open_location(by=None, **facts)
                set_hours(by=None, location=location, hours=[(day, opens, closes) for day in weekdays])
        except ValidationError as error:
            raise CommandError("; ".join(error.messages), returncode=2) from error
        self.stdout.write(f"{location.name} is open {hours}; its short name is {location.slug}.")


def read_hours(text: str) -> tuple[int, int]:
    """Read hours such as 09:00-17:00 as minutes after midnight; CommandError says what would be right."""
    found = HOURS.fullmatch(text)
    if not found:
        raise CommandError(f"“{text}” are no hours: write them like 09:00-17:00.", returncode=2)
    hour, minute, to_hour, to_minute = map(int, found.groups())
    return hour * 60 + minute, to_hour * 60 + to_minute
