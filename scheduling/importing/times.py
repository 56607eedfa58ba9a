"""The times that an import asks for: whether they can be had, why not, and what would work."""

import datetime
from collections.abc import Iterator, Mapping, Sequence

from scheduling.arranging.blocking import NOBODY
from scheduling.arranging.days import outwards
from scheduling.arranging.seats import only
from scheduling.availability.bits import UNIT, Bits, each
from scheduling.availability.days import NoSuchTime
from scheduling.availability.engine import DayAsked
from scheduling.availability.steps import DEVICE, PATIENT, PROVIDER, ROOM
from scheduling.course.situation import Situation
from scheduling.course.wanted import SessionId, Wanted, wanted_at
from scheduling.guard.place import by_place
from scheduling.guard.rules import by_rules
from scheduling.importing.rows import Row, short
from scheduling.planning.reasons import spoken

NEAREST = 3
EVERY_ONE = {ROOM: "every room that serves it", DEVICE: "every device that gives it", PATIENT: "the patient"}
Sessions = Sequence[SessionId]


class Times:
    """The free times of one plan's patient."""

    def __init__(self, situation: Situation):
        self.situation, self.seats = situation, situation.seats()

    def at(self, row: Row, sessions: Sessions) -> Wanted | str:
        """The visit at the time of a row, with the first room and device that fit, or why there is none."""
        held = self.held(row)
        if isinstance(held, str):
            return held
        today, last = self.situation.today, self.situation.last
        if row.date < today:
            return f"{spoken(row.date)} has passed."
        if row.date > last:
            return f"{spoken(row.date)} lies after the plan, which ends on {spoken(last)}."
        keys = [key for key, _ in sessions]
        try:
            start = self.seats.day(row.date).bit_of(row.minute)
        except NoSuchTime as error:
            return f"{error}."
        seat = self.seats.at(keys, row.date, start, held)
        return wanted_at(seat, tuple(sessions)) if seat else self.why_not(row, sessions, start, held)

    def held(self, row: Row) -> dict[str, int] | str:
        """The provider and, where one is named, the room of a row, by id; or which of them is not known."""
        found = {}
        for kind, name in ((PROVIDER, row.provider), (ROOM, row.room)):
            known = self.situation.place.holders[kind]
            if name:
                holder = next((one for one in known if one.name.casefold() == name.casefold()), None)
                if holder is None:
                    names = ", ".join(one.name for one in known) or "none yet"
                    where = self.situation.location.name
                    return f"no {kind} “{short(name)}” can be booked at {where}; there is: {names}."
                found[kind] = holder.id
        return found

    def why_not(self, row: Row, sessions: Sessions, start: int, held: Mapping[str, int]) -> str:
        """What stands in the way of a time: the place and its hours, else who or what is booked already."""
        keys = [key for key, _ in sessions]
        asked, needed = self.seats.asked(keys, row.date), self.seats.finder(keys).needed
        for kind in (ROOM, DEVICE):
            if kind in needed and not asked.free[kind]:
                return f"{NOBODY[kind]}."
        first = {kind: next(iter(asked.free[kind])) for kind in (ROOM, DEVICE) if kind in needed}
        wanted = Wanted(
            sessions=tuple(sessions),
            date=row.date,
            minute=row.minute,
            unit=self.seats.day(row.date).first + start,
            provider=held[PROVIDER],
            room=held.get(ROOM) or first[ROOM],
            device=first.get(DEVICE),
            steps=self.seats.steps(keys),
        )
        if found := list(by_place(self.situation, [wanted])):
            return " ".join(one.text for one in found)
        busy = self.busy(narrowed(asked, held), keys, start, held)
        return f"{spoken(row.date)}, {wanted.starts}: {' and '.join(busy)} is booked already."

    def busy(self, asked: DayAsked, keys: Sequence[str], start: int, held: Mapping[str, int]) -> list[str]:
        """Who and what is booked at a start of a day."""
        finder = self.seats.finder(keys)
        return [
            self.seats.names[kind, held[kind]].name if kind in held else EVERY_ONE[kind]
            for kind in finder.needed
            if not any(finder.fits(kind, free) >> start & 1 for free in asked.free[kind].values())
        ]

    def instead(self, row: Row, sessions: Sessions, others: Sequence[Wanted]) -> str:
        """The nearest times with the same provider that are free and break no rule beside `others`."""
        held = self.held(row)
        if isinstance(held, str):
            return ""
        found = list(self.nearest(row, sessions, held, others))
        times = "; ".join(f"{spoken(one.date)}, {one.starts}" for one in found)
        return f" What would work: {times}." if times else " The patient's plan page shows what would work."

    def nearest(
        self, row: Row, sessions: Sessions, held: Mapping[str, int], others: Sequence[Wanted]
    ) -> Iterator[Wanted]:
        """The nearest such time of each of the three nearest days that have one."""
        keys, left = [key for key, _ in sessions], NEAREST
        today, last = self.situation.today, self.situation.last
        for day in outwards(min(max(row.date, today), last), today, last):
            starts = sorted(each(self.free(keys, day, held)), key=lambda bit: abs(bit - row.minute // UNIT))
            seat = self.seats.at(keys, day, starts[0], held) if starts else None
            wanted = wanted_at(seat, tuple(sessions)) if seat else None
            if wanted and not any(by_rules(self.situation, [*others, wanted], frozenset())):
                yield wanted
                left -= 1
            if not left:
                return

    def free(self, keys: Sequence[str], day: datetime.date, held: Mapping[str, int]) -> Bits:
        """The starts of a day with these holders."""
        return self.seats.finder(keys).times(narrowed(self.seats.asked(keys, day), held))


def narrowed(asked: DayAsked, held: Mapping[str, int]) -> DayAsked:
    """A day with only these holders of their kinds."""
    for kind, key in held.items():
        asked = only(asked, kind, key)
    return asked
