"""What became of the demo's visits until today: most went well, and some did not."""

import datetime
from collections.abc import Callable, Mapping

from scheduling.actions import visits
from scheduling.actions.bookings import Order, book
from scheduling.actions.given import record_elsewhere
from scheduling.course.situation import Situation
from scheduling.course.wanted import wanted_at
from scheduling.demo.cast import Cast
from scheduling.demo.plans import replanned
from scheduling.models import Booking, PlanVersion

Event = Callable[[Cast, PlanVersion, Booking], None]
Events = Mapping[int, Event]
DAY = datetime.timedelta(days=1)
FIVE = datetime.timedelta(minutes=5)
TOO_EARLY, BETWEEN = 72, 45
GOES_AWAY = "Leaves for half a year; knows that this round will not count"


def walk(cast: Cast, version: PlanVersion, until: datetime.date, events: Events | None = None) -> None:
    """Let every day before `until` pass: the n-th visit, from 0, goes as `events` say, or well."""
    index = 0
    while booking := next_visit(version, until):
        (events or {}).get(index, came)(cast, version, booking)
        index += 1


def next_visit(version: PlanVersion, until: datetime.date) -> Booking | None:
    """The first visit before a day of which nothing was recorded yet."""
    rows = Booking.objects.filter(plan=version.plan_id, status=Booking.Status.BOOKED, date__lt=until)
    return rows.with_details().order_by("unit").first()


def came(cast: Cast, version: PlanVersion, booking: Booking) -> None:
    """The patient came a little before the time and was treated."""
    visits.arrive(by=cast.coordinator(booking.location), booking=booking, now=booking.at - FIVE)
    treated(cast, version, booking)


def treated(cast: Cast, version: PlanVersion, booking: Booking, left_out: str = "") -> None:
    """The patient was treated; with a reason in `left_out` all but the last area."""
    keys = [one.key for one in booking.sessions.all()]
    if left_out and len(keys) > 1:
        keys = keys[:-1]
    provider = booking.provider.user
    visits.complete(by=provider, booking=booking, treated=keys, now=ends(booking), left_out=left_out)


def ends(booking: Booking) -> datetime.datetime:
    """The moment a visit is over."""
    return booking.at + booking.units * FIVE


def missed(cast: Cast, version: PlanVersion, booking: Booking) -> None:
    """The patient did not come and called later that day for another date."""
    missed_for_good(cast, version, booking)
    replanned(cast, version, ends(booking) + FIVE, "Missed the visit and called for another date")


def missed_for_good(cast: Cast, version: PlanVersion, booking: Booking) -> None:
    """The patient did not come, and nobody has reached them since."""
    visits.miss(by=cast.coordinator(booking.location), booking=booking, now=ends(booking))


def spared(cast: Cast, version: PlanVersion, booking: Booking) -> None:
    """One area was left out, which is to be made up for."""
    treated(cast, version, booking, left_out="A cold sore; this area next time")
    replanned(cast, version, ends(booking) + FIVE, "An area was left out")


def spared_for_good(cast: Cast, version: PlanVersion, booking: Booking) -> None:
    """One area was left out, and nobody has given it another date."""
    treated(cast, version, booking, left_out="Felt faint; the patient will call")


def early(cast: Cast, version: PlanVersion, booking: Booking) -> None:
    """The patient wanted to come before the minimum; the provider gave in, and it does not count."""
    last = version.plan.given.standing().latest("date").date
    situation = Situation(version, cast.noon(booking.location, last + BETWEEN * DAY))
    keys, seats = [one.key for one in booking.sessions.all()], situation.seats([booking])
    days = (last + ahead * DAY for ahead in range(TOO_EARLY, TOO_EARLY + 14))
    seat = next((seat for day in days if (seat := seats.best(keys, day))), None)
    if seat is not None:
        sessions = situation.standings.booked
        ids = tuple(session for session, one in sessions.items() if one.pk == booking.pk)
        wanted = (wanted_at(seat, ids, booking.pk),)
        order = Order(wanted, action="visit.moved", override=GOES_AWAY, tells=False)
        book(by=booking.provider.user, version=version, order=order, now=situation.now)
        booking = Booking.objects.with_details().get(pk=booking.pk)
    came(cast, version, booking)
    replanned(cast, version, ends(booking) + FIVE, "Given too early: the round is still to be given")


def elsewhere(cast: Cast, version: PlanVersion, booking: Booking) -> None:
    """The patient was treated, and once more at another practice before the next visit."""
    came(cast, version, booking)
    day = booking.date + BETWEEN * DAY
    now = cast.noon(booking.location, day + 2 * DAY)
    if now.date() > day:
        name = booking.sessions.all()[0].name
        by = cast.coordinator(booking.location)
        record_elsewhere(by=by, patient=booking.patient, plan=booking.plan, name=name, date=day, now=now)
        replanned(cast, version, now, "Treated elsewhere on a journey")
