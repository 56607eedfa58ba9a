"""Times held for an offer, given back when the offer is decided or its time is up."""

import datetime

from django.db import transaction

from clinic.models import AuditEntry, User
from scheduling.claiming.claims import release
from scheduling.models import Offer


def release_expired(*, now: datetime.datetime) -> int:
    """Give back the times whose hold has ended at `now`, aware; how many. Whoever looks first does it.

    Nothing is locked where nothing has ended, which is nearly always.
    """
    return given_back(now) if Offer.objects.expired(now).exists() else 0


@transaction.atomic
def given_back(now: datetime.datetime) -> int:
    """Close the offers whose time is up."""
    late = Offer.objects.expired(now).with_details()
    late = late.select_for_update(of=("self",), skip_locked=True).order_by("pk")
    for offer in late:
        decide(None, offer, Offer.State.EXPIRED, now)
    return len(late)


def decide(by: User | None, offer: Offer, state: str, now: datetime.datetime) -> Offer:
    """Close an open offer that is locked: its hold is released and removed, its plan's audit says how."""
    hold = offer.hold
    offer.state, offer.hold, offer.decided_at = state, None, now
    offer.save(update_fields=["state", "hold", "decided_at"])
    if hold:
        release([hold])
        hold.delete()
    AuditEntry.objects.record(by=by, action=f"offer.{state}", on=offer.waiting.plan, offer=offer.pk)
    return offer
