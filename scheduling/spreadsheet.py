"""Rows as a file for a spreadsheet, in which no cell can be a formula."""

import csv
import io
import unicodedata
from collections.abc import Iterable

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def as_csv(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Write headings and rows as CSV (RFC 4180), every cell in quotes and none of them a formula."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(headings)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
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
