"""A small practice without a database: who works when, what is booked, and whose free times are asked."""

from collections.abc import Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from scheduling.arranging.seats import Likes, Seats
from scheduling.availability.bits import span
from scheduling.availability.days import day_of
from scheduling.availability.place import Calendar, Holder, Place, Weekly
from scheduling.availability.steps import DEVICE, PROVIDER, ROOM, Treated

ZONE = ZoneInfo("America/New_York")
MONDAY, FAR = date(2027, 1, 4), date(2027, 12, 31)
NINE, FIVE = 9 * 60, 17 * 60
ALICE, ELLIS, OKOYE = 100, 1, 2
NECK, FACE, LIPS, RF = "mesobotox.neck", "botox.upper_face", "filler.lips", "rf.perioral"
GIVES = {
    NECK: Treated("MesoBotox, neck", "toxin", 30, numbing=20),
    FACE: Treated("Botox, upper face", "toxin", 20),
    LIPS: Treated("Filler, lips", "filler", 45, block=10),
    RF: Treated("RF microneedling, around the mouth", "energy", 30, numbing=30),
}
NONE = Likes()
EVERYTHING = frozenset({"mesobotox", "botox", "filler", "rf"})
Slot = tuple[str, int, date, int, int]  # kind, id, day, from and to in minutes after midnight


def every_day(
    opens: int = NINE, closes: int = FIVE, weekdays: Iterable[int] = range(1, 6)
) -> tuple[Weekly, ...]:
    """The same hours on some weekdays."""
    return tuple(Weekly(day, opens, closes) for day in weekdays)


ellis = Holder(ELLIS, "Dr. Ellis", EVERYTHING, every_day())
okoye = Holder(OKOYE, "Dr. Okoye", frozenset({"mesobotox", "botox"}), every_day())
room = Holder(1, "Room 1", EVERYTHING)
device = Holder(1, "RF 1", frozenset({"rf"}))


def place_of(providers=(ellis, okoye), rooms=(room,), devices=(device,), **fields) -> Place:
    """Open from nine to five on weekdays, a time offered every quarter of an hour, unless told."""
    holders = {PROVIDER: tuple(providers), ROOM: tuple(rooms), DEVICE: tuple(devices)}
    return Place(**{"weekly": every_day(), "grid": 3, "holders": holders} | fields)


def seats_of(place: Place | None = None, booked: Iterable[Slot] = (), likes: Likes = NONE) -> Seats:
    """The free times of Alice in 2027."""
    base = day_of(ZONE, MONDAY - timedelta(days=1)).first
    busy: dict[tuple[str, int], int] = {}
    for kind, key, when, opens, closes in booked:
        day = day_of(ZONE, when)
        first, last = (day.first + day.bit_of(minutes) - base for minutes in (opens, closes))
        busy[kind, key] = busy.get((kind, key), 0) | span(first, last - first)
    end = day_of(ZONE, FAR + timedelta(days=1)).first
    return Seats(Calendar(place or place_of(), base, end, busy), ZONE, ALICE, GIVES, likes)


def whole_days(kind: str, key: int, first: date, last: date) -> list[Slot]:
    """Somebody or something booked from nine to five on every day of a range."""
    count = (last - first).days + 1
    return [(kind, key, first + timedelta(days=ahead), NINE, FIVE) for ahead in range(count)]


def clock_of(seat) -> str:
    """What the clock shows when a seat begins."""
    return f"{seat.day.shows(seat.fit.start):%a %H:%M}"
