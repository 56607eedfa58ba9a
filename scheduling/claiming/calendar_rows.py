"""The rows a location's calendar is made of, in SQL by hand.

Looking for free times asks for all of them every time. Django takes ten times as long to make these queries
as a database to answer them, and nobody should wait for that; everything else goes through the models.
"""

import datetime
from collections.abc import Mapping
from contextlib import ExitStack, nullcontext
from typing import Any

from django.db import connection

Rows = list[tuple[Any, ...]]

HOURS = """
    SELECT weekday, opens, closes FROM clinic_openinghours WHERE location_id = %(location)s
    ORDER BY weekday, opens
"""
CLOSURES = """
    SELECT first, last, reason FROM clinic_closure
    WHERE location_id = %(location)s AND first <= %(last)s AND last >= %(first)s
    ORDER BY first, id
"""
SHIFTS = """
    SELECT provider.id, provider.printed_name,
           shift.weekday, shift.starts, shift.ends, shift.first, shift.last
    FROM clinic_shift shift JOIN clinic_provider provider ON provider.id = shift.provider_id
    JOIN clinic_user account ON account.id = provider.user_id AND account.is_active
    WHERE shift.location_id = %(location)s
      AND shift.first <= %(last)s AND (shift.last IS NULL OR shift.last >= %(first)s)
    ORDER BY provider.printed_name, provider.id, shift.id
"""
ABSENCES = """
    SELECT provider_id, first, last, reason FROM clinic_absence
    WHERE first <= %(last)s AND last >= %(first)s
      AND provider_id IN (SELECT provider_id FROM clinic_shift WHERE location_id = %(location)s)
    ORDER BY first, id
"""
CREDENTIALS = """
    SELECT credential.provider_id, treatment.key
    FROM treatments_credential credential
    JOIN treatments_treatmenttype treatment ON treatment.id = credential.treatment_id
    WHERE credential.provider_id IN (SELECT provider_id FROM clinic_shift WHERE location_id = %(location)s)
"""
ROOMS = """
    SELECT room.id, room.name, treatment.key
    FROM clinic_room room
    LEFT JOIN treatments_roomuse used ON used.room_id = room.id
    LEFT JOIN treatments_treatmenttype treatment ON treatment.id = used.treatment_id
    WHERE room.location_id = %(location)s AND room.is_active
    ORDER BY room.position, room.id
"""
DEVICES = """
    SELECT device.id, device.name, treatment.key
    FROM clinic_device device
    LEFT JOIN treatments_deviceuse used ON used.device_id = device.id
    LEFT JOIN treatments_treatmenttype treatment ON treatment.id = used.treatment_id
    WHERE device.location_id = %(location)s AND device.is_active
    ORDER BY device.position, device.id
"""
PLACE = {
    "hours": HOURS,
    "closures": CLOSURES,
    "shifts": SHIFTS,
    "absences": ABSENCES,
    "credentials": CREDENTIALS,
    "rooms": ROOMS,
    "devices": DEVICES,
}
BUSY = """
    SELECT kind, holder, day, bits FROM scheduling_busyday
    WHERE kind = %s AND holder IN ({}) AND day BETWEEN %s AND %s
"""
EXPIRED = """
    SELECT claim.unit, claim.patient_id, claim.provider_id, claim.room_id, claim.device_id
    FROM scheduling_offer offered
    JOIN scheduling_booking hold ON hold.id = offered.hold_id
    JOIN scheduling_claim claim ON claim.booking_id = hold.id
    WHERE offered.state = 'open' AND hold.held_until <= %s AND claim.unit BETWEEN %s AND %s
"""


def read(location: int, first: datetime.date, last: datetime.date) -> dict[str, Rows]:
    """Read the rows of a location (id) on the days `first` to `last`, by the names of `PLACE`.

    PostgreSQL gets all of the questions at once: waiting for one answer after another takes it longer than
    finding them. SQLite lies in the same process and needs no such thing.
    """
    asked: dict[str, Any] = {"location": location, "first": first, "last": last}
    with ExitStack() as stack:
        cursors = {name: stack.enter_context(connection.cursor()) for name in PLACE}
        many: Any = connection.connection.pipeline() if connection.vendor == "postgresql" else nullcontext()
        with many:
            for name, cursor in cursors.items():
                cursor.execute(PLACE[name], asked)
        return {name: cursor.fetchall() for name, cursor in cursors.items()}


def read_busy(holders: Mapping[str, list[int]], low: int, high: int) -> Rows:
    """Read (kind, holder, UTC day, bits) of these holders by kind, on the days `low` to `high`."""
    asked = [(kind, keys) for kind, keys in holders.items() if keys]
    if not asked:
        return []
    parts, values = zip(*(_busy_of(kind, keys, low, high) for kind, keys in asked), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), [value for one in values for value in one])
        return cursor.fetchall()


def read_expired(now: datetime.datetime, first: int, last: int) -> Rows:
    """Read (unit, patient, provider, room, device) of ended holds in the units `first` to `last`."""
    with connection.cursor() as cursor:
        cursor.execute(EXPIRED, [connection.ops.adapt_datetimefield_value(now), first, last])
        return cursor.fetchall()


def _busy_of(kind: str, keys: list[int], low: int, high: int) -> tuple[str, list[Any]]:
    return BUSY.format(", ".join(["%s"] * len(keys))), [kind, *keys, low, high]
