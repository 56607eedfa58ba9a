"""Our free times, asked of a database in a process of its own, so that two can be asked in turn."""

import datetime
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.scratch import scratch
from benchmarks.visits import LENGTH, Filled, Visit

EACH, TOGETHER = "each provider", "provider, room and device at once"
TREATMENT = "botox"
Starts = dict[datetime.date, list[int]]  # minutes after midnight


@dataclass(frozen=True)
class Ask:
    """A question of so many days from `first` on, asked so many times."""

    kind: str
    first: datetime.date
    days: int
    times: int = 1


class Ours:
    """A practice in a process of its own while the context lasts; `filled` says what stands in its tables."""

    def __init__(
        self, engine: str, providers: int, ahead: Sequence[Visit], stored: int, today: datetime.date
    ):
        context = get_context("spawn")
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=serve, args=(other, engine, providers, ahead, stored, today))
        self.process.start()
        other.close()

    def __enter__(self) -> "Ours":
        self.filled: Filled = self.pipe.recv()
        return self

    def __exit__(self, *_) -> None:
        self.pipe.close()
        self.process.join()

    def ask(self, ask: Ask) -> list[float]:
        """Ask, and give the seconds of each time."""
        self.pipe.send(ask)
        return self.pipe.recv()[0]

    def answer(self, ask: Ask) -> list[Starts]:
        """Ask once, and give the starts: of each provider, or of the visit."""
        self.pipe.send(ask)
        return self.pipe.recv()[1]


def serve(
    pipe: Connection,
    engine: str,
    providers: int,
    ahead: Sequence[Visit],
    stored: int,
    today: datetime.date,
) -> None:
    """Fill a database, then answer questions until there are no more."""
    with scratch(engine), suppress(EOFError):
        from benchmarks.stored import fill, open_for

        practice = open_for(providers)
        pipe.send(fill(practice, ahead, stored, today))
        while True:
            pipe.send(measured(pipe.recv(), practice.location, practice.patients[-1].pk))


def measured(ask: Ask, location, patient: int) -> tuple[list[float], list[Starts]]:
    """Ask as often as told; the seconds of each time and the last answer."""
    question = each_provider if ask.kind == EACH else together
    last = ask.first + datetime.timedelta(days=ask.days - 1)
    seconds, found = [], []
    for _ in range(ask.times):
        begin = time.perf_counter()
        found = question(location, ask.first, last, patient)
        seconds.append(time.perf_counter() - begin)
    return seconds, found


def each_provider(location, first: datetime.date, last: datetime.date, patient: int) -> list[Starts]:
    """The starts of every provider, as django-appointment gives them: nobody and nothing else is asked."""
    from scheduling.availability.engine import Finder
    from scheduling.availability.place import Visitor
    from scheduling.availability.steps import PROVIDER, Step
    from scheduling.availability.stretch import Stretch
    from scheduling.claiming.free_times import calendar_of, days_between

    days = days_between(location.zone, first, last)
    stretch = Stretch(calendar_of(location, first, last), days)
    finder = Finder([Step("visit", LENGTH, frozenset({PROVIDER}))])
    found = stretch.times_with(finder, Visitor(patient, frozenset({TREATMENT})), PROVIDER)
    return [{day.date: day.clocks(found[key][day.date]) for day in days} for key in sorted(found)]


def together(location, first: datetime.date, last: datetime.date, patient: int) -> list[Starts]:
    """The starts at which the patient, a provider, a room and a device are all free for the whole length."""
    from scheduling.availability.engine import Finder
    from scheduling.availability.place import Visitor
    from scheduling.availability.steps import DEVICE, PATIENT, PROVIDER, ROOM, Step
    from scheduling.availability.stretch import Stretch
    from scheduling.claiming.free_times import calendar_of, days_between

    days = days_between(location.zone, first, last)
    stretch = Stretch(calendar_of(location, first, last, [patient]), days)
    finder = Finder([Step("visit", LENGTH, frozenset({PATIENT, PROVIDER, ROOM, DEVICE}))])
    found = stretch.times(finder, Visitor(patient, frozenset({TREATMENT}), frozenset({TREATMENT})))
    return [{day.date: day.clocks(found[day.date]) for day in days}]
