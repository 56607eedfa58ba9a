"""Who waits in the demo practice for a sooner date: one time is free for them this week, and one is held."""

import datetime
from collections.abc import Iterator, Sequence
from itertools import count

from django.db import transaction

from clinic.actions.patients import register
from clinic.demo import PEOPLE, email_of
from clinic.demo_people import guest, guest_email
from clinic.models import Location, Patient
from scheduling.actions import visits, waitlist
from scheduling.boards.freed import Freed, freed_times
from scheduling.boards.waiting import Matching
from scheduling.course.standing import Standings
from scheduling.demo.cast import Cast
from scheduling.demo.load import loads
from scheduling.demo.past import DAY
from scheduling.demo.plans import approved, booked, proposed, treatments_of
from scheduling.demo.wishes import BROWS
from scheduling.models import Booking, Plan, PlanVersion, Waiting

HOPEFUL = 2
# Their first visit is so many days after they could come; visits of the days before are given up.
LATER, SOON, AT_MOST = 12 * DAY, 7 * DAY, 21 * DAY
WHY = ("Has a fever and will call again", "A meeting came up; will call again")
NOTES = ("Works around the corner: an hour's notice is enough", "Best reached by phone after ten", "")


def seed_waiting(cast: Cast) -> None:
    """Let three wait at every location, unless somebody does, and give up two visits in time for them.

    One of these times stays free, the other is held for the second who waits.
    """
    numbers = (one for one in count(1) if not Patient.objects.filter(email=guest_email(one)).exists())
    for location in cast.locations:
        if not Waiting.objects.filter(plan__patient__location=location).exists():
            seed_at(cast, location, [next(numbers) for _ in range(HOPEFUL)])


def seed_at(cast: Cast, location: Location, numbers: Sequence[int]) -> None:
    """Let guests with these numbers wait, and one of the demo's people; free a time, and hold another."""
    days = loads(location, cast.today(location) + DAY, cast.today(location) + AT_MOST)
    if not days:
        return
    first = min(days)
    plans = [hopeful(cast, location, number, first).plan for number in numbers]
    rows = [wait(cast, plan, place) for place, plan in enumerate([*plans, *unlucky(cast, location)])]
    given_up = list(could_be_given_up(cast, location, first, rows))
    for booking, why in zip(given_up, WHY, strict=False):
        give_up(cast, booking, why)
    if len(given_up) > 1:
        time = next(freed_by(cast, given_up[1]))
        by = cast.coordinator(location)
        waitlist.offer(by=by, waiting=rows[1], time=time, now=cast.now, tells=False)


def hopeful(cast: Cast, location: Location, number: int, first: datetime.date) -> PlanVersion:
    """Register a guest who could come from a day on, and is booked for a good week later."""
    found = cast.answers.to(BROWS, location, first)
    now, by = cast.noon(location, first - 3 * DAY), cast.coordinator(location)
    patient = register(by=by, location=location, **guest(number, location.slug))
    able = cast.able(location, treatments_of(found))
    version = approved(proposed(cast, patient, found, now), able[number % len(able)].user, now)
    placed = found.solution.placed() if found.solution else ()
    booked(cast, version, now, {(one.series, one.number): one.date + LATER for one in placed})
    return version


def unlucky(cast: Cast, location: Location) -> Iterator[Plan]:
    """One of the demo's people under way with a session in need of a date, if there is one."""
    emails = [email_of(number) for number in range(len(PEOPLE))]
    here = PlanVersion.objects.approved().with_details().filter(plan__patient__location=location)
    begun = here.filter(plan__patient__email__in=emails, plan__bookings__isnull=False).distinct()
    for version in begun.order_by("plan"):
        if Standings.of(version, cast.today(location)).needs_a_date:
            yield version.plan
            return


def could_be_given_up(
    cast: Cast, location: Location, first: datetime.date, rows: Sequence[Waiting]
) -> Iterator[Booking]:
    """A visit for each hopeful guest, of different days and short, whose time would suit them."""
    hopes = [one.plan_id for one in rows[:HOPEFUL]]
    guests = Booking.objects.filter(location=location, status=Booking.Status.BOOKED, date__gte=first)
    near = guests.filter(date__lt=first + SOON, patient__email__startswith="guest").exclude(plan__in=hopes)
    left, days = list(rows[:HOPEFUL]), set()
    for booking in near.with_details().order_by("units", "unit", "pk"):
        if left and booking.date not in days and suits(cast, booking, left[0]):
            days.add(booking.date)
            left.pop(0)
            yield booking


def suits(cast: Cast, booking: Booking, waiting: Waiting) -> bool:
    """Whether the time of a visit would suit somebody, were it given up; nothing of it stays."""
    with transaction.atomic():
        give_up(cast, booking, WHY[0])
        time = next(freed_by(cast, booking), None)
        found = bool(time and Matching(time, [waiting], cast.now).sorted()[0])
        transaction.set_rollback(True)
    return found


def wait(cast: Cast, plan: Plan, place: int) -> Waiting:
    """Put a plan on the waitlist, some days ago, for any open day."""
    location = plan.patient.location
    now = cast.noon(location, cast.today(location) - (place + 1) * DAY)
    facts = {"weekdays": location.weekdays, "note": NOTES[place]}
    return waitlist.wait(by=cast.coordinator(location), plan=plan, now=now, **facts)


def give_up(cast: Cast, booking: Booking, reason: str) -> None:
    """Cancel a visit that is still to come."""
    by = cast.coordinator(booking.location)
    visits.cancel(by=by, booking=booking, reason=reason, now=cast.now, tells=False)


def freed_by(cast: Cast, booking: Booking) -> Iterator[Freed]:
    """The stretches in which the time of a visit that was given up is free."""
    last = booking.unit + booking.units
    for one in freed_times(booking.location, cast.now):
        if one.provider == booking.provider_id and one.unit < last and booking.unit < one.unit + one.units:
            yield one
