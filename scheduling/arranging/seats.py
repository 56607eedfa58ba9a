"""When visits of some series can be had, with whom and where, and what stands in the way when not."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

from scheduling.availability.bits import UNIT, Bits, starts
from scheduling.availability.days import DAY_MINUTES, Day, day_of
from scheduling.availability.engine import DayAsked, Finder, Fit
from scheduling.availability.place import Calendar, Holder, Visitor
from scheduling.availability.steps import PROVIDER, Step, Treated, steps_of
from scheduling.availability.stretch import Stretch

from .blocking import why_not_provider

Keys = Collection[str]


@dataclass(frozen=True, slots=True)
class Likes:
    """When a patient likes to come (ISO weekdays; minutes after midnight) and to whom."""

    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)
    starts: int = 0
    ends: int = DAY_MINUTES
    provider: int | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """A time for a visit with whom and what it holds; `reason` says which wish it could not keep."""

    day: Day
    fit: Fit
    steps: tuple[Step, ...]
    reason: str = ""

    @property
    def unit(self) -> int:
        """The unit on the line at which it begins."""
        return self.day.first + self.fit.start


class Seats:
    """The free times of one patient at one place; `gives` says by series key how a session is given."""

    def __init__(
        self,
        calendar: Calendar,
        zone: ZoneInfo,
        patient: int,
        gives: Mapping[str, Treated],
        likes: Likes = Likes(),
    ):
        self.calendar, self.zone, self.patient, self.gives, self.likes = calendar, zone, patient, gives, likes
        self._finders: dict[frozenset[str], Finder] = {}
        self._days: dict[date, Day] = {}
        self._asked: dict[tuple[frozenset[str], date], DayAsked] = {}
        self._times: dict[tuple[frozenset[str], date], Bits] = {}

    @cached_property
    def names(self) -> dict[tuple[str, int], Holder]:
        """Everybody and everything of the place by kind and id."""
        return {(kind, one.id): one for kind, all_ in self.calendar.place.holders.items() for one in all_}

    def steps(self, keys: Keys) -> tuple[Step, ...]:
        """The steps of a visit of these series, filler before toxin."""
        return steps_of([self.gives[key] for key in self.gives if key in keys])

    def treatments(self, keys: Keys) -> frozenset[str]:
        """The treatments of some series."""
        return frozenset(treatment_of(key) for key in keys)

    def finder(self, keys: Keys) -> Finder:
        """The finder of visits of these series."""
        wanted = frozenset(keys)
        if wanted not in self._finders:
            self._finders[wanted] = Finder(self.steps(wanted))
        return self._finders[wanted]

    def day(self, when: date) -> Day:
        """A local date on the line."""
        if when not in self._days:
            self._days[when] = day_of(self.zone, when)
        return self._days[when]

    def asked(self, keys: Keys, when: date) -> DayAsked:
        """Everything that decides when such a visit could come on a day."""
        asked = (self.treatments(keys), when)
        if asked not in self._asked:
            self._asked[asked] = self.calendar.asked(self.day(when), self.visitor(keys))
        return self._asked[asked]

    def visitor(self, keys: Keys) -> Visitor:
        """The patient with what such a visit takes, the wished provider first."""
        by_device = {treatment_of(key) for key in keys if self.gives[key].kind == "energy"}
        liked = () if self.likes.provider is None else (self.likes.provider,)
        return Visitor(self.patient, self.treatments(keys), frozenset(by_device), liked)

    def look_ahead(self, visits: Iterable[Keys], days: Sequence[date]) -> None:
        """Find the starts of such visits on many days at once, in order: `times` then has them at hand."""
        stretch = Stretch(self.calendar, [self.day(when) for when in days])
        for keys in visits:
            found = stretch.times(self.finder(keys), self.visitor(keys))
            self._times |= {(frozenset(keys), when): times for when, times in found.items()}

    def times(self, keys: Keys, when: date) -> Bits:
        """Every start of such a visit on a day."""
        asked = (frozenset(keys), when)
        if asked not in self._times:
            self._times[asked] = self.finder(keys).times(self.asked(keys, when))
        return self._times[asked]

    def wished(self, keys: Keys, when: date) -> Bits:
        """The starts of a day that keep every wish of the patient.

        A provider who cannot give this here is no wish that any day could keep.
        """
        times = self.times(keys, when) & self._hours(keys, when)
        return times & self._with_provider(keys, when) if times and self._liked(keys) else times

    def _with_provider(self, keys: Keys, when: date) -> Bits:
        """The starts at which the wished provider is free for a visit; all of them without such a wish."""
        if self.likes.provider is None:
            return self.day(when).whole()
        holder = self._liked(keys)
        free = self.calendar.free(self.day(when), PROVIDER, holder) if holder else 0
        return self.finder(keys).fits(PROVIDER, free)

    def _liked(self, keys: Keys) -> Holder | None:
        """The wished provider, if that one gives all of these series here."""
        holder = self.names.get((PROVIDER, self.likes.provider or 0))
        return holder if holder and self.treatments(keys) <= holder.serves else None

    def _hours(self, keys: Keys, when: date) -> Bits:
        """The starts of a visit that lies within the preferred days and hours."""
        if when.isoweekday() not in self.likes.weekdays:
            return 0
        inside = self.day(when).between(self.likes.starts, self.likes.ends)
        return starts(inside, self.finder(keys).length)

    def best(self, keys: Keys, when: date) -> Seat | None:
        """The best time of a day: the wished provider, the wished hours, then beside another visit.

        None when the day has none. A wish that cannot be kept is said in the seat's reason.
        """
        times = self.times(keys, when)
        if not times:
            return None
        reasons = []
        if times & (wish := self._with_provider(keys, when)):
            times &= wish
        else:
            reasons.append(why_not_provider(self, keys, when))
        if times & (wish := self._hours(keys, when)):
            times &= wish
        else:
            reasons.append("outside the preferred days or hours")
        asked, finder = self.asked(keys, when), self.finder(keys)
        fit = min(
            finder.all_fits(asked, times),
            key=lambda one: (self._gap(asked, one, finder.length), one.start),
        )
        return Seat(self.day(when), fit, self.steps(keys), "; ".join(reasons))

    def at(self, keys: Keys, when: date, start: int, held: Mapping[str, int] | None = None) -> Seat | None:
        """The seat at one start of a day, with these of a kind where it has to be; None when it is not free.

        A staff member may book at any five minutes, so the grid of offered times does not matter here.
        """
        asked = replace(self.asked(keys, when), grid=1)
        for kind, key in (held or {}).items():
            asked = only(asked, kind, key)
        fit = self.finder(keys).fit(asked, start)
        return Seat(self.day(when), fit, self.steps(keys)) if fit else None

    def _gap(self, asked: DayAsked, fit: Fit, length: int) -> int:
        """0 where the provider's time before or after is taken or the day ends there, so no hole is left."""
        free = asked.free[PROVIDER].get(fit.resources[PROVIDER], 0)
        before = fit.start == 0 or not free >> (fit.start - 1) & 1
        after = not free >> (fit.start + length) & 1
        return 0 if before or after else 1


def only(asked: DayAsked, kind: str, key: int) -> DayAsked:
    """The same day with only one provider, room or device of a kind."""
    return replace(asked, free={**asked.free, kind: {key: asked.free[kind].get(key, 0)}})


def treatment_of(key: str) -> str:
    """The treatment of a series key: botox of botox.upper_face."""
    return key.split(".", 1)[0]


def minutes_of(steps: Collection[Step]) -> int:
    """How long steps take one after the other, in minutes on the five-minute base."""
    return sum(step.units for step in steps) * UNIT
