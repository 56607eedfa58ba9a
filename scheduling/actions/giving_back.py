"""All that is to come of a patient, given up at once: when they move away, or are erased."""

import datetime
from collections.abc import Iterable, Sequence

from clinic.models import AuditEntry, User
from scheduling.actions.holds import closed, ended, exchange_with
from scheduling.actions.waitlist import removed
from scheduling.models import BookedSession, Booking, Change, Offer, Plan, Waiting


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


def end_undoing(by: User, plans: Iterable[Plan], action: str, reason: str, now: datetime.datetime) -> None:
    """Put a change that cannot be undone after the last of each plan: none before it can be undone then."""
    last = {"action": action, "reason": reason[:300], "by": by, "at": now}
    Change.objects.bulk_create(Change(plan=plan, **last) for plan in plans)
