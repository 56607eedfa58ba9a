"""One visit, booked already or new, at a time somebody chose: what it would be, and what stands against it.

Whoever and whatever is asked for by name is held, or nothing is. Else a visit keeps its provider, room
and device, a new one the provider the patient likes, wherever they can be had; where they cannot it takes
another, and says why another provider.
"""

import copy
import datetime
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

from scheduling.arranging.seats import Seat, Seats
from scheduling.availability.bits import Bits
from scheduling.availability.days import EPOCH, LENGTH
from scheduling.availability.engine import DayAsked, Finder, Fit
from scheduling.availability.steps import DEVICE, PROVIDER, ROOM
from scheduling.course.situation import Situation
from scheduling.course.wanted import SessionId, Wanted, wanted_at
from scheduling.guard.bookable import why_it_stays
from scheduling.guard.place import by_place, unbooked, why_not_held
from scheduling.guard.rules import PLACE, Against, against
from scheduling.models import Booking

HELD = (PROVIDER, ROOM, DEVICE)
Named = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a visit is wanted: a local day and wall time, and by id with whom and where, if anybody is named.

    `fold` says which of two equal wall times is meant when clocks go back: 0 the first, 1 the second.
    """

    date: datetime.date
    minute: int
    provider: int | None = None
    room: int | None = None
    fold: int | None = None

    @classmethod
    def on(cls, unit: int, zone: datetime.tzinfo, provider: int | None = None) -> "Destination":
        """The local time of a unit on the line, with a provider if one is named."""
        local = (EPOCH + unit * LENGTH).astimezone(zone)
        return cls(local.date(), local.hour * 60 + local.minute, provider, fold=local.fold)

    @property
    def named(self) -> Named:
        """Whom and what it names."""
        return {kind: key for kind, key in ((PROVIDER, self.provider), (ROOM, self.room)) if key}


class Moving:
    """A visit of some sessions of a plan, new or the `booking` that moves, and whom and what it names.

    `sessions` are keys with numbers within the version, 0 for a booster.
    """

    def __init__(
        self,
        situation: Situation,
        sessions: Collection[SessionId],
        booking: Booking | None = None,
        named: Named | None = None,
    ):
        order = list(situation.standings.series)
        self.situation, self.booking, self.named = situation, booking, dict(named or {})
        self.sessions = tuple(sorted(sessions, key=lambda one: order.index(one[0])))
        self.keys = [key for key, _ in self.sessions]
        self._problems: dict[datetime.date, tuple[Against, ...]] = {}

    @classmethod
    def of(cls, situation: Situation, booking: Booking, named: Named | None = None) -> Self:
        """A booked visit with its sessions."""
        return cls(situation, situation.standings.sessions_of(booking), booking, named)

    def naming(self, named: Named) -> Self:
        """The same visit with others asked for by name."""
        found = copy.copy(self)
        found.named, found.seats = dict(named), self.seats
        return found

    @cached_property
    def seats(self) -> Seats:
        """The free times; the visit that moves does not stand in its own way."""
        return self.situation.seats([self.booking] if self.booking else [])

    @property
    def finder(self) -> Finder:
        """What finds the times of the visit."""
        return self.seats.finder(self.keys)

    @cached_property
    def kept(self) -> Named:
        """What it holds now; of a new visit the provider the patient likes."""
        if self.booking is None:
            liked = self.seats.likes.provider
            return {PROVIDER: liked} if liked else {}
        held = {kind: getattr(self.booking, f"{kind}_id") for kind in HELD}
        return {kind: key for kind, key in held.items() if key}

    @cached_property
    def stays(self) -> str:
        """Why the visit is not moved at all, wherever to; nothing when it can be."""
        return why_it_stays(self.situation.standings, self.booking) if self.booking else ""

    def is_within(self, day: datetime.date) -> bool:
        """Whether a day can be asked for: from today to the end of the plan."""
        return self.situation.today <= day <= self.situation.last

    def asked(self, day: datetime.date) -> DayAsked:
        """A day with whom and what the visit may hold, the best first."""
        found = self.seats.asked(self.keys, day)
        free = {kind: self._in_order(kind, candidates) for kind, candidates in found.free.items()}
        return replace(found, free=free)

    def _in_order(self, kind: str, free: Mapping[int, Bits]) -> Mapping[int, Bits]:
        if kind in self.named:
            return {self.named[kind]: free.get(self.named[kind], 0)}
        kept = self.kept.get(kind)
        return {kept: free[kept], **free} if kept is not None and kept in free else free

    def times(self, day: datetime.date) -> Bits:
        """The starts that are offered on a day."""
        return self.finder.times(self.asked(day))

    def offered(self, day: datetime.date) -> Iterator[Wanted]:
        """The visit at every time that is offered on a day, the earliest first."""
        return (self._of(day, fit) for fit in self.finder.all_fits(self.asked(day)))

    def starting(self, day: datetime.date, start: int) -> Wanted | None:
        """The visit at a bit of a day, at any five minutes; None where it cannot be had."""
        fit = self.finder.fit(replace(self.asked(day), grid=1), start)
        return self._of(day, fit) if fit else None

    def at(self, to: Destination) -> Wanted | None:
        """The visit at its destination; None when that cannot be had.

        Raises NoSuchTime for a wall time that the clocks skip, or show twice when it is not said which.
        """
        if self.stays:
            return None
        start = self._start(to)
        return self.starting(to.date, start) if self.is_within(to.date) else None

    def _start(self, to: Destination) -> int:
        return self.seats.day(to.date).bit_of(to.minute, to.fold)

    def _of(self, day: datetime.date, fit: Fit) -> Wanted:
        seat = Seat(self.seats.day(day), fit, self.seats.steps(self.keys))
        found = wanted_at(seat, self.sessions, self.booking.pk if self.booking else None)
        return replace(found, reason=self._why_another(found))

    def _why_another(self, found: Wanted) -> str:
        """Why a visit is not with the provider it would keep; nothing when it is, or another was named."""
        kept = self.kept.get(PROVIDER)
        if PROVIDER in self.named or kept in (None, found.provider):
            return ""
        return why_not_held(self._unbooked, replace(found, provider=kept), PROVIDER, self.seats)

    @cached_property
    def _unbooked(self) -> Seats:
        return unbooked(self.situation)

    def against(self, to: Destination) -> tuple[Against, ...]:
        """Everything that stands against the destination: rules, the place, and who is booked already."""
        if self.stays:
            return (Against(PLACE, self.stays, to.date),)
        wanted = self.at(to) or self._as_asked(to)
        if not self.is_within(to.date):
            return tuple(by_place(self.situation, [wanted]))
        return against(self.situation, [wanted], busy=self.seats)

    def against_day(self, day: datetime.date) -> tuple[Against, ...]:
        """What stands against the visit on a day that has a time for it."""
        if day not in self._problems and (first := next(self.offered(day), None)):
            self._problems[day] = against(self.situation, [first])
        return self._problems.get(day, ())

    def _as_asked(self, to: Destination) -> Wanted:
        """The visit as it was asked for, although it cannot be had."""
        start = self._start(to)
        held = {kind: self._holder(kind, to.date, start) for kind in self.finder.needed}
        return Wanted(
            sessions=self.sessions,
            date=to.date,
            minute=to.minute,
            unit=self.seats.day(to.date).first + start,
            provider=held.get(PROVIDER, 0),
            room=held.get(ROOM, 0),
            device=held.get(DEVICE),
            steps=self.seats.steps(self.keys),
            booking=self.booking.pk if self.booking else None,
        )

    def _holder(self, kind: str, day: datetime.date, start: int) -> int:
        """Whom or what of a kind it would hold there: the first that is free, else the first there is."""
        if not self.is_within(day):
            return self.named.get(kind) or self.kept.get(kind, 0)
        free = self.asked(day).free[kind]
        fits = (key for key, bits in free.items() if self.finder.fits(kind, bits) >> start & 1)
        first = self.named.get(kind) or self.kept.get(kind) or next(iter(free), 0)
        return next(fits, first)
