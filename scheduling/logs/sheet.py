"""A log as a file for a spreadsheet."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from scheduling.logs.audit import Entry
from scheduling.spreadsheet import as_csv

COLUMNS = ("When", "Who", "What", "Patient", "Location")


def sheet(entries: Iterable[Entry], zone: ZoneInfo) -> str:
    """Write lines of a log as CSV with local times."""
    return as_csv(COLUMNS, (row(one, zone) for one in entries))


def row(one: Entry, zone: ZoneInfo) -> tuple[str, ...]:
    """The cells of one line."""
    return f"{one.at.astimezone(zone):%Y-%m-%d %H:%M}", one.who, one.did, one.patient, one.place
