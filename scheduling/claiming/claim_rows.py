"""The rows that hold time, in SQL by hand that PostgreSQL and SQLite both read.

A series writes some 300 claims and 50 busy days at once, while others wait for them: Django takes several
times as long to make such rows as a database to write them. Everything else goes through the models.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection

Stretch = tuple[int, int, int, Mapping[str, int]]  # booking, first unit, count of units, holders by kind
BusyKey = tuple[str, int, int]  # kind, holder, day in UTC

CLAIMS = """
    WITH RECURSIVE held (booking_id, unit, last, patient_id, provider_id, room_id, device_id) AS (
        SELECT * FROM (VALUES {}) AS stretch
        UNION ALL
        SELECT booking_id, unit + 1, last, patient_id, provider_id, room_id, device_id
        FROM held WHERE unit < last
    )
    INSERT INTO scheduling_claim (booking_id, unit, patient_id, provider_id, room_id, device_id)
    SELECT booking_id, unit, patient_id, provider_id, room_id, device_id FROM held ORDER BY unit, booking_id
"""
EMPTY_DAYS = "INSERT INTO scheduling_busyday (kind, holder, day, bits) VALUES {} ON CONFLICT DO NOTHING"
BUSY = """
    SELECT kind, holder, day, bits FROM scheduling_busyday WHERE (kind, holder, day) IN (VALUES {})
    ORDER BY kind, holder, day
"""
WRITE_BUSY = """
    UPDATE scheduling_busyday SET bits = changed.column4 FROM (VALUES {}) AS changed
    WHERE kind = changed.column1 AND holder = changed.column2 AND day = changed.column3
"""
BIG = "CAST(%s AS bigint)"
KINDS = ("patient", "provider", "room", "device")


def insert_claims(stretches: Iterable[Stretch]) -> None:
    """Write a claim for every unit of every stretch, in the order of the units."""
    rows = [
        (booking, first, first + count - 1, *(holders.get(kind) for kind in KINDS))
        for booking, first, count, holders in stretches
    ]
    run(CLAIMS, rows, f"({', '.join([BIG] * 7)})")


def lock_busy(keys: Sequence[BusyKey], empty: bytes) -> dict[BusyKey, bytes]:
    """Lock these busy days, in their order, until the transaction ends; missing ones are made, `empty`."""
    keys = sorted(keys)
    run(EMPTY_DAYS, [(*key, empty) for key in keys], "(%s, %s, %s, %s)")
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    return {
        (kind, holder, day): bytes(bits) for kind, holder, day, bits in run(BUSY + lock, keys, "(%s, %s, %s)")
    }


def write_busy(days: Mapping[BusyKey, bytes]) -> None:
    """Write the bits of busy days that are locked."""
    run(WRITE_BUSY, [(*key, bits) for key, bits in days.items()], "(%s, %s, %s, %s)")


def run(sql: str, rows: Sequence[tuple[Any, ...]], row: str) -> list[tuple[Any, ...]]:
    """Run a statement with a VALUES list of these rows, each written as `row`; what it answers."""
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql.format(", ".join([row] * len(rows))), [value for one in rows for value in one])
        return cursor.fetchall() if cursor.description else []
