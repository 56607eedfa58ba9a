"""Print who may use what."""

import json
import logging

from django.core.management.base import BaseCommand

from clinic.route_access import METHODS, ROLES, STRANGER, routes, table


class Command(BaseCommand):
    """Prints the access table, read from the views themselves."""

    help = (
        "Print what every route answers to every role, for one's own object, another patient's of the same "
        "location and another location's. tests/test_access.py holds the software to it."
    )

    def add_arguments(self, parser):
        """Offer JSON for machines."""
        parser.add_argument("--json", action="store_true", help="one object for each answer")

    def handle(self, *args, **options):
        """Print it; each view is asked for its methods, and its refusal is no event to log."""
        logging.getLogger("django.request").setLevel(logging.ERROR)
        if options["json"]:
            self.stdout.write(json.dumps(table(), indent=1))
            return
        for route in routes():
            self.stdout.write(f"/{route.pattern}  ({route.name})")
            for line in self.lines(route):
                self.stdout.write(f"    {line}")

    def lines(self, route):
        """Put a route's answers into words: one line for each method and whose object."""
        for method in METHODS:
            for whose in route.whose:
                answers = {role: route.answer(method, role, whose) for role in (STRANGER, *ROLES)}
                yield f"{method:5}{whose:9}" + "  ".join(f"{role}: {said}" for role, said in answers.items())
