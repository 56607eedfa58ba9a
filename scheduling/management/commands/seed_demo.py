"""Fill the demo practice: people, hours, plans, a past and booked months. What is there stays as it is."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from scheduling.demo.practice import WEEKS, seed_demo


class Command(BaseCommand):
    """Seeds the demo."""

    help = __doc__

    def add_arguments(self, parser):
        """Name how far the calendar is filled."""
        parser.add_argument(
            "--weeks", type=int, default=WEEKS, help="how many weeks from today on are booked (%(default)s)"
        )

    def handle(self, *args, weeks=WEEKS, **options):
        """Seed, unless this is no demo."""
        if not settings.DEMO:
            raise CommandError("This fills a database with made-up people. Set DEMO=1 if you mean it.")
        seed_demo(timezone.localdate(), timezone.now(), weeks)
        if options["verbosity"]:
            self.stdout.write("The demo practice is filled.")
