"""Strings planted in what nobody of the access table may see, to be looked for in every answer."""

from django.utils import timezone

from scheduling.models import Booking, Message
from tests.access import World

PLANTED = {"neighbour": "Zanzibar-7341", "stranger": "Xanthippe-9164"}


def plant(world: World) -> None:
    """Give the neighbour and the stranger a plan, visits far off and today, a note in each, and a message.

    The catalogue stands beside them, as in every practice.
    """
    from tests.scheduling.access_booking import visit_of
    from tests.scheduling.builders import catalogue

    catalogue()
    for kind in PLANTED:
        visit = visit_of(world, getattr(world, kind))
        Booking.objects.filter(pk=visit.pk).update(reason=f"Because of {PLANTED[kind]}")
        visit.refresh_from_db()
        visit.pk, visit.date = None, timezone.localdate()
        visit.unit += 288
        visit.save(force_insert=True)
        words = f"Because of {PLANTED[kind]}"
        facts = {"patient": visit.patient, "to": "canary@example.com", "due_at": timezone.now()}
        Message.objects.create(key="reminder", once=f"canary:{kind}", subject=words, body=words, **facts)
