"""Times held for an offer: given back when it is decided, when its time is up, or its visit changes."""

import datetime
from collections.abc import Callable, Iterable

from django.db.models import Q

from clinic.models import AuditEntry, User
from scheduling.claiming.claims import exchange
from scheduling.models import Booking, Change, Offer, Waiting

OVERTAKEN = "offer.overtaken"


def ended(
    by: User | None,
    plan: int | None,
    now: datetime.datetime,
    touches: Callable[[Offer], bool] = lambda offer: False,
) -> list[Booking]:
    """Close the offers whose time is up, and the one of a plan (id) that a change `touches`.

    Gives their holds, for the caller to exchange with what it changes itself. One that somebody else closes
    at this moment is left to them.
    """
    rows = Offer.objects.open().filter(Q(hold__held_until__lte=now) | Q(waiting__plan=plan))
    if not rows.exists():
        return []
    locked = rows.with_details().select_for_update(of=("self",), skip_locked=True).order_by("pk")
    found = []
    for offer in locked:
        if not offer.holds_at(now):
            found.append(closed(None, offer, Offer.State.EXPIRED, now))
        elif touches(offer):
            found.append(closed(by, offer, Offer.State.EXPIRED, now, OVERTAKEN))
    return found


def closed(by: User | None, offer: Offer, state: str, now: datetime.datetime, action: str = "") -> Booking:
    """Close an open offer that is locked, as its plan's audit says; its hold, whose time is still claimed."""
    hold = Booking.objects.get(offer=offer)
    offer.state, offer.hold, offer.decided_at = state, None, now
    offer.save(update_fields=["state", "hold", "decided_at"])
    AuditEntry.objects.record(by=by, action=action or f"offer.{state}", on=offer.waiting.plan, offer=offer.pk)
    return hold


def exchange_with(holds: Iterable[Booking], old: Iterable[Booking] = (), new: Iterable[Booking] = ()) -> None:
    """Exchange the claims of bookings and those of holds that ended, as one; the holds are removed."""
    gone = list(holds)
    exchange([*gone, *old], new)
    if gone:
        Booking.objects.filter(pk__in=[one.pk for one in gone]).delete()


def waits_again(by: User, change: Change) -> None:
    """Put back on the waitlist whose accepted offer a change was, now that it is undone; not twice."""
    taken = Q(offers__state=Offer.State.ACCEPTED, offers__decided_at=change.at)
    found = Waiting.objects.filter(taken, plan=change.plan_id).with_details().first()
    if found is None or Waiting.objects.active().filter(plan=change.plan_id).exists():
        return
    Waiting.objects.filter(pk=found.pk).update(is_active=True)
    AuditEntry.objects.record(
        by=by, action="waitlist.added", on=found.plan, waiting=found.pk, change=change.pk
    )
