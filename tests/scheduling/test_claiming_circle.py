"""Two writers who wait for each other in a circle, as only PostgreSQL lets them; SQLite has one at a time."""

from threading import Barrier

import pytest
from django.db import OperationalError, connection, transaction

from scheduling.actions import visits
from scheduling.claiming.claim_rows import lock_busy
from scheduling.claiming.claims import BYTES, exchange
from scheduling.models import BusyDay
from tests.scheduling.builders import NOON
from tests.scheduling.claims import claimed, marked
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work
from tests.scheduling.test_claims_race import all_at_once


@pytest.mark.django_db(transaction=True)
def test_a_cancellation_that_meets_another_writer_in_a_circle_is_done(
    location, coordinator, provider, patient
):
    work(provider, open_practice(location))
    version = approved_plan(patient, coordinator, provider)
    book_all(version, coordinator)
    visit = booked(version)[0]
    days = list(BusyDay.objects.filter(day=visit.unit // 288).values_list("kind", "holder", "day"))
    met = []

    def cancels(barrier: Barrier) -> object:
        """Cancel, and wait for the other once the first claim is gone."""

        def meet(execute, sql, *rest):
            found = execute(sql, *rest)
            if "DELETE" in sql and "scheduling_claim" in sql and not met:
                met.append(sql)
                barrier.wait()
            return found

        with connection.execute_wrapper(meet):
            return visits.cancel(by=coordinator, booking=visit, reason="Ill", now=NOON)

    def takes_days_first(barrier: Barrier) -> object:
        """Lock the days and then want the claims: the order that nobody here keeps."""
        try:
            with transaction.atomic():
                lock_busy(days, bytes(BYTES))
                barrier.wait()
                exchange([visit], ())
        except OperationalError as error:
            return error

    ended = all_at_once([cancels, takes_days_first])

    visit.refresh_from_db()
    assert (visit.status, ended[0].action) == ("cancelled", "visit.cancelled")
    assert marked() == claimed()
