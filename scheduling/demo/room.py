"""Free times for the demo's patient with an account: safe days on which their next visit could be instead."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import count, islice

from django.db import transaction

from clinic.demo_people import guest_email
from clinic.models import Patient
from scheduling.actions import visits
from scheduling.demo.cast import Cast
from scheduling.demo.guests import SHARE, WEEK, Visit, seed_guest
from scheduling.demo.load import emptiest, loads, total
from scheduling.demo.past import DAY, walk
from scheduling.demo.wishes import SHORT_VISITS
from scheduling.models import Booking, PlanVersion
from scheduling.patient_page.course import Course
from scheduling.patient_page.moving import MovePage

SAFE_DAYS, TRIES, OTHERS = 2, 12, 10
WHY = "Goes on a journey and will call for another date"


def make_room(cast: Cast, patient: Patient) -> None:
    """Give up visits of guests until the patient's next visit has two safe days, and fill other days."""
    booking = Course(patient.user, patient, cast.now).next if patient.user else None
    if booking is None:
        return
    gone = {day for day, guests in in_the_way(cast, booking) if gives_room(cast, booking, guests)}
    for week in sorted({(day - cast.today(booking.location)).days // WEEK.days for day in gone}):
        refill(cast, booking, week, {*gone, booking.date})


def gives_room(cast: Cast, booking: Booking, guests: Iterable[Booking]) -> bool:
    """Give up visits of a day until it is safe, else none; whether it is. None where enough days are."""
    found = len(safe_days(cast, booking))
    if found >= SAFE_DAYS:
        return False
    by = cast.coordinator(booking.location)
    with transaction.atomic():
        for guest in guests:
            visits.cancel(by=by, booking=guest, reason=WHY, now=cast.now, tells=False)
            if len(safe_days(cast, booking)) > found:
                return True
        transaction.set_rollback(True)
    return False


def safe_days(cast: Cast, booking: Booking) -> list[datetime.date]:
    """The first days on which a visit could be instead."""
    version = PlanVersion.objects.approved().with_details().get(plan=booking.plan_id)
    page = MovePage(booking, version, cast.now)
    page.from_day(page.span[0])
    return [one.date for one in page.days]


def in_the_way(cast: Cast, booking: Booking) -> Iterator[tuple[datetime.date, list[Booking]]]:
    """The visits of guests to the same provider by day, the nearest days first, each from its end."""
    rows = Booking.objects.filter(
        provider=booking.provider,
        location=booking.location,
        status=Booking.Status.BOOKED,
        date__gt=cast.today(booking.location),
        patient__email__startswith="guest",
    )
    days: dict[datetime.date, list[Booking]] = defaultdict(list)
    for one in rows.with_details().order_by("-unit"):
        days[one.date].append(one)
    near = sorted(days.items(), key=lambda day: (abs(day[0] - booking.date), day[0]))
    return islice(near, TRIES)


def refill(cast: Cast, booking: Booking, week: int, kept: Collection[datetime.date]) -> None:
    """Bring guests to a week, counted from today, on days that are not kept, until enough of it is booked."""
    location, today = booking.location, cast.today(booking.location)
    first = today + week * WEEK
    numbers = (one for one in count(1) if not Patient.objects.filter(email=guest_email(one)).exists())
    for number in islice(numbers, OTHERS):
        days = loads(location, first, first + WEEK - DAY)
        others = {day: load for day, load in days.items() if day not in kept}
        if total(days.values()).share >= SHARE or not others:
            return
        with transaction.atomic():
            safe = safe_days(cast, booking)
            walk(cast, seed_guest(cast, Visit(location, emptiest(others), SHORT_VISITS, number)), today)
            transaction.set_rollback(safe_days(cast, booking) != safe)
