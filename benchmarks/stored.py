"""Bookings by the million in this project's own tables; import only once Django is set up.

The latest old bookings and all bookings ahead are made by the models and held as the booking action holds
them; older ones are copies of them in SQL, each block of days moved back by as many days.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Model

from benchmarks.practice import at_work, open_practice, patients
from benchmarks.visits import OPENS, Filled, Visit, devices_of
from clinic.models import Device, Location, Patient, Provider, Room, User
from scheduling.availability.bits import UNIT
from scheduling.availability.days import EPOCH, PLAIN, day_of
from scheduling.claiming.claims import hold
from scheduling.models import Booking, BusyDay, Claim, Plan
from treatments.models import TreatmentType

AT_LEAST = 10  # providers that old bookings belong to, so that a million of them fit in since 1970
A_DAY, OLD_LENGTH = 9, 60
BLOCK = 10_000
CLAIMED = 100_000
STEPS = "patient provider room"


@dataclass
class Practice:
    """The location that is asked and everybody who has bookings, those elsewhere last.

    The last of the patients has none.
    """

    location: Location
    elsewhere: Location
    coordinator: User
    providers: list[Provider]
    rooms: list[Room]
    devices: list[Device]
    patients: list[Patient]
    plan: Plan

    def booking(self, visit: Visit, patient: int, status: str) -> Booking:
        """A booking as the action writes it."""
        here = visit.provider < len(self.providers) and self.rooms[visit.room].location_id == self.location.pk
        location = self.location if here else self.elsewhere
        first = day_of(self.location.zone, visit.date).bit_of(visit.start)
        device = None if visit.device is None else self.devices[visit.device]
        return Booking(
            patient=self.patients[patient],
            plan=self.plan,
            location=location,
            provider=self.providers[visit.provider],
            room=self.rooms[visit.room],
            device=device,
            date=visit.date,
            minute=visit.start,
            unit=day_of(self.location.zone, visit.date).first + first,
            units=visit.length // UNIT,
            steps=[["visit", visit.length, STEPS + " device" * (device is not None)]],
            status=status,
            booked_by=self.coordinator,
        )


def open_for(providers: int) -> Practice:
    """Open a practice of so many providers and rooms, with colleagues elsewhere up to `AT_LEAST`."""
    here = open_practice(providers, providers, devices_of(providers))
    location = here.location
    elsewhere = Location.objects.create(name="Elsewhere", slug="elsewhere", time_zone=location.time_zone)
    treatments = list(TreatmentType.objects.all())
    for number in range(providers + 1, AT_LEAST + 1):
        at_work(number, elsewhere, treatments)
        Room.objects.create(location=elsewhere, name=f"Room {number}")
        Device.objects.create(location=elsewhere, name=f"Device {number}")
    count = max(providers, AT_LEAST)
    people = list(patients(here, count * A_DAY + 1))
    return Practice(
        location,
        elsewhere,
        here.coordinator,
        list(Provider.objects.order_by("pk")),
        list(Room.objects.order_by("pk")),
        list(Device.objects.order_by("pk")),
        people,
        Plan.objects.create(patient=people[0], number=1),
    )


def fill(practice: Practice, ahead: Sequence[Visit], stored: int, today: datetime.date) -> Filled:
    """Store at least so many old bookings, from yesterday back, and the bookings ahead."""
    a_day = len(practice.providers) * A_DAY
    wanted = -(-stored // a_day)
    have = min(wanted, -(-BLOCK // a_day))
    write(list(old(practice, today, have)))
    for model, moved, most in (
        (Booking, {"date": -1, "unit": -PLAIN}, wanted),
        (BusyDay, {"day": -1}, wanted),
        (Claim, {"unit": -PLAIN, "booking_id": a_day}, min(wanted, max(have, CLAIMED // a_day))),
    ):
        copies(model, moved, have, most, today)
    write([practice.booking(one, patient_of(one), Booking.Status.BOOKED) for one in ahead])
    analyse()
    counts = (model.objects.count() for model in (Booking, Claim, BusyDay))
    return Filled(*counts)


def patient_of(visit: Visit) -> int:
    """A patient who has no other visit at the time: each provider has patients of their own."""
    return visit.provider * A_DAY + (visit.start - OPENS) // OLD_LENGTH


def old(practice: Practice, today: datetime.date, days: int) -> Iterator[Booking]:
    """Every hour of every provider's day, from yesterday back."""
    for back in range(1, days + 1):
        day = today - datetime.timedelta(days=back)
        for number, _ in enumerate(practice.providers):
            device = number // 2 if number % 2 == 0 and number // 2 < len(practice.devices) else None
            for hour in range(A_DAY):
                visit = Visit(day, OPENS + hour * OLD_LENGTH, OLD_LENGTH, number, number, device)
                yield practice.booking(visit, number * A_DAY + hour, Booking.Status.COMPLETED)


def write(bookings: Sequence[Booking]) -> None:
    """Save bookings and hold their times, a thousand in one transaction."""
    for first in range(0, len(bookings), 1000):
        with transaction.atomic():
            hold(Booking.objects.bulk_create(bookings[first : first + 1000]))


def copies(model: type[Model], moved: dict[str, int], have: int, most: int, today: datetime.date) -> None:
    """Copy the rows of the latest `have` days back until there are `most`; `moved` says by how much a day."""
    zone = datetime.UTC
    newest = (datetime.datetime.combine(today, datetime.time(), zone) - EPOCH).days
    while have < most:
        more = min(have, most - have)
        copy(model, {name: have * step for name, step in moved.items()}, newest - more)
        have += more


def copy(model: type[Model], moved: dict[str, int], since: int) -> None:
    """Copy the rows since a UTC day, in the order of their ids, with columns moved."""
    columns = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    values = ", ".join(shifted(name, moved[name]) if name in moved else name for name in columns)
    place = f"day >= {since}" if "day" in columns else f"unit >= {since * PLAIN}"
    table = model._meta.db_table
    rows = f"SELECT {values} FROM {table} WHERE {place} ORDER BY id"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) {rows}")


def shifted(column: str, by: int) -> str:
    """A column so many days or units later, in SQL."""
    if column == "date" and connection.vendor == "sqlite":
        return f"date({column}, '{by} days')"
    return f"{column} + {by}"


def analyse() -> None:
    """Let the database look at what it holds, as a deployed one does by itself."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
