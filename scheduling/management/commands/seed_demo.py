"""Fill the demo practice: people, places and plans. What is there already stays as it is."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from scheduling.demo import seed_demo


class Command(BaseCommand):
    """Seeds the demo."""

    help = __doc__

    def handle(self, *args, **options):
        """Seed, unless this is no demo."""
        if not settings.DEMO:
            raise CommandError("This fills a database with made-up people. Set DEMO=1 if you mean it.")
        now = timezone.now()
        seed_demo(timezone.localdate(), now)
        if options["verbosity"]:
            self.stdout.write("The demo practice is filled.")
