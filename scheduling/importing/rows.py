"""The file of an import, read strictly: every row that is wrong is named by its line."""

import csv
import datetime
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from clinic.models.clock import BASE

COLUMNS = ("patient_email", "birth_date", "plan", "series", "number", "date", "time", "provider")
OPTIONAL = ("room",)
LONGEST_FILE, LONGEST_CELL, MOST_ROWS = 1_000_000, 200, 5_000
CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
WHOLE = re.compile(r"[1-9]\d{0,3}", re.ASCII)


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """What is wrong with a line, and what would be right."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}"


class BadImport(Exception):
    """Raised when a file is not imported; `problems` holds everything that stands against it, by line."""

    def __init__(self, problems: Sequence[Problem]):
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Row:
    """One session of a visit: `minute` counts from local midnight, `room` may be empty."""

    line: int
    email: str
    birth_date: datetime.date
    plan: int
    series: str
    number: int
    date: datetime.date
    minute: int
    provider: str
    room: str = ""


def read_rows(content: bytes) -> list[Row]:
    """Read a CSV file in UTF-8; BadImport names every line that cannot be understood."""
    lines = cells_of(text_of(content))
    names = header(*next(lines, (1, [])))
    rows: list[Row] = []
    problems: list[Problem] = []
    for line, cells in lines:
        try:
            rows.append(row_of(line, names, cells))
        except BadImport as bad:
            problems += bad.problems
        if line > MOST_ROWS + 1:
            problems.append(Problem(line, f"more than {MOST_ROWS:,} lines. Split the file, by patients."))
            break
    if not rows and not problems:
        problems.append(Problem(2, "no visit stands in the file: give one row for each session."))
    if problems:
        raise BadImport(problems)
    return rows


def text_of(content: bytes) -> str:
    """Decode a file."""
    if len(content) > LONGEST_FILE:
        text = f"the file has {len(content):,} bytes or more, {LONGEST_FILE:,} is the most. Split it."
        raise BadImport([Problem(1, text)])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadImport([Problem(line, "not text in UTF-8. Save the file as “CSV UTF-8”.")]) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise BadImport([Problem(line, "a NUL character, as in UTF-16. Save the file as “CSV UTF-8”.")])
    return text


def cells_of(text: str) -> Iterator[tuple[int, list[str]]]:
    """Every record that is not empty, with the line it begins on."""
    reader, line = csv.reader(io.StringIO(text, newline=""), strict=True), 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadImport([Problem(line, f"not CSV: {error}.")]) from None


def header(line: int, names: Sequence[str]) -> list[str]:
    """The columns by their names, in any order."""
    found = [name.lower() for name in names]
    wanted = ",".join((*COLUMNS, *OPTIONAL))
    if len(found) == 1 and (";" in found[0] or "\t" in found[0]):
        raise BadImport([Problem(line, f"the columns have to be separated by commas: {wanted}")])
    missing = [name for name in COLUMNS if name not in found]
    unknown = [name for name in found if name not in (*COLUMNS, *OPTIONAL)]
    twice = sorted({name for name in found if found.count(name) > 1})
    for what, which in (("missing", missing), ("not known", unknown), ("given twice", twice)):
        if which:
            shown = ", ".join(short(name) or "a column without a name" for name in which)
            raise BadImport([Problem(line, f"{shown}: {what}. The first line has to be: {wanted}")])
    return found


def row_of(line: int, names: Sequence[str], cells: Sequence[str]) -> Row:
    """One record as a row; BadImport with all that is wrong in it."""
    if len(cells) != len(names):
        raise BadImport([Problem(line, f"{len(cells)} cells under {len(names)} columns.")])
    found = dict(zip(names, cells, strict=True))
    problems = [Problem(line, text) for text in wrong(found)]
    if problems:
        raise BadImport(problems)
    return Row(
        line=line,
        email=found["patient_email"],
        birth_date=datetime.date.fromisoformat(found["birth_date"]),
        plan=int(found["plan"]),
        series=found["series"],
        number=int(found["number"]),
        date=datetime.date.fromisoformat(found["date"]),
        minute=minute_of(found["time"]) or 0,
        provider=found["provider"],
        room=found.get("room", ""),
    )


def wrong(cells: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with the cells of a row, each by itself."""
    for name, cell in cells.items():
        if not cell and name not in OPTIONAL:
            yield f"{name} is empty."
        elif len(cell) > LONGEST_CELL:
            yield f"{name} has {len(cell):,} characters, {LONGEST_CELL} is the most."
        elif name in ("birth_date", "date") and not is_date(cell):
            yield f"{name}: “{short(cell)}” is no date. Write it as 2027-04-13."
        elif name in ("plan", "number") and not WHOLE.fullmatch(cell):
            yield f"{name}: “{short(cell)}” is no number from 1 on, as the plan's page shows it."
        elif name == "time" and minute_of(cell) is None:
            yield f"time: “{short(cell)}” is no time. Write it as 09:05, in steps of {BASE} minutes."


def is_date(text: str) -> bool:
    """Whether a text is a date such as 2027-04-13."""
    try:
        return len(text) == 10 and datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def minute_of(text: str) -> int | None:
    """A time such as 09:05 in minutes after midnight; None for anything else."""
    found = CLOCK.fullmatch(text)
    if not found or int(found[2]) % BASE:
        return None
    return int(found[1]) * 60 + int(found[2])


def short(text: str) -> str:
    """A text as it can be shown on one line of a terminal."""
    plain = "".join(one if one.isprintable() else "?" for one in text)
    return plain if len(plain) <= 40 else f"{plain[:39]}…"
