"""Load the default library into the database."""

from django.core.management.base import BaseCommand, CommandError

from treatments.library import BadLibrary, load_library
from treatments.shipping import ship


class Command(BaseCommand):
    """Loads the default protocols; what the practice has edited stays as it is."""

    help = (
        "Load the default library: treatments, areas, protocols, rules and sources. Safe to run again: "
        "what is unchanged stays, and what the practice has edited is reported, never overwritten."
    )

    def handle(self, *args, **options):
        """Load it and say what that changed; a library that is wrong changes nothing."""
        try:
            library = load_library()
            loaded = ship(library)
        except BadLibrary as problem:
            raise CommandError(str(problem), returncode=2) from problem
        self.stdout.write(self.words(library.version, loaded))
        for key in loaded.kept:
            self.stdout.write(f"Kept the practice's own {key}; the library now differs from what it shipped.")
        for key in loaded.gone:
            self.stdout.write(f"The library no longer holds {key}; it stays in the catalogue.")

    def words(self, version: int, loaded) -> str:
        """Sum the run up in one line."""
        if not loaded.changed:
            return f"Default library {version}: nothing to change."
        return f"Default library {version}: {len(loaded.new)} new, {len(loaded.updated)} brought up to date."
