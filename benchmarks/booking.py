"""How long a 15-visit series takes to book on PostgreSQL, beside raw SQL that writes the same rows.

Run as `python benchmarks/booking.py [--repeats COUNT] [--json FILE]`. Each repeat books a whole plan through
`scheduling.actions.bookings.book` (idempotency, lock, guard, bookings, sessions, claims, busy days, change
and audit entry, committed), reads what was written, takes it back, and writes the very same rows with psycopg
in one transaction, both as rows of `executemany` and as one INSERT for each table; the faster of the two is
what `book` is measured against. Reading and taking back is not timed. The version is fetched anew for each
booking, as a page does. Finding the times is shown by itself: it is no part of booking. The exit status is 1
when the rows differ, or the goal is missed.
"""

import argparse
import json
import sys
import uuid
from pathlib import Path
from statistics import median
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.booking_rows import Rows, busy_days, connect, insert_many, insert_one, write
from benchmarks.scratch import POSTGRESQL, scratch

WANTS = (("texture", "neck"), ("wrinkles", "perioral"), ("dynamic_wrinkles", "upper_face"))
MONTHS, VISITS = 24, 15
BESIDE, MEASURED = 5, 3  # patients whose series stay booked, patients whose series are measured
GOAL = 3.0
ARRANGE, BOOK = "finding the times", "book"
RAW = {"raw SQL, executemany": insert_many, "raw SQL, one INSERT a table": insert_one}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--repeats", type=int, default=20, metavar="COUNT", help="for each of 3 patients (20)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every measurement to this file")
    options = parser.parse_args()
    with scratch(POSTGRESQL):
        measured = measure(options.repeats)
    print(table(measured))
    if options.json:
        options.json.write_text(json.dumps(measured, indent=1) + "\n")
    return 0 if ratio(measured) < GOAL else 1


def measure(repeats: int) -> dict[str, list[float]]:
    """Milliseconds of each booking, by way, in a practice in which other series are booked already."""
    from benchmarks import practice

    open_ = practice.open_practice()
    found = practice.recommended(*WANTS, months=MONTHS)
    versions = [practice.approved(open_, one, found) for one in practice.patients(open_, BESIDE + MEASURED)]
    times: dict[str, list[float]] = {way: [] for way in (ARRANGE, BOOK, *RAW)}
    for number, version in enumerate(versions):
        order, milliseconds = arranged(version)
        times[ARRANGE].append(milliseconds)
        if number < BESIDE:
            booked(version, order, open_.coordinator)
            continue
        measure_one(version, order, open_.coordinator, repeats, times)
    return times


def arranged(version) -> tuple[object, float]:
    """The order of a whole plan, and the milliseconds it took to find its times."""
    from benchmarks.practice import NOW
    from scheduling.actions.bookings import Order
    from scheduling.course.situation import Situation
    from scheduling.course.wanted import wanted_of

    begin = perf_counter()
    found = Situation(version, NOW).arrange()
    milliseconds = 1000 * (perf_counter() - begin)
    if found.unplaced or len(found.placed) != VISITS:
        sys.exit(f"The plan should have {VISITS} visits that all find a time.")
    return Order(wanted=tuple(wanted_of(one) for one in found.placed)), milliseconds


def booked(version, order, by) -> tuple[object, float]:
    """Book an order under a key of its own; the change, and the milliseconds it took."""
    from dataclasses import replace

    from benchmarks.practice import NOW
    from scheduling.actions.bookings import book
    from scheduling.models import PlanVersion

    version = PlanVersion.objects.with_details().get(pk=version.pk)
    order = replace(order, key=uuid.uuid4())
    begin = perf_counter()
    change = book(by=by, version=version, order=order, now=NOW)
    return change, 1000 * (perf_counter() - begin)


def measure_one(version, order, by, repeats: int, times: dict[str, list[float]]) -> None:
    """Book one series by every way in turn, each time on the same database."""
    with connect() as raw:
        before = busy_days(raw)
        for repeat in range(repeats + 1):
            change, milliseconds = booked(version, order, by)
            taken = {BOOK: milliseconds}
            rows = Rows.of(raw, change.pk, before)
            rows.take_back(raw, before)
            for way, insert in RAW.items():
                begin = perf_counter()
                written = write(raw, rows, insert)
                taken[way] = 1000 * (perf_counter() - begin)
                again = Rows.of(raw, written, before)
                if again.plain() != rows.plain():
                    sys.exit(f"{way} wrote other rows than book.")
                again.take_back(raw, before)
            if repeat:  # the first time warms up
                for way, milliseconds in taken.items():
                    times[way].append(milliseconds)


def ratio(times: dict[str, list[float]]) -> float:
    """How many times as long as the faster raw way a booking takes, by their medians."""
    return median(times[BOOK]) / min(median(times[way]) for way in RAW)


def table(times: dict[str, list[float]]) -> str:
    """The measurements as a markdown table."""
    lines = ["| 15 visits on PostgreSQL | median | fastest | slowest |", "| --- | ---: | ---: | ---: |"]
    lines += [
        f"| {way} ({len(found)}) | {median(found):.1f} ms | {min(found):.1f} ms | {max(found):.1f} ms |"
        for way, found in times.items()
    ]
    return "\n".join(
        [*lines, "", f"book takes {ratio(times):.2f} times the faster raw SQL (goal: {GOAL:g})."]
    )


if __name__ == "__main__":
    sys.exit(main())
