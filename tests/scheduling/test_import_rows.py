"""Reading the file of an import: whatever is wrong is named by its line, and no database is asked."""

import pytest

from scheduling.importing.rows import LONGEST_FILE, MOST_ROWS, BadImport, read_rows

HEAD = "patient_email,birth_date,plan,series,number,date,time,provider,room\n"
FIRST = "alice@example.com,1985-03-14,1,mesobotox.neck,1,2027-01-12,10:00,Dr. June Ellis,\n"
CELLS = {
    "no date": (
        FIRST.replace("2027-01-12", "12.1.2027"),
        "date: “12.1.2027” is no date. Write it as 2027-04-13.",
    ),
    "no such date": (
        FIRST.replace("2027-01-12", "2027-02-30"),
        "date: “2027-02-30” is no date. Write it as 2027-04-13.",
    ),
    "no time": (
        FIRST.replace("10:00", "10:03"),
        "time: “10:03” is no time. Write it as 09:05, in steps of 5 minutes.",
    ),
    "no number": (
        FIRST.replace(",1,2027", ",0,2027"),
        "number: “0” is no number from 1 on, as the plan's page shows it.",
    ),
    "empty": (FIRST.replace("Dr. June Ellis", " "), "provider is empty."),
    "long": (FIRST.replace("Ellis", "E" * 300), "provider has 309 characters, 200 is the most."),
    "cells": ("alice@example.com,1985-03-14\n", "2 cells under 9 columns."),
    "control": (FIRST.replace("2027-01-12", "\x1b[1m"), "date: “?[1m” is no date. Write it as 2027-04-13."),
}


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_that_cannot_be_read_is_named(name):
    line, said = CELLS[name]

    with pytest.raises(BadImport) as bad:
        read_rows((HEAD + FIRST + "\n" + line).encode())

    assert str(bad.value) == f"line 4: {said}"


WANTED = "The first line has to be: patient_email,birth_date,plan,series,number,date,time,provider,room"
FILES = {
    "nothing": (
        b"",
        f"line 1: patient_email, birth_date, plan, series, number, date, time, provider: missing. {WANTED}",
    ),
    "only a head": (HEAD.encode(), "line 2: no visit stands in the file: give one row for each session."),
    "semicolons": (
        HEAD.replace(",", ";").encode(),
        f"line 1: the columns have to be separated by commas: {WANTED.rsplit(' ', 1)[1]}",
    ),
    "another column": (HEAD.replace("room", "chair").encode(), f"line 1: chair: not known. {WANTED}"),
    "a column twice": (HEAD.replace("room", "plan").encode(), f"line 1: plan: given twice. {WANTED}"),
    "not UTF-8": (HEAD.encode() + b"J\xe9,", "line 2: not text in UTF-8. Save the file as “CSV UTF-8”."),
    "UTF-16": (HEAD.encode("utf-16"), "line 1: not text in UTF-8. Save the file as “CSV UTF-8”."),
    "NUL": (
        (HEAD + FIRST + "a\0b").encode(),
        "line 3: a NUL character, as in UTF-16. Save the file as “CSV UTF-8”.",
    ),
    "not CSV": ((HEAD + FIRST + '"a"b').encode(), "line 3: not CSV: ',' expected after '\"'."),
    "an open quote": ((HEAD + '"a\n\n').encode(), "line 2: not CSV: unexpected end of data."),
    "too large": (
        b"x" * (LONGEST_FILE + 1),
        "line 1: the file has 1,000,001 bytes or more, 1,000,000 is the most. Split it.",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_read_is_refused(name):
    content, said = FILES[name]

    with pytest.raises(BadImport) as bad:
        read_rows(content)

    assert str(bad.value) == said


def test_too_many_lines_are_refused():
    with pytest.raises(BadImport) as bad:
        read_rows((HEAD + FIRST * (MOST_ROWS + 9)).encode())

    assert str(bad.value) == "line 5002: more than 5,000 lines. Split the file, by patients."
