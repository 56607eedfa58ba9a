"""Turn an intake into a plan: manage.py recommend intake.json, or - for standard input.

Prints the problem, its solution and the reasons as JSON. Exit status 2 and one line that names the JSON
path when the intake is malformed; 1 when the time ran out with neither plan nor proof. The clock is not
asked, so that a stored intake gives the same plan on any day; --today refuses a start before that day.
"""

import argparse
from datetime import date

from scheduling.intake.parse import read_intake
from scheduling.intake.recommend import recommend, write_recommendation
from scheduling.intake.strict_json import read_json
from scheduling.management.planning_command import PlanningCommand
from scheduling.time_limit import stop_after


def day(text: str) -> date:
    """A date of the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; write YYYY-MM-DD") from None


class Command(PlanningCommand):
    """Recommends a plan."""

    help = __doc__
    what = "an intake"

    def add_arguments(self, parser):
        """Name the file, the time and the day."""
        super().add_arguments(parser)
        parser.add_argument("--today", type=day, metavar="DATE", help="refuse a start before this day")

    def answer(self, content: bytes, options: dict) -> bool:
        """Recommend a plan for the intake."""
        intake = read_intake(read_json(content), today=options["today"])
        found = recommend(intake, stop=stop_after(options["seconds"]))
        self.print_json(write_recommendation(found))
        return found.solution is not None and found.solution.status == "unknown"
