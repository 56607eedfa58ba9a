"""Many clients race for the same 40 times through the booking action; then everything is counted.

Run as `python benchmarks/race.py --engine postgresql|sqlite [--clients COUNT] [--seconds 30] [--seed NUMBER]
[--without-constraint] [--json FILE]`. Each client is a process with its own connection to a scratch database
with the settings of a deployed practice. The first five visits of a plan have 8 times each, the same
for everybody, and take a provider, room and device by lot; some patients have two plans, of two clients.
Orders are whole series, one or two visits, moves, and visits given up for others; visits are cancelled and
changes undone, so that times become free again. Of the orders 10 % are delivered twice, half of those by two
processes at once.

Overlaps are counted in plain SQL on the bookings and their steps, every second of the race and after it. The
exit status is 0 when there are no overlaps, no lost acknowledgements, no partial series, no duplicates, no
unexpected errors, and claims and busy days are exactly what is booked. With --without-constraint, the
control, the four unique constraints of the claims are dropped first: then it is 0 when overlaps were found.
"""

import argparse
import gc
import json
import multiprocessing
import pickle
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.scratch import ENGINES, POSTGRESQL, SQLITE, let_go, scratch

CLIENTS = {POSTGRESQL: 64, SQLITE: 16}
PLANS = 2  # of each client
SHARED = 4  # every fourth patient has a second plan, of the client after
VISITS, TIMES = 5, 8
OPENS, EVERY = 9 * 60, 55  # the first time of a day and the minutes between times
WANTS = (("texture", "neck"), ("wrinkles", "perioral"))
SECOND = (("pores", "cheeks"),)  # two of its sessions can be had on the days of the neck's
START_SECONDS, WATCH_SECONDS = 120.0, 1.0
FORK = multiprocessing.get_context("fork")


def main() -> int:
    options = read_options()
    clients = options.clients or CLIENTS[options.engine]
    with scratch(options.engine), tempfile.TemporaryDirectory(prefix="clinic-race-") as folder:
        if options.without_constraint:
            drop_constraints()
        seen = race(clients, options.seconds, options.seed, Path(folder))
        told = [one for path in Path(folder).iterdir() for one in pickle.loads(path.read_bytes())]
        found = count(told, seen)
    report = summary(told, options.seconds) | {name: len(list_) for name, list_ in found.items()}
    report = {"engine": options.engine, "clients": clients, "seed": options.seed} | report
    print(text(report, found, options.without_constraint))
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n")
    if options.without_constraint:
        return 0 if found["overlaps"] else 1
    return 1 if any(found.values()) else 0


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", choices=ENGINES, required=True)
    parser.add_argument("--clients", type=int, metavar="COUNT", help="64 on PostgreSQL, 16 on SQLite")
    parser.add_argument("--seconds", type=float, default=30, help="how long they race (30)")
    parser.add_argument("--seed", type=int, default=1, help="of the lots the clients draw (1)")
    parser.add_argument("--without-constraint", action="store_true", help="the control: must double-book")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file")
    return parser.parse_args()


def drop_constraints() -> None:
    """Drop the four unique constraints of the claims."""
    from django.db import connection
    from django.db.models import UniqueConstraint

    from scheduling.models import Claim

    with connection.schema_editor() as editor:
        for one in Claim._meta.constraints:
            if isinstance(one, UniqueConstraint):
                editor.remove_constraint(Claim, one)


