"""Whether a written message is still true when it is about to be sent."""

import datetime

from scheduling.messages.known import VISITS, Base
from scheduling.models import Booking, CheckIn, Message, Offer

TIMED = ("visit_booked", "visit_moved", "reminder")  # true while the visit begins at `useful_until`
CHANGED = "The visit was moved or cancelled since."
NEWER = "A newer message says where the visits stand."
OFFER_OVER = "The time is not held any more."
ANSWERED = "It was answered meanwhile."


def overtaken(message: Message, now: datetime.datetime) -> str:
    """Say why a message, with its booking and location, is not true any more; nothing when it is."""
    booking, about = message.booking, message.once.split(":")
    if booking and message.key in TIMED and not still_so(booking, message.useful_until):
        return CHANGED
    if about[0] == VISITS and said_since(message):
        return NEWER
    if message.key == "waitlist_offer" and not Offer.objects.holding(now).filter(pk=about[1]).exists():
        return OFFER_OVER
    if message.key == "check_in_due" and answered(booking, about[2]):
        return ANSWERED
    return ""


def still_so(booking: Booking, begins: datetime.datetime | None) -> bool:
    """Whether a visit is booked for the moment a message says."""
    return booking.status == Booking.Status.BOOKED and booking.at == begins


def said_since(message: Message) -> bool:
    """Whether a later message about the patient's visits holds all that this one says."""
    later = Message.objects.filter(
        patient=message.patient_id, once__startswith=f"{VISITS}:", pk__gt=message.pk
    )
    own = Base.of(message.once)
    return any(Base.of(once) <= own for once in later.values_list("once", flat=True))


def answered(booking: Booking | None, weeks: str) -> bool:
    """Whether the questions about a visit were answered."""
    return CheckIn.objects.filter(booking=booking, weeks=weeks).exists()
