"""Which reminders and check-ins are to be written now, by the clock on the wall of each location."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q

from clinic.models import Location
from scheduling.messages.differences import lists, when_booked
from scheduling.messages.overtaken import TIMED
from scheduling.models import Booking, CheckIn, Message, Wishes
from scheduling.patient_page.check_ins import WEEKS

AT = datetime.time(10)  # on the clock of the location, summer and winter
DAY = datetime.timedelta(days=1)
LISTING = ("series_booked", "visits_changed")  # these tell of several visits, a line each
FRESH = 7 * DAY  # a check-in whose day passed longer ago is not written about any more
UNWANTED = Q(patient__wishes__reminders=Wishes.Reminders.NONE)
State = Message.State
NOT_TOLD = (State.FAILED, State.DROPPED)


@dataclass(frozen=True, slots=True)
class CheckInDue:
    """Questions about a visit that are due so many weeks after it; `until` a message about them is of use."""

    booking: Booking
    weeks: int
    until: datetime.datetime


def moment(booking: Booking, days: int) -> datetime.datetime:
    """Ten o'clock at the booking's location, so many days after its day."""
    day = booking.date + days * DAY
    return datetime.datetime.combine(day, AT, booking.location.zone)


def reminders(now: datetime.datetime) -> Iterator[Booking]:
    """The booked visits whose reminder is due: not begun, and its patient wants reminders.

    Nobody is reminded who was told the visit's time since the reminder's moment, such as who booked late.
    """
    for location in Location.objects.all():
        today = now.astimezone(location.zone).date()
        days = location.reminder_days
        rows = Booking.objects.visits().filter(
            location=location, status=Booking.Status.BOOKED, date__range=(today, today + days * DAY)
        )
        rows = rows.exclude(UNWANTED).select_related("patient__location", "location")
        due = [one for one in rows if moment(one, -days) <= now < one.at]
        told = told_since(due, days)
        yield from (one for one in due if not is_told(one, told, days))


def told_since(due: list[Booking], days: int) -> list[Message]:
    """The messages to some patients since the first of their reminders' moments, the newest first."""
    if not due:
        return []
    since = min(moment(one, -days) for one in due)
    patients = {one.patient_id for one in due}
    return list(Message.objects.filter(patient__in=patients, written_at__gte=since))


def is_told(booking: Booking, messages: list[Message], days: int) -> bool:
    """Whether the newest message that says when a visit is went out, or still will."""
    newest = next((one for one in messages if says(one, booking, days)), None)
    return newest is not None and newest.state not in NOT_TOLD


def says(message: Message, booking: Booking, days: int) -> bool:
    """Whether a message says when a visit is now, at or after the moment of its reminder."""
    if message.patient_id != booking.patient_id or message.written_at < moment(booking, -days):
        return False
    when = when_booked(booking)
    if message.booking_id:
        about = message.booking_id == booking.pk and message.useful_until == when.at
        return about and message.key in TIMED
    return message.key in LISTING and lists(message.body, when)


def unwritten(due: Iterable[Booking]) -> dict[str, Booking]:
    """Name the reminders that are to be written, each once for a visit at a time.

    Where one was dropped and its visit is at that time again, it has another name: `reminder:7:5812344:1`.
    """
    visits = {f"reminder:{one.pk}:{one.unit}": one for one in due}
    written: dict[str, list[str]] = {once: [] for once in visits}
    rows = Message.objects.filter(key="reminder", booking__in=visits.values()).values_list("once", "state")
    for once, state in rows:
        written.setdefault(":".join(once.split(":")[:3]), []).append(state)
    return {
        f"{once}:{len(written[once])}" if written[once] else once: visit
        for once, visit in visits.items()
        if set(written[once]) <= {State.DROPPED}
    }


def check_ins(now: datetime.datetime) -> Iterator[CheckInDue]:
    """The check-ins that became due within a week and that nobody answered, of patients with an account."""
    today = now.date()
    rows = Booking.objects.visits().filter(
        status=Booking.Status.COMPLETED,
        patient__user__is_active=True,
        date__range=(today - max(WEEKS) * 7 * DAY - FRESH - DAY, today - min(WEEKS) * 7 * DAY + DAY),
    )
    rows = list(rows.exclude(UNWANTED).select_related("patient__location", "location"))
    answered = set(CheckIn.objects.filter(booking__in=rows).values_list("booking", "weeks"))
    for one in rows:
        for weeks in WEEKS:
            begins = moment(one, weeks * 7)
            if begins <= now < begins + FRESH and (one.pk, weeks) not in answered:
                yield CheckInDue(one, weeks, begins + FRESH)