def race(clients: int, seconds: float, seed: int, folder: Path) -> set[tuple[Any, ...]]:
    """Let the clients race; what they were told is in `folder`, the overlaps seen meanwhile are given."""
    from benchmarks import practice

    open_ = practice.open_practice()
    plans = plans_of(open_, clients)
    couriers = max(2, clients // 16)
    start, letters = FORK.Barrier(clients + couriers + 1, timeout=START_SECONDS), FORK.SimpleQueue()
    everybody = {one.version.pk: one.version for mine in plans for one in mine}
    shared = (open_.coordinator, seconds, start, letters, folder)
    let_go()
    gc.freeze()
    chances = [Random(f"{seed} {number}") for number in range(clients)]
    racing = [begun(run_client, number, plans[number], chances[number], *shared) for number in range(clients)]
    carrying = [begun(run_courier, clients + number, everybody, *shared) for number in range(couriers)]
    start.wait()
    seen = watch(racing)
    for _ in carrying:
        letters.put(None)
    for process in (*racing, *carrying):
        process.join()
        if process.exitcode:
            sys.exit(f"A client ended with {process.exitcode}; its words are above.")
    return seen


def begun(target, *args):
    """A process of its own that ends with this one."""
    process = FORK.Process(target=target, args=args, daemon=True)
    process.start()
    return process


def plans_of(open_, clients: int) -> list[list[Any]]:
    """The plans of each client, with the times of their visits; some patients have plans of two clients."""
    from benchmarks import practice
    from benchmarks.race_client import Raced

    first, second = practice.recommended(*WANTS), practice.recommended(*SECOND)
    visits = first.solution.visits[:VISITS]
    sessions = {visit.date: tuple((one.series, one.number) for one in visit.sessions) for visit in visits}
    days = [visit.date for visit in visits]
    also = {days[1]: (("mesobotox.cheeks", 1),), days[4]: (("mesobotox.cheeks", 2),)}
    plans: list[list[Any]] = [[] for _ in range(clients)]
    for number, patient in enumerate(practice.patients(open_, clients * PLANS)):
        version = practice.approved(open_, patient, first)
        plans[number % clients].append(Raced(version, course_of(version, sessions)))
        if number % SHARED == 0:
            version = practice.approved(open_, patient, second)
            plans[(number + 1) % clients].append(Raced(version, course_of(version, also)))
    return plans


def course_of(version, sessions: dict):
    """The times of a plan's visits: each on its day, at eight times, of anybody and anything there is."""
    from benchmarks.practice import NOW
    from benchmarks.race_client import Course
    from scheduling.availability.steps import DEVICE
    from scheduling.course.situation import Situation
    from scheduling.course.wanted import Wanted

    seats, times = Situation(version, NOW).seats(), []
    for date, ids in sessions.items():
        steps, day = seats.steps([key for key, _ in ids]), seats.day(date)
        device = 1 if any(DEVICE in step.holds for step in steps) else None
        times.append(
            tuple(
                Wanted(ids, date, minute, day.first + day.bit_of(minute), 0, 0, device, steps)
                for minute in range(OPENS, OPENS + TIMES * EVERY, EVERY)
            )
        )
    holders = seats.calendar.place.holders
    everybody = {kind: tuple(one.id for one in holders[kind]) for kind in ("provider", "room", "device")}
    return Course(tuple(times), everybody["provider"], everybody["room"], everybody["device"])


def run_client(number, plans, chance, by, seconds, start, letters, folder: Path) -> None:
    """Be one client: race, then write down everything that was told."""
    from benchmarks.race_client import Client, connect

    client = Client(number, by, plans, chance, letters.put)
    connect()
    start.wait()
    told = client.race(time.monotonic() + seconds)
    (folder / f"client-{number}").write_bytes(pickle.dumps(told))


def run_courier(number, versions, by, seconds, start, letters, folder: Path) -> None:
    """Deliver at once what clients hand over, while they deliver it themselves; None ends it."""
    from benchmarks.race_client import Client, connect

    client = Client(number, by, (), Random(number), letters.put)
    connect()
    start.wait()
    while (letter := letters.get()) is not None:
        version, order = letter
        client.deliver(versions[version], order)
    (folder / f"courier-{number}").write_bytes(pickle.dumps(client.told))


def watch(racing) -> set[tuple[Any, ...]]:
    """Count overlaps every second until nobody races any more; all that were ever seen."""
    from benchmarks.race_checks import overlaps

    seen: set[tuple[Any, ...]] = set()
    while any(process.is_alive() for process in racing):
        seen |= overlaps()
        time.sleep(WATCH_SECONDS)
    return seen


def count(told, seen) -> dict[str, list[Any]]:
    """Everything that must not be, by what it is called."""
    from benchmarks import race_checks

    return {
        "overlaps": sorted(seen | race_checks.overlaps()),
        "lost acknowledgements": race_checks.lost(told),
        "partial series": race_checks.partial(told),
        "duplicates": race_checks.duplicates(told),
        "claims or busy days unlike the bookings": race_checks.unlike_claims(),
        "unexpected errors": [one.said for one in told if one.result == "failed" or refused_wrongly(one)],
    }


def refused_wrongly(one) -> bool:
    """Whether the guard refused what no rule forbids: only what was changed meanwhile may be refused."""
    return one.result == "refused" and not any(word in one.said for word in ("meanwhile", "already", "since"))


def summary(told, seconds: float) -> dict[str, Any]:
    """Orders each second, how long they took in milliseconds, and how they ended."""
    from scheduling.claiming.claims import DEADLOCK, WAITED_TOO_LONG

    orders = [one for one in told if one.what == "order"]
    ways = Counter(
        f"{one.what} {one.result} {one.said if one.result == 'taken' else ''}".strip() for one in told
    )
    times = sorted(one.milliseconds for one in orders)
    keys = Counter(one.key for one in orders)
    return {
        "orders a second": round(len(orders) / seconds, 1),
        "booked a second": round(sum(one.result == "done" for one in orders) / seconds, 1),
        "p50 ms": round(median(times), 1),
        "p95 ms": round(times[int(0.95 * (len(times) - 1))], 1),
        "orders": len(keys),
        "delivered twice": sum(1 for times_ in keys.values() if times_ > 1),
        "deadlocks": sum(one.code == DEADLOCK for one in told),
        "waits given up": sum(one.code == WAITED_TOO_LONG for one in told),
        "answers": dict(sorted(ways.items())),
    }


def text(report: dict[str, Any], found: dict[str, list[Any]], control: bool) -> str:
    """The figures for people, with a few examples of what must not be."""
    lines = [f"{name}: {value}" for name, value in report.items() if name not in (*found, "answers")]
    lines += [f"  {way}: {times}" for way, times in report["answers"].items()]
    lines.append("")
    for name, examples in found.items():
        lines += [f"{name}: {len(examples)}", *(f"  {one}" for one in examples[:3])]
    kinds = Counter(overlap[0] for overlap in found["overlaps"])
    lines.append("overlaps by kind: " + ", ".join(f"{kind} {kinds[kind]}" for kind in KINDS))
    if control:
        lines.append("This was the control: without the constraints there have to be overlaps.")
    return "\n".join(lines)


KINDS = ("patient", "provider", "room", "device")


if __name__ == "__main__":
    sys.exit(main())
