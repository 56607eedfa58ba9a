"""How long it takes to find every free time: this engine, its database included, beside two others.

Run as `python benchmarks/availability.py [--quick] [--json FILE] [--engine ENGINE] [--peer PYTHON]`. One
workload for all: 1, 10 and 50 providers whose days are 70 % full, 14 and 90 days asked, 10,000 and 1,000,000
old bookings stored. Ours reads hours, closures, shifts, absences, credentials, rooms, devices and what holds
them anew each time. The others are django-appointment from PyPI as `appointment_peer.py` asks it, and the
interval sweep of `interval_sweep.py`, which has the bookings in memory. Our tables hold the 90 days of the
workload and the old bookings, those of at least ten providers; the others hold the days asked only, which is
in their favour. Times are medians; the two amounts of stored bookings are asked in turn. The exit status is 1
when somebody finds other times than somebody else or a goal is missed.
"""

import argparse
import contextlib
import datetime
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import appointment_env
from benchmarks.asking import EACH, TOGETHER, Ask, Ours, Starts
from benchmarks.interval_sweep import Workload, all_starts, combined_starts, read_workload
from benchmarks.scratch import ENGINES, SQLITE
from benchmarks.times_report import Row, goals, table
from benchmarks.visits import Visit, as_json, days_from, visits

ZONE = ZoneInfo("America/New_York")
PROVIDERS, QUICK_PROVIDERS = (1, 10, 50), (10,)
DAYS = (14, 90)
STORED, QUICK_STORED = (10_000, 1_000_000), (10_000, 100_000)
ROUNDS, QUICK_ROUNDS, ROUND_SECONDS, SWEEPS = 80, 20, 0.05, 5
SLOW_PEER = 2_000  # provider days from which one repeat of the peer has to do


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--quick", action="store_true", help="10 providers, up to 100,000 stored; under a minute"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every measurement to this file")
    parser.add_argument("--engine", choices=ENGINES, default=SQLITE, help="our database (sqlite)")
    parser.add_argument("--peer", type=Path, metavar="PYTHON", help="one that has django-appointment already")
    options = parser.parse_args()
    rows: list[Row] = []
    with peer_python(options.peer) as python:
        for providers in QUICK_PROVIDERS if options.quick else PROVIDERS:
            rows += measure(providers, python, options)
    print(table(rows))
    print()
    reached = goals(rows)
    print("\n".join(str(one) for one in reached))
    if options.json:
        options.json.write_text(json.dumps([asdict(one) for one in rows], indent=1) + "\n")
    return 0 if all(one.met for one in reached) else 1


@contextlib.contextmanager
def peer_python(given: Path | None) -> Iterator[Path]:
    """The Python of an environment with django-appointment: the one given, or one made for this run."""
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="clinic-peer-") as folder:
        tell("Making an environment for django-appointment")
        yield appointment_env.make_environment(Path(folder))


def measure(providers: int, python: Path, options: argparse.Namespace) -> list[Row]:
    """Every row of so many providers; the peer comes last, when our processes are gone."""
    today = datetime.datetime.now(ZONE).date()
    dates = days_from(today + datetime.timedelta(days=1), max(DAYS))
    found = visits(providers, dates)
    rows = []
    with contextlib.ExitStack() as stack:
        tell(f"{providers} providers: filling our tables")
        amounts = QUICK_STORED if options.quick else STORED
        ours = [Ours(options.engine, providers, found, stored, today) for stored in amounts]
        for one in ours:
            stack.enter_context(one)
        rounds = QUICK_ROUNDS if options.quick else ROUNDS
        for days in DAYS:
            rows += asked(providers, dates[:days], found, dict(zip(amounts, ours, strict=True)), rounds)
    for row in rows:
        if not options.quick or (row.days == min(DAYS) and row.stored == min(QUICK_STORED)):
            ask_peer(row, python, as_json(found, dates[: row.days], row.stored, repeats(row)))
    return rows


def asked(
    providers: int,
    dates: Sequence[datetime.date],
    found: Sequence[Visit],
    ours: dict[int, Ours],
    rounds: int,
) -> Iterator[Row]:
    """Ours and the sweep on the same dates: the times they find, and the seconds they take."""
    tell(f"{providers} providers × {len(dates)} days: asking")
    workload = read_workload(as_json(found, dates, 0, 0), ZONE)
    swept = {EACH: [as_minutes(one) for one in all_starts(workload)]}
    swept[TOGETHER] = [as_minutes(combined_starts(workload))]
    seconds = {kind: in_turn(ours, Ask(kind, dates[0], len(dates)), rounds) for kind in (EACH, TOGETHER)}
    sweeps = swept_seconds(workload)
    for stored, one in ours.items():
        answers = {kind: one.answer(Ask(kind, dates[0], len(dates))) for kind in (EACH, TOGETHER)}
        yield Row(
            providers=providers,
            days=len(dates),
            stored=stored,
            filled=one.filled,
            ours={kind: seconds[kind][stored] for kind in seconds},
            sweep=sweeps,
            slots=sum(len(times) for found in answers[EACH] for times in found.values()),
            agrees=answers == swept,
        )


def as_minutes(found: dict[datetime.date, list[datetime.datetime]]) -> Starts:
    """The sweep's times as ours are given."""
    return {day: [one.hour * 60 + one.minute for one in times] for day, times in found.items()}


def in_turn(ours: dict[int, Ours], ask: Ask, rounds: int) -> dict[int, list[float]]:
    """The seconds of many repeats with each amount stored, asked in turn: the machine is as busy for both."""
    warm = max(median(one.ask(replace(ask, times=5))) for one in ours.values())
    ask = replace(ask, times=max(3, round(ROUND_SECONDS / warm)))
    seconds: dict[int, list[float]] = {stored: [] for stored in ours}
    for _ in range(rounds):
        for stored, one in ours.items():
            seconds[stored] += one.ask(ask)
    return seconds


def swept_seconds(workload: Workload) -> dict[str, list[float]]:
    """The seconds of the sweep."""
    found: dict[str, list[float]] = {EACH: [], TOGETHER: []}
    for _ in range(SWEEPS):
        for kind, sweep in ((EACH, all_starts), (TOGETHER, combined_starts)):
            begin = time.perf_counter()
            sweep(workload)
            found[kind].append(time.perf_counter() - begin)
    return found


def repeats(row: Row) -> int:
    """How often the peer is measured."""
    return 1 if row.providers * row.days > SLOW_PEER else 3


def ask_peer(row: Row, python: Path, workload: dict) -> None:
    """Let django-appointment answer what a row asks of each provider."""
    tell(f"{row.providers} providers × {row.days} days, {row.stored:,} stored: django-appointment")
    answer = appointment_env.ask(python, workload)
    row.peer = answer["seconds"]
    row.agrees = row.agrees and answer["slots"] == row.slots


def tell(text: str) -> None:
    """Say on standard error what is going on."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
