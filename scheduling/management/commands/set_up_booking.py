"""Set locations up for booking: manage.py set_up_booking practice.toml.

The file names hours, rooms, devices and providers with their shifts; README.md shows one. All of it is
carried out, or nothing and a line that names the place in the file; exit status 2 then.
"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from scheduling.setting_up import BadSetup, read, set_up


class Command(BaseCommand):
    """Sets up."""

    help = __doc__

    def add_arguments(self, parser):
        """Name the file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args, file, **options):
        """Carry it out, or say what is wrong."""
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.", returncode=2) from error
        try:
            done = set_up(read(content), timezone.localdate())
        except BadSetup as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(f"Ready for booking: {', '.join(one.name for one in done)}.")
