"""Nobody and nothing is booked twice at a time: the claims, and the bits beside them, at the database."""

import datetime
from collections.abc import Iterable

import pytest
from django.db import IntegrityError, transaction

from clinic.models import AuditEntry, Device, Room
from scheduling.actions.bookings import Order, book
from scheduling.availability.days import PLAIN
from scheduling.claiming.claims import TakenMeanwhile, exchange, hold
from scheduling.models import BookedSession, Booking, Change, Claim
from tests.scheduling.builders import NOON
from tests.scheduling.claims import KINDS, claimed, marked
from tests.scheduling.practice import approved_plan, open_practice, order_for, work

NINE = 20828 * PLAIN + 9 * 12  # the unit of nine o'clock, UTC, on 10 January 2027
NUMBED = [
    ["check-in", 10, "patient"],
    ["numbing", 20, "patient room"],
    ["RF microneedling, around the mouth", 15, "device patient provider room"],
    ["turn-over", 10, "room"],
]
QUICK = [["Botox, frown lines", 15, "patient provider room"]]


@pytest.fixture
def practice(location, provider, make_user):
    """A practice with two providers, two rooms and two devices."""
    open_practice(location, rooms=2, devices=2)
    work(provider, location)
    work(make_user("Okoro", "provider", location), location)
    return location


@pytest.fixture
def make_booking(practice, coordinator, provider, make_patient):
    """Save a booking at a unit, with its own patient, provider, room and device unless told: `beside(…)`."""
    plans = [approved_plan(make_patient("Alice"), coordinator, provider).plan]
    plans.append(approved_plan(make_patient("Bea"), coordinator, provider).plan)
    holders = {
        "patient": [one.patient for one in plans],
        "provider": list(practice_providers(practice)),
        "room": list(Room.objects.order_by("pk")),
        "device": list(Device.objects.order_by("pk")),
    }

    def make(unit: int = NINE, steps=NUMBED, second: Iterable[str] = ()) -> Booking:
        """Save one; of the kinds in `second` it holds the second patient, provider, room or device."""
        held = {kind: all_[kind in second] for kind, all_ in holders.items()}
        return Booking.objects.create(
            **held,
            plan=plans["patient" in second],
            location=practice,
            date=datetime.date(2027, 1, 10),
            minute=240,
            unit=unit,
            units=sum(minutes for _, minutes, _ in steps) // 5,
            steps=steps,
            booked_by=coordinator,
            booked_at=NOON,
        )

    return make


def practice_providers(location):
    """The providers of a location."""
    return sorted({one.provider for one in location.shifts.all()}, key=lambda one: one.pk)


@pytest.mark.parametrize("kind", KINDS)
def test_the_database_refuses_a_second_claim(make_booking, kind):
    one, other = make_booking(), make_booking()
    holder = {kind: getattr(one, kind)}
    Claim.objects.create(booking=one, unit=NINE, **holder)

    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.create(booking=other, unit=NINE, **holder)

    Claim.objects.create(booking=other, unit=NINE + 1, **holder)
    assert list(Claim.objects.values_list("unit", flat=True)) == [NINE, NINE + 1]


def test_each_step_claims_only_what_it_holds(make_booking):
    booking = make_booking()

    hold([booking])

    patient, provider, room, device = (getattr(booking, f"{kind}_id") for kind in KINDS)
    rows = list(Claim.objects.order_by("pk").values_list("unit", *KINDS))
    assert rows == [
        *((NINE + ahead, patient, None, None, None) for ahead in (0, 1)),
        *((NINE + ahead, patient, None, room, None) for ahead in (2, 3, 4, 5)),
        *((NINE + ahead, patient, provider, room, device) for ahead in (6, 7, 8)),
        *((NINE + ahead, None, None, room, None) for ahead in (9, 10)),
    ]


def test_claims_are_written_in_the_order_of_their_units(make_booking):
    late, early = make_booking(NINE + 100), make_booking(NINE)

    hold([late, early])

    units = list(Claim.objects.order_by("pk").values_list("unit", flat=True))
    assert units == sorted(units)


def test_a_provider_may_work_elsewhere_while_numbing_runs(make_booking):
    hold([make_booking()])

    hold([make_booking(NINE + 2, QUICK, second=("patient", "room"))])

    provider = practice_providers(Booking.objects.first().location)[0]
    units = Claim.objects.filter(provider=provider).order_by("unit").values_list("unit", flat=True)
    assert list(units) == [NINE + ahead for ahead in (2, 3, 4, 6, 7, 8)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_refusal_names_what_was_taken(make_booking, kind):
    hold([make_booking()])
    other = make_booking(second=set(KINDS) - {kind})

    with pytest.raises(TakenMeanwhile) as refused, transaction.atomic():
        hold([other])

    assert refused.value.kind == kind
    assert str(refused.value) == (f"The {kind} was booked a moment ago. Nothing was changed; look again.")


def test_a_refused_hold_leaves_nothing(make_booking):
    hold([make_booking()])
    before = claimed(), marked(), Booking.objects.count()

    with pytest.raises(TakenMeanwhile), transaction.atomic():
        hold([make_booking(NINE - 200), make_booking(NINE + 8, second=("patient",))])

    assert (claimed(), marked(), Booking.objects.count()) == before


@pytest.mark.parametrize("unit", [NINE, (NINE // PLAIN + 1) * PLAIN - 3], ids=["by day", "over midnight"])
def test_busy_days_are_what_is_claimed(make_booking, unit):
    one, other = make_booking(unit), make_booking(unit + 20, QUICK)
    hold([one])
    hold([other])
    both = claimed()

    bits = marked()
    exchange([one], ())

    assert bits == both
    assert marked() == claimed() == both - {found for found in both if found[2] < unit + 11}


def test_what_was_released_can_be_held_again(make_booking):
    first, second = make_booking(), make_booking()
    hold([first])

    exchange([first], ())
    hold([second])

    assert {one.booking_id for one in Claim.objects.all()} == {second.pk}
    assert marked() == claimed()


def test_a_booking_does_not_stand_in_its_own_way(make_booking):
    booking = make_booking()
    hold([booking])
    booking.unit += 3

    exchange([booking], [booking])

    units = set(Claim.objects.values_list("unit", flat=True))
    assert units == set(range(NINE + 3, NINE + 14))
    assert marked() == claimed()


def test_two_bookings_can_change_places(make_booking):
    early, late = (
        make_booking(),
        make_booking(NINE + 5, second=("patient", "device", "provider"), steps=QUICK),
    )
    late.unit = NINE + 40
    hold([early, late])
    early.unit, late.unit = late.unit, early.unit

    exchange([early, late], [early, late])

    firsts = {pk: Claim.objects.filter(booking=pk).earliest("unit").unit for pk in (early.pk, late.pk)}
    assert firsts == {early.pk: NINE + 40, late.pk: NINE}
    assert marked() == claimed()


def test_a_series_is_booked_whole_or_not_at_all(practice, coordinator, provider, make_patient):
    alice = approved_plan(make_patient("Alice"), coordinator, provider)
    bea = approved_plan(make_patient("Bea"), coordinator, provider)
    order = order_for(alice)
    book(by=coordinator, version=bea, order=Order(wanted=order.wanted[-1:]), now=NOON)
    counted = (Booking, BookedSession, Claim, Change, AuditEntry)
    before = [one.objects.count() for one in counted], marked()

    with pytest.raises(TakenMeanwhile) as refused:
        book(by=coordinator, version=alice, order=order, now=NOON)

    assert refused.value.kind == "room"
    assert ([one.objects.count() for one in counted], marked()) == before
