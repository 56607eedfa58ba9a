"""Strings planted in what nobody of the access table may see, to be looked for in every answer."""

from django.utils import timezone

from scheduling.models import Booking
from tests.access import World

PLANTED = {"neighbour": "Zanzibar-7341", "stranger": "Xanthippe-9164"}


def plant(world: World) -> None:
    """Give the neighbour and the stranger a plan, visits far off and today, and a note in each of them.

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
