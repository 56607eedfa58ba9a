"""A log as a file for a spreadsheet, in which no cell can be a formula."""

import csv
import io
import unicodedata
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from scheduling.logs.audit import Entry

COLUMNS = ("When", "Who", "What", "Patient", "Location")
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def sheet(entries: Iterable[Entry], zone: ZoneInfo) -> str:
    """Write lines of a log as CSV with local times."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for one in entries:
        when = one.at.astimezone(zone)
        rows.writerow(
            harmless(cell) for cell in (f"{when:%Y-%m-%d %H:%M}", one.who, one.did, one.patient, one.place)
        )
    return out.getvalue()


def harmless(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would read as a formula, however it is typed.

    Spaces, invisible characters and full-width forms before or of the sign hide nothing.
    """
    shown = unicodedata.normalize("NFKC", cell)
    for begun in (cell, shown, shown.lstrip(), visible(shown).lstrip()):
        if begun.startswith(FORMULAS):
            return f"'{cell}"
    return cell


def visible(text: str) -> str:
    """Leave out what nobody sees."""
    return "".join(letter for letter in text if unicodedata.category(letter) not in ("Cf", "Cc"))
