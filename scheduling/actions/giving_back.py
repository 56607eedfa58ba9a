"""All that is to come of a patient, given up at once: when they move away, or are erased."""

import datetime
from collections.abc import Sequence

from clinic.models import AuditEntry, User
from scheduling.actions.holds import closed, ended, exchange_with
from scheduling.actions.waitlist import removed
from scheduling.models import BookedSession, Booking, Offer, Waiting


def give_back(
    by: User,
    coming: Sequence[Booking],
    waiting: Sequence[Waiting],
    reason: str,
    now: datetime.datetime,
) -> None:
    """Cancel visits and end waits, whose plans are locked, all of their times given back in one exchange.

    An offer that is still open is declined; its held time is free like the others.
    """
    holds = ended(by, None, now)
    offers = Offer.objects.open().filter(waiting__in=waiting).with_details().select_for_update(of=("self",))
    holds += [closed(by, one, Offer.State.DECLINED, now) for one in offers]
    BookedSession.objects.filter(booking__in=coming).update(is_live=False)
    exchange_with(holds, coming)
    for booking in coming:
        booking.status = Booking.Status.CANCELLED
        booking.save(update_fields=["status"])
        AuditEntry.objects.record(by=by, action="visit.cancelled", on=booking, reason=reason)
    for one in waiting:
        removed(by, one)
