"""The guests who fill the demo's calendar: small plans, begun in the past or to begin, booked near a day."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from clinic.actions.patients import register
from clinic.demo_people import guest, guest_email
from clinic.models import Location, Patient, Provider
from scheduling.demo.cast import Cast
from scheduling.demo.load import emptiest, loads, total
from scheduling.demo.past import DAY, walk
from scheduling.demo.plans import Dates, approved, booked, proposed, treatments_of
from scheduling.demo.wishes import GUESTS, SHORT_VISITS, Wish
from scheduling.intake.recommendation import Recommendation
from scheduling.models import PlanVersion

# Guests tried for a stretch of days before it is left as full as it came to be.
TRIES = 30
# Which of a guest's visits, from 0, is the one that fills the day: some begin, some began long ago.
VISITS = (0, 1, 0, 2, 0, 1, 0, 3)
QUARTER, WEEK, FORTNIGHT = 91 * DAY, 7 * DAY, 14
# How much of a week is booked, and of the first one, in which some visits are given up again.
SHARE, FIRST_SHARE = 0.7, 0.75


@dataclass(frozen=True)
class Stretch:
    """Some days, both ends included, and how much of them is to be booked by guests with which wishes."""

    first: datetime.date
    last: datetime.date
    share: float = SHARE
    wishes: tuple[Wish, ...] = GUESTS


@dataclass(frozen=True)
class Visit:
    """A day on which the guest with a number is to come to a location, for one of some wishes."""

    location: Location
    day: datetime.date
    wishes: tuple[Wish, ...]
    number: int


def seed_guests(cast: Cast, weeks: int) -> None:
    """Fill some of last week, the day under way, and 70 % of every week from today on.

    Nothing is done where there are guests already.
    """
    if Patient.objects.filter(email=guest_email(1)).exists():
        return
    numbers = count(1)
    for location in cast.locations:
        forget(cast, location, next(numbers))
        for stretch in around_today(cast, location):
            fill(cast, location, stretch, numbers)
    for week in range(weeks):
        for location in cast.locations:
            first = cast.today(location) + week * WEEK
            share = SHARE if week else FIRST_SHARE
            fill(cast, location, Stretch(first, first + WEEK - DAY, share), numbers)


def forget(cast: Cast, location: Location, number: int) -> None:
    """Bring a guest in the last week, of whom nobody has said since whether they came."""
    today = cast.today(location)
    days = loads(location, today - WEEK, today - DAY)
    if days:
        version = seed_guest(cast, Visit(location, emptiest(days), GUESTS, number))
        walk(cast, version, today - WEEK)


def around_today(cast: Cast, location: Location) -> tuple[Stretch, ...]:
    """What is filled first: the week that lies behind, and today, or the next day on which somebody works."""
    today = cast.today(location)
    busy = min(loads(location, today, today + 2 * WEEK))
    return Stretch(today - WEEK, today - DAY, 0.4), Stretch(busy, busy, 0.85, SHORT_VISITS)


def fill(cast: Cast, location: Location, stretch: Stretch, numbers: Iterator[int]) -> None:
    """Bring guests to the emptiest day of a stretch until enough of its time is booked."""
    for _ in range(TRIES):
        days = loads(location, stretch.first, stretch.last)
        if total(days.values()).share >= stretch.share:
            return
        visit = Visit(location, emptiest(days), stretch.wishes, next(numbers))
        walk(cast, seed_guest(cast, visit), cast.today(location))


def seed_guest(cast: Cast, visit: Visit) -> PlanVersion:
    """Register a guest whose booked plan has a visit on a day, or near it."""
    start, found, provider = suited(cast, visit)
    location, number = visit.location, visit.number
    now = cast.noon(location, start - (2 + number % 9) * DAY)
    by = cast.coordinator(location)
    patient = register(by=by, location=location, **guest(number, location.slug))
    version = approved(proposed(cast, patient, found, now), provider.user, now)
    booked(cast, version, now, pushed(found, visit.day))
    return version


def suited(cast: Cast, visit: Visit) -> tuple[datetime.date, Recommendation, Provider]:
    """Choose a wish that somebody who works on the day can answer: its first day, its plan, and who."""
    number, location = visit.number, visit.location
    for turn in range(len(visit.wishes)):
        wish = visit.wishes[(number + turn) % len(visit.wishes)]
        about = visit.day - VISITS[number % len(VISITS)] * QUARTER if wish.is_slow else visit.day
        start = about - about.weekday() * DAY
        found = cast.answers.to(wish, location, start)
        if able := cast.able(location, treatments_of(found), visit.day.isoweekday()):
            return start, found, able[number % len(able)]
    raise LookupError(f"nobody at {location} on {visit.day} gives what a guest could want")


def pushed(found: Recommendation, day: datetime.date) -> Dates:
    """The dates of a plan, all pushed back by the few days after which one of its visits is on a day."""
    visits = found.solution.visits if found.solution else ()
    by = min((ahead for one in visits if 0 <= (ahead := (day - one.date).days) < FORTNIGHT), default=0)
    return {(one.series, one.number): one.date + by * DAY for row in visits for one in row.sessions}
