"""Who waits for a row finds it, with what belongs to it by now; only PostgreSQL lets two write at once."""

import time
from collections.abc import Callable
from threading import Barrier

import pytest
from django.db import connection, transaction

from clinic.models import Patient, Room
from scheduling.actions import confirmations, erasures, events
from scheduling.actions.transfers import NotTransferred, transfer
from scheduling.claiming.turns import locked_plan
from scheduling.importing import file
from scheduling.models import Booking, PatientEvent, Plan
from tests.scheduling.asking import DAY, NECK_KEY, asked, do
from tests.scheduling.builders import NOON, TODAY
from tests.scheduling.practice import approved_plan, booked, open_practice, work
from tests.scheduling.test_claims_race import all_at_once
from tests.scheduling.wishing import CHEEKS_KEY, told
from tests.staff import let_work

PATIENCE = 5
WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"


def waited_for(change: Callable[[], object], *acts: Callable[[], object]) -> list[object]:
    """Let acts begin once a change holds their rows, and commit it when they all wait: what they gave."""

    def changes(barrier: Barrier) -> None:
        with transaction.atomic():
            change()
            barrier.wait()
            end = time.monotonic() + PATIENCE
            while waiting() < len(acts) and time.monotonic() < end:
                time.sleep(0.001)

    def begun(act: Callable[[], object]) -> Callable[[Barrier], object]:
        def run(barrier: Barrier) -> object:
            barrier.wait()
            with transaction.atomic():
                return act()

        return run

    return all_at_once([changes, *map(begun, acts)])[1:]


def waiting() -> int:
    """How many wait for this connection."""
    with connection.cursor() as cursor:
        cursor.execute(WAITS)
        return cursor.fetchone()[0]


def refused(error: type[Exception], act: Callable[[], object]) -> list[str]:
    """Why an act is refused."""
    with pytest.raises(error) as refusal:
        act()
    return refusal.value.messages


@pytest.mark.django_db(transaction=True)
def test_who_moved_to_another_location_meanwhile_is_found_there(
    coordinator, other_location, make_patient, patient_user
):
    let_work(coordinator, other_location)
    maya, alice, ben, cleo = patient_user.patient, *map(make_patient, ("Alice", "Ben", "Cleo"))
    plan, imported = (Plan.objects.create(patient=one, number=1) for one in (alice, ben))

    def moves(*people: Patient) -> None:
        for one in people:
            transfer(by=coordinator, patient=one, to=other_location, now=NOON)

    locked, rows, said, asked_for = waited_for(
        lambda: moves(alice, ben, cleo, maya),
        lambda: locked_plan(plan.pk),
        lambda: file.locked([imported.pk]),
        lambda: refused(NotTransferred, lambda: moves(cleo)),
        lambda: erasures.ask(by=patient_user, patient=maya, now=NOON),
    )

    assert (locked.patient.location, locked.patient.location.zone.key) == (other_location, "America/Chicago")
    assert (rows, said) == ([imported], ["Cleo Ames comes to Lakeside already."])
    assert asked_for.patient.location == other_location


@pytest.mark.django_db(transaction=True)
def test_a_visit_that_was_booked_or_moved_meanwhile_is_found_as_it_is(
    location, coordinator, provider, patient_user
):
    work(provider, open_practice(location))
    version = approved_plan(patient_user.patient, coordinator, provider)
    do(version, coordinator, asked(version, [(NECK_KEY, 1)], TODAY + DAY))
    visit, event = booked(version)[0], told(patient_user, booster_key=CHEEKS_KEY, booster_asked_at=NOON)
    room = Room.objects.exclude(pk=visit.room_id).get()

    def takes_back() -> object:
        return events.take_back_booster(by=patient_user, event=event, now=NOON)

    def changes() -> None:
        Booking.objects.filter(pk=visit.pk).update(room=room)
        PatientEvent.objects.filter(pk=event.pk).update(booster=visit)

    found, said = waited_for(
        changes,
        lambda: confirmations.confirm(by=patient_user, booking=visit, now=NOON),
        lambda: refused(events.NotAsked, takes_back),
    )

    assert (found.room, found.confirmed_at) == (room, NOON)
    assert said == ["It is booked for Tue 5 Jan 2027. Ask the practice to cancel the visit."]
