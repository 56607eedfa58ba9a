"""Bring bookings of another system in: manage.py import_bookings FILE.csv --by nora@example.com.

FILE is CSV in UTF-8 with the columns patient_email, birth_date, plan, series, number, date, time, provider
and, where it matters, room: one row for each session, and the rows of one patient on one date and time are
one visit. Plan, series and session numbers are those of the plan's page, dates as 2027-04-13, times as
09:05 on the location's clock, providers and rooms by their names; without a room it is the first that fits.

Every visit is booked by the same rules as on the pages, all of them or none. What stands in the way is named
by line, with what would work; exit status 2 then. With --check nothing is booked in any case.
"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clinic.models import User
from scheduling.importing.file import import_bookings
from scheduling.importing.rows import LONGEST_FILE, BadImport, read_rows

ROLES = (User.Role.COORDINATOR, User.Role.PROVIDER)
SHOWN = 100


class Command(BaseCommand):
    """Imports."""

    help = __doc__

    def add_arguments(self, parser):
        """Name the file, who books, and whether only to check."""
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument(
            "--by", required=True, metavar="EMAIL", help="the coordinator or provider who books"
        )
        parser.add_argument("--check", action="store_true", help="only say what would happen")

    def handle(self, *args, file, by, check, **options):
        """Import, or say line by line what is wrong."""
        user = User.objects.filter(email__iexact=by, role__in=ROLES, is_active=True).first()
        if user is None:
            raise CommandError(f"{ascii(by)[1:-1]} is no coordinator or provider here.", returncode=2)
        try:
            done = import_bookings(by=user, rows=read_rows(read(file)), now=timezone.now(), check=check)
        except OSError as error:
            raise CommandError(f"{ascii(str(file))[1:-1]}: {error.strerror or error}", returncode=2) from None
        except BadImport as bad:
            raise CommandError(refusal(bad), returncode=2) from None
        counted = f"Sessions: {done.sessions}, visits: {done.visits}, plans: {done.plans}."
        self.stdout.write(
            f"{counted} All {'can be booked; nothing was changed.' if check else 'are booked.'}"
        )


def read(file: Path) -> bytes:
    """The bytes of a file; of one that is too long no more than shows it."""
    with file.open("rb") as source:
        return source.read(LONGEST_FILE + 1)


def refusal(bad: BadImport) -> str:
    """What is wrong, line by line, and that nothing was done."""
    lines = [str(one) for one in bad.problems[:SHOWN]]
    if len(bad.problems) > SHOWN:
        lines.append(f"and {len(bad.problems) - SHOWN} more.")
    return "\n".join([*lines, "Nothing was booked."])
