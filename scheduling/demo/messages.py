"""What the demo's patients were written: reminders of their next visits, one of which did not arrive."""

import datetime

from clinic.models import Location
from scheduling.actions.outbox import remind
from scheduling.demo.cast import Cast
from scheduling.models import Booking, Message

SENT = 3  # at each location; the reminder of one visit more is refused by the patient's mail server
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
PROBLEM = "The mail server refused the mail or its address (550)."


def seed_messages(cast: Cast) -> None:
    """Remind whoever comes next at each location, unless somebody who comes there was written to."""
    for location in cast.locations:
        if not Message.objects.filter(patient__location=location).exists():
            for number, booking in enumerate(coming(cast, location)):
                reminded(cast, booking, is_sent=number < SENT)


def coming(cast: Cast, location: Location) -> list[Booking]:
    """The next visits of a location, one of each patient; the last is not before tomorrow, so it can wait."""
    rows = Booking.objects.visits().filter(location=location, status=Booking.Status.BOOKED)
    rows = rows.filter(date__gte=cast.today(location)).select_related("patient__location", "location")
    later = {one.patient_id: one for one in rows.order_by("-unit") if one.at > cast.now + HOUR}
    found = sorted(later.values(), key=lambda one: one.unit)
    return found[:SENT] + [one for one in found[SENT:] if one.at > cast.now + DAY][:1]


def reminded(cast: Cast, booking: Booking, *, is_sent: bool) -> None:
    """Write a reminder an hour ago, and what became of it; no mail leaves."""
    once, then = f"reminder:{booking.pk}:{booking.unit}", cast.now - HOUR
    remind(booking, once, then)
    facts = {"state": Message.State.FAILED, "problem": PROBLEM}
    if is_sent:
        facts = {"state": Message.State.SENT, "sent_at": then}
    Message.objects.filter(once=once).update(attempts=1, **facts)
