"""What the planning commands share: their file, their time, and how they refuse."""

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from scheduling.intake.strict_json import LONGEST_TEXT
from scheduling.planning.reading import Malformed
from scheduling.planning.tables import TooLarge

MALFORMED, UNDECIDED = 2, 1


class PlanningCommand(BaseCommand):
    """A command that reads JSON, needs no database and answers with JSON alone."""

    requires_system_checks: list[str] = []
    what = "input"

    def add_arguments(self, parser):
        """Name the file and the time."""
        parser.add_argument("file", metavar="FILE", help=f"{self.what} as JSON; - reads standard input")
        parser.add_argument(
            "--seconds",
            type=seconds,
            default=60,
            help="time for one plan (60); a plan without proof says feasible; 0 is no limit",
        )

    def handle(self, *args, file, **options):
        """Print the answer, or one line that names the JSON path of what is wrong."""
        try:
            content = read(file)
            undecided = self.answer(content, options)
        except OSError as error:
            raise CommandError(
                f"{ascii(file)[1:-1]}: {error.strerror or error}", returncode=MALFORMED
            ) from None
        except ValueError as error:
            if isinstance(error, Malformed):
                raise CommandError(str(error), returncode=MALFORMED) from None
            if isinstance(error, TooLarge):
                raise CommandError(f"$: {error}", returncode=MALFORMED) from None
            raise
        if undecided:
            raise CommandError(
                f"No plan and no proof that there is none within {options['seconds']:g} seconds.",
                returncode=UNDECIDED,
            )

    def answer(self, content, options) -> bool:
        """Write the answer to the content; whether it was left undecided."""
        raise CommandError("This command answers nothing.")

    def print_json(self, data: object, indent: int | None = 2) -> None:
        """Write JSON in ASCII, so that no terminal's encoding can break it."""
        self.stdout.write(json.dumps(data, indent=indent))
        self.stdout.flush()


def read(file: str) -> bytes:
    """The bytes of a file, or of standard input for -; of one that is too long no more than shows it."""
    if file != "-":
        with Path(file).open("rb") as source:
            return source.read(LONGEST_TEXT + 1)
    if sys.stdin is None:
        raise OSError("standard input is closed")
    return sys.stdin.buffer.read(LONGEST_TEXT + 1)


def seconds(text: str) -> float:
    """A number of seconds of at least 0, for the command line."""
    found = float(text)
    if not 0 <= found < float("inf"):
        raise ValueError(text)
    return found
