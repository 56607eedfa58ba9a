"""The workload of `benchmarks/availability.py`: days that are 70 % full, the same in every run."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

OPENS, CLOSES, STEP, LENGTH = 540, 1080, 15, 60
LENGTHS = (30, 45, 60, 90)
FULL = 0.7
MONDAY_TO_FRIDAY = range(5)


@dataclass(frozen=True, slots=True)
class Visit:
    """A booking: its date, start and length in minutes; its provider, room and device, counted from 0."""

    date: date
    start: int
    length: int
    provider: int
    room: int
    device: int | None


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in our tables: bookings, those ahead among them, claims, and busy days."""

    bookings: int
    claims: int
    busy_days: int


def devices_of(providers: int) -> int:
    """How many devices a practice of so many providers, and as many rooms, has: one for two of them."""
    return max(1, providers // 2)


def days_from(first: date, count: int) -> list[date]:
    """So many dates in a row."""
    return [first + timedelta(days=ahead) for ahead in range(count)]


def visits(providers: int, dates: Sequence[date]) -> list[Visit]:
    """The bookings of these dates, each provider's, room's and device's Monday to Friday 70 % full.

    A provider works in another room every day; one room in two has a device, held for the whole visit.
    """
    chosen = random.Random(providers)
    found = []
    for index, day in enumerate(dates):
        if day.weekday() not in MONDAY_TO_FRIDAY:
            continue
        for provider in range(providers):
            room = (provider + index) % providers
            device = None if room % 2 else room // 2
            found += [Visit(day, *one, provider, room, device) for one in full_day(chosen)]
    return found


def full_day(chosen: random.Random) -> Iterator[tuple[int, int]]:
    """Starts and lengths of a day's bookings in random places, until enough of it is taken."""
    taken: set[int] = set()
    while len(taken) * STEP < FULL * (CLOSES - OPENS):
        length = chosen.choice(LENGTHS)
        places = [
            start
            for start in range(OPENS, CLOSES - length + 1, STEP)
            if taken.isdisjoint(range(start, start + length, STEP))
        ]
        if places:
            start = chosen.choice(places)
            taken |= set(range(start, start + length, STEP))
            yield start, length


def as_json(found: Sequence[Visit], dates: Sequence[date], stored: int, repeats: int) -> dict:
    """The workload as `benchmarks/appointment_peer.py` reads it; bookings of other dates are left out."""
    asked = set(dates)
    kinds: dict[str, dict[int, list]] = {"provider": {}, "room": {}, "device": {}}
    for visit in found:
        for kind, holders in kinds.items():
            number = getattr(visit, kind)
            if number is None:
                continue
            mine = holders.setdefault(number, [])
            if visit.date in asked:
                mine.append([visit.date.isoformat(), visit.start, visit.length])
    return {
        **{f"{kind}s": [holders[number] for number in sorted(holders)] for kind, holders in kinds.items()},
        "dates": [day.isoformat() for day in dates],
        "opens": OPENS,
        "closes": CLOSES,
        "length": LENGTH,
        "step": STEP,
        "stored": stored,
        "repeats": repeats,
    }
