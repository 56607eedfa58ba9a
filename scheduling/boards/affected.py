"""Coming visits that their place can no longer serve: the guard's own check, over a place read once.

Hours, shifts, absences, closures, credentials, rooms and devices change after a visit was booked. Whatever
the guard would refuse now stands against it; only its steps stay those that it was booked with.
"""

import datetime
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import TextField
from django.db.models.functions import Cast

from clinic.models import Location
from scheduling.arranging.seats import Keys, Seats, treatment_of
from scheduling.availability.bits import Bits
from scheduling.availability.days import EPOCH, LENGTH, Day
from scheduling.availability.engine import DayAsked
from scheduling.availability.place import Calendar, Holder, Place
from scheduling.availability.steps import DEVICE, PROVIDER, ROOM, Step, Treated
from scheduling.claiming.free_times import place_of
from scheduling.course.wanted import Wanted
from scheduling.guard.place import by_hours
from scheduling.models import BookedSession, Booking
from treatments.models import TreatmentType

HELD = ("provider", "room", "device")
NAMES = {PROVIDER: "provider__printed_name", ROOM: "room__name", DEVICE: "device__name"}
COLUMNS = ("pk", "plan", "date", "minute", "unit", *HELD, *NAMES.values(), "as_text")


@dataclass(frozen=True, slots=True)
class Affected:
    """A coming visit that its place can no longer serve, by its ids, and what is wrong in words."""

    booking: int
    plan: int
    because: str


@dataclass(frozen=True, slots=True)
class Coming:
    """A row of a coming visit by the names of its columns, with the series it is for; its steps are text."""

    row: Mapping
    keys: tuple[str, ...]

    def wanted(self, steps: tuple[Step, ...]) -> Wanted:
        """The visit as it would be asked for now."""
        time = {name: self.row[name] for name in ("date", "minute", "unit", *HELD)}
        return Wanted(sessions=tuple((key, 0) for key in self.keys), steps=steps, **time)


class FreeOnDay(dict[int, Bits]):
    """When those who are `able` could be had on a day, each worked out when it is first asked for."""

    def __init__(self, calendar: Calendar, day: Day, kind: str, able: Mapping[int, Holder]):
        super().__init__()
        self.calendar, self.day, self.kind, self.able = calendar, day, kind, able

    def get(self, holder: int, default: Bits | None = None) -> Bits | None:
        """The free bits of one of them; nothing for anybody else."""
        known = self.able.get(holder)
        return self.calendar.free(self.day, self.kind, known) if known else default


class AsBooked(Seats):
    """A place asked about visits of some series whose steps are those they were booked with."""

    def __init__(self, calendar: Calendar, location: Location, kinds: Mapping[str, str], one: Coming):
        gives = {key: Treated(key, kinds.get(treatment_of(key), ""), 0) for key in one.keys}
        super().__init__(calendar, location.zone, 0, gives)
        self._treatments = super().treatments(one.keys)
        self._of_day: dict[datetime.date, DayAsked] = {}
        by_kind = calendar.candidates(self.visitor(one.keys))
        self.able = {kind: {holder.id: holder for holder in all_} for kind, all_ in by_kind.items()}
        steps = json.loads(one.row["as_text"])
        self.booked = tuple(Step(name, minutes, frozenset(holds.split())) for name, minutes, holds in steps)

    def asked(self, keys: Keys, when: datetime.date) -> DayAsked:
        """What decides whether a visit can take place on a day; hours only of those it holds."""
        if when not in self._of_day:
            day = self.day(when)
            free = {kind: FreeOnDay(self.calendar, day, kind, able) for kind, able in self.able.items()}
            self._of_day[when] = DayAsked(day.units, self.calendar.opened(day), free)
        return self._of_day[when]

    def steps(self, keys: Keys) -> tuple[Step, ...]:
        """The steps that were booked."""
        return self.booked

    def treatments(self, keys: Keys) -> frozenset[str]:
        """The treatments of its series."""
        return self._treatments


def affected(location: Location, today: datetime.date) -> list[Affected]:
    """The visits from `today` on that a location can no longer serve, the soonest first.

    In ten queries, and two where nothing is booked.
    """
    coming = coming_visits(location, today)
    if not coming:
        return []
    return unserved(place_of(location, today, max(one.row["date"] for one in coming)), location, coming)


def because_of(booking: Booking, today: datetime.date) -> str:
    """Why a visit cannot take place as booked; nothing when it can, or has not to any more."""
    if booking.status != Booking.Status.BOOKED or booking.date < today:
        return ""
    location, day = booking.location, booking.date
    own = [one for one in coming_visits(location, day, day) if one.row["pk"] == booking.pk]
    return "".join(one.because for one in unserved(place_of(location, day, day), location, own))


def unserved(place: Place, location: Location, coming: Sequence[Coming]) -> list[Affected]:
    """Those of some visits that a place, read for all of their days, can no longer serve; in one query."""
    empty = Calendar(place, 0, sys.maxsize, {})
    kinds = dict(TreatmentType.objects.order_by().values_list("key", "kind"))
    asked: dict[tuple, AsBooked] = {}
    found = []
    for one in coming:
        alike = (one.row["as_text"], one.keys)
        if alike not in asked:
            asked[alike] = AsBooked(empty, location, kinds, one)
        if because := "; ".join(wrong(asked[alike], location, one)):
            found.append(Affected(one.row["pk"], one.row["plan"], because[:1].upper() + because[1:]))
    return found


def coming_visits(
    location: Location, first: datetime.date, last: datetime.date = datetime.date.max
) -> list[Coming]:
    """The booked visits of a location between two days by time, in two queries."""
    ahead = {"location": location, "date__range": (first, last), "status": Booking.Status.BOOKED}
    of_booking = {f"booking__{name}": value for name, value in ahead.items()}
    sessions = BookedSession.objects.filter(is_live=True, **of_booking).order_by("booking", "position")
    keys: dict[int, tuple[str, ...]] = {}
    for pk, key in sessions.values_list("booking", "key"):
        keys[pk] = (*keys.get(pk, ()), key)
    rows = Booking.objects.filter(**ahead).annotate(as_text=Cast("steps", TextField()))
    found = rows.order_by("unit", "pk").values_list(*COLUMNS)
    return [Coming(dict(zip(COLUMNS, row, strict=True)), keys.get(row[0], ())) for row in found]


def wrong(seats: AsBooked, location: Location, one: Coming) -> Iterator[str]:
    """What stands against a booked visit now, in words that name whom and what it holds."""
    wanted = one.wanted(seats.booked)
    shown = (EPOCH + wanted.unit * LENGTH).astimezone(seats.zone)
    if (shown.date(), shown.hour * 60 + shown.minute) != (wanted.date, wanted.minute):
        yield f"the clock at {location} shows another time by now"
        return
    for text in by_hours(seats, wanted, busy=None):
        for kind, name in NAMES.items():
            text = text.replace(
                f"this {kind} cannot be booked here", f"{one.row[name]} can no longer be booked"
            )
        yield text
