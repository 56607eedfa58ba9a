"""One client of the race: books, moves, cancels and undoes visits of its plans, and keeps what it was told.

Import this only once Django is set up.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection

from benchmarks.practice import NOW
from clinic.models import User
from scheduling.actions.bookings import Order, book
from scheduling.actions.undoing import undo
from scheduling.actions.visits import cancel
from scheduling.claiming.claims import TakenMeanwhile
from scheduling.course.wanted import Wanted
from scheduling.models import Booking, Change, PlanVersion

DONE, TAKEN, REFUSED, FAILED = "done", "taken", "refused", "failed"
ORDER, CANCEL, UNDO = "order", "cancel", "undo"
TWICE = 0.1  # of the orders are delivered twice, half of those by two processes at once
WHOLE = 0.5  # of the orders of a plan without bookings are for its whole series
GIVE_BACK, MOVE = 0.5, 0.25  # of the turns of a plan with bookings


@dataclass(frozen=True)
class Told:
    """One answer a client got: what it asked for, how it ended, and what is booked since if it was done.

    `after` holds the change's bookings by id, None where one was given up; `booking` is the one cancelled.
    """

    client: int
    what: str
    plan: int
    result: str
    milliseconds: float
    said: str = ""
    key: str = ""
    order: Order | None = None
    change: int = 0
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    booking: int = 0
    code: str = ""


@dataclass(frozen=True)
class Course:
    """What everybody races for: the times (visit by visit) and whom and what a visit may hold."""

    times: tuple[tuple[Wanted, ...], ...]
    providers: tuple[int, ...]
    rooms: tuple[int, ...]
    devices: tuple[int, ...]

    def any_time(self, number: int, chance: Random) -> Wanted:
        """One of the times of a visit of the series, with anybody and anything."""
        wanted = chance.choice(self.times[number])
        return replace(
            wanted,
            provider=chance.choice(self.providers),
            room=chance.choice(self.rooms),
            device=chance.choice(self.devices) if wanted.device else None,
        )


@dataclass(frozen=True)
class Raced:
    """An approved plan and the times its visits are raced for."""

    version: PlanVersion
    course: Course


class Client:
    """A client with its plans; `hand_over` gives an order to a process that delivers it again at once."""

    def __init__(
        self,
        number: int,
        by: User,
        plans: Sequence[Raced],
        chance: Random,
        hand_over: Callable[[tuple[int, Order]], None],
    ):
        self.number, self.by, self.plans = number, by, plans
        self.chance, self.hand_over = chance, hand_over
        self.told: list[Told] = []
        self.changes: dict[int, Change] = {}

    def race(self, until: float) -> list[Told]:
        """Take turns until the clock shows `until`; everything that was told."""
        while time.monotonic() < until:
            self.turn(self.chance.choice(self.plans))
        return self.told

    def turn(self, plan: Raced) -> None:
        """Do one thing with a plan: book more of it, move or give back what it has."""
        rows = list(Booking.objects.live().filter(plan=plan.version.plan_id).order_by("pk"))
        chance = self.chance.random()
        if rows and chance < GIVE_BACK:
            self.give_back(plan, rows)
        elif rows and chance < GIVE_BACK + MOVE:
            wanted = self.moved(plan.course, self.chance.choice(rows))
            self.order(plan.version, Order(wanted=(wanted,), action="visit.moved"))
        else:
            self.order(plan.version, Order(wanted=tuple(self.new(plan.course, rows))))

    def new(self, course: Course, rows: Sequence[Booking]) -> Iterator[Wanted]:
        """The whole series for a plan without bookings, or one or two of the visits it has not booked."""
        days = {one.date for one in rows}
        left = [number for number, times in enumerate(course.times) if times[0].date not in days]
        if rows or self.chance.random() > WHOLE:
            left = self.chance.sample(left, min(len(left), self.chance.randint(1, 2)))
        for number in sorted(left):
            yield course.any_time(number, self.chance)

    def moved(self, course: Course, booking: Booking) -> Wanted:
        """Another time of its day for a booking."""
        number = next(n for n, times in enumerate(course.times) if times[0].date == booking.date)
        return replace(course.any_time(number, self.chance), booking=booking.pk)

    def give_back(self, plan: Raced, rows: Sequence[Booking]) -> None:
        """Undo the last change, cancel a visit, or give visits up for other times as one."""
        change = self.changes.pop(plan.version.plan_id, None)
        if change and self.chance.random() < 0.5:
            self.undo(change)
        elif self.chance.random() < 0.5:
            self.cancel(self.chance.choice(rows))
        else:
            gone = self.chance.sample(rows, self.chance.randint(1, len(rows)))
            stay = [one for one in rows if one not in gone]
            wanted = tuple(self.new(plan.course, stay)) if self.chance.random() < 0.5 else ()
            dropped = tuple(one.pk for one in gone)
            self.order(plan.version, Order(wanted=wanted, dropped=dropped, action="plan.replanned"))

    def order(self, version: PlanVersion, order: Order) -> None:
        """Send an order, now and then twice."""
        if not (order.wanted or order.dropped):
            return
        twice = self.chance.random() < TWICE
        at_once = twice and self.chance.random() < 0.5
        if at_once:
            self.hand_over((version.pk, order))
        self.deliver(version, order)
        if twice and not at_once:
            self.deliver(version, order)

    def deliver(self, version: PlanVersion, order: Order) -> None:
        """Carry an order out and keep the answer."""
        change = self.ask(
            lambda: book(by=self.by, version=version, order=order, now=NOW),
            what=ORDER,
            plan=version.plan_id,
            key=str(order.key),
            order=order,
        )
        if change:
            self.changes[version.plan_id] = change

    def undo(self, change: Change) -> None:
        """Undo a change."""
        self.ask(lambda: undo(by=self.by, change=change, now=NOW), what=UNDO, plan=change.plan_id)

    def cancel(self, booking: Booking) -> None:
        """Cancel a visit."""
        self.ask(
            lambda: cancel(by=self.by, booking=booking, reason="Somebody else may have it", now=NOW),
            what=CANCEL,
            plan=booking.plan_id,
            booking=booking.pk,
        )

    def ask(self, act: Callable[[], Any], **about: Any) -> Any:
        """Do something and keep how it ended; what it gave, or None when it was not done."""
        begin, done, ended = time.perf_counter(), None, {"result": DONE}
        try:
            done = act()
            if isinstance(done, Change):
                ended |= {"change": done.pk, "before": done.before, "after": done.after}
        except TakenMeanwhile as error:
            ended = {"result": TAKEN, "said": error.kind, "code": code_of(error.__cause__)}
        except ValidationError as error:
            ended = {"result": REFUSED, "said": " ".join(error.messages)}
        except DatabaseError as error:
            ended = {"result": FAILED, "said": f"{type(error).__name__}: {error}", "code": code_of(error)}
        milliseconds = 1000 * (time.perf_counter() - begin)
        self.told.append(Told(client=self.number, milliseconds=milliseconds, **about, **ended))
        return done


def code_of(error: BaseException | None) -> str:
    """The code PostgreSQL gave an error, which Django wraps."""
    return getattr(getattr(error, "__cause__", None), "sqlstate", None) or ""


def connect() -> None:
    """Open this process's own connection; when all come at once, the server may need a while."""
    for left in reversed(range(5)):
        try:
            connection.ensure_connection()
        except DatabaseError:
            if not left:
                raise
            time.sleep(1)
        else:
            return
