"""The rows a booking writes, read from the database and written again with psycopg alone."""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

Row = dict[str, Any]
Insert = Callable[[psycopg.Cursor[Row], str, Sequence[Row]], list[int]]

BOOKING, SESSION, CLAIM = "scheduling_booking", "scheduling_bookedsession", "scheduling_claim"
BUSY, CHANGE, AUDIT = "scheduling_busyday", "scheduling_change", "clinic_auditentry"
NOTE = {BUSY: "ON CONFLICT (kind, holder, day) DO UPDATE SET bits = excluded.bits "}


def connect() -> psycopg.Connection[Row]:
    """A connection of psycopg's own to the scratch database."""
    url = os.environ["DATABASE_URL"].replace("postgres://", "postgresql://", 1)
    return psycopg.connect(url, autocommit=True, row_factory=dict_row)


@dataclass(frozen=True)
class Rows:
    """All rows of one booked order as they stand in the tables; of busy days, those it changed."""

    bookings: tuple[Row, ...]
    sessions: tuple[Row, ...]
    claims: tuple[Row, ...]
    busy: tuple[Row, ...]
    change: Row
    audit: Row

    @classmethod
    def of(cls, raw: psycopg.Connection[Row], change: int, before: Sequence[Row]) -> "Rows":
        """Read what an order wrote, by the id of its change; `before` are the busy days before it."""
        (changed,) = read(raw, f"SELECT * FROM {CHANGE} WHERE id = %s", change)
        (audit,) = read(raw, f"SELECT * FROM {AUDIT} WHERE (detail->>'change')::int = %s", change)
        pks = [int(pk) for pk in changed["after"]]
        old = {place(row): row["bits"] for row in before}
        return cls(
            bookings=read(raw, f"SELECT * FROM {BOOKING} WHERE id = ANY(%s) ORDER BY id", pks),
            sessions=read(raw, f"SELECT * FROM {SESSION} WHERE booking_id = ANY(%s) ORDER BY id", pks),
            claims=read(raw, f"SELECT * FROM {CLAIM} WHERE booking_id = ANY(%s) ORDER BY id", pks),
            busy=tuple(row for row in busy_days(raw) if old.get(place(row)) != row["bits"]),
            change=changed,
            audit=audit,
        )

    def plain(self) -> list[list[Row]]:
        """The rows without the ids the database gave them, and without moments, to be compared."""
        number = {row["id"]: number for number, row in enumerate(self.bookings)}
        after = [self.change["after"][str(pk)] for pk in number]
        change = {**self.change, "before": len(self.change["before"]), "after": after}
        audit = {**self.audit, "detail": {**self.audit["detail"], "change": 0}}
        return [
            bare(self.bookings),
            *(
                [{**row, "booking_id": number[row["booking_id"]]} for row in bare(rows)]
                for rows in (self.sessions, self.claims)
            ),
            bare(self.busy),
            bare([change]),
            bare([audit]),
        ]

    def take_back(self, raw: psycopg.Connection[Row], before: Sequence[Row]) -> None:
        """Remove the rows; the busy days become what they were."""
        pks, ours = [row["id"] for row in self.bookings], {place(row) for row in self.busy}
        with raw.transaction(), raw.cursor() as cursor:
            cursor.execute(f"DELETE FROM {CLAIM} WHERE booking_id = ANY(%s)", [pks])
            cursor.execute(f"DELETE FROM {SESSION} WHERE booking_id = ANY(%s)", [pks])
            cursor.execute(f"DELETE FROM {BOOKING} WHERE id = ANY(%s)", [pks])
            cursor.execute(f"DELETE FROM {CHANGE} WHERE id = %s", [self.change["id"]])
            cursor.execute(f"DELETE FROM {AUDIT} WHERE id = %s", [self.audit["id"]])
            cursor.execute(f"DELETE FROM {BUSY} WHERE id = ANY(%s)", [[row["id"] for row in self.busy]])
            if old := [row for row in before if place(row) in ours]:
                insert_one(cursor, BUSY, bare(old))


def read(raw: psycopg.Connection[Row], sql: str, *parameters: object) -> tuple[Row, ...]:
    """The rows of a question."""
    return tuple(raw.execute(sql, parameters))


def busy_days(raw: psycopg.Connection[Row]) -> tuple[Row, ...]:
    """All busy days."""
    return read(raw, f"SELECT * FROM {BUSY} ORDER BY kind, holder, day")


def place(row: Row) -> tuple[str, int, int]:
    """Whose busy day it is, and which."""
    return row["kind"], row["holder"], row["day"]


def bare(rows: Iterable[Row]) -> list[Row]:
    """Rows without their ids."""
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def write(raw: psycopg.Connection[Row], rows: Rows, insert: Insert) -> int:
    """Write the rows in one transaction, table by table; the new change's id."""
    with raw.transaction(), raw.cursor() as cursor:
        given = insert(cursor, BOOKING, bare(rows.bookings))
        new = dict(zip((row["id"] for row in rows.bookings), given, strict=True))
        for table, found in ((SESSION, rows.sessions), (CLAIM, rows.claims)):
            insert(cursor, table, [{**row, "booking_id": new[row["booking_id"]]} for row in bare(found)])
        insert(cursor, BUSY, bare(rows.busy))
        sides = {
            side: {str(new[int(pk)]): value for pk, value in rows.change[side].items()}
            for side in ("before", "after")
        }
        (change,) = insert(cursor, CHANGE, bare([{**rows.change, **sides}]))
        detail = {**rows.audit["detail"], "change": change}
        insert(cursor, AUDIT, bare([{**rows.audit, "detail": detail}]))
    return change


def insert_many(cursor: psycopg.Cursor[Row], table: str, rows: Sequence[Row]) -> list[int]:
    """Write rows with `executemany`, which psycopg sends in one go; the ids of bookings and changes."""
    wanted = table in (BOOKING, CHANGE)
    places = ", ".join(["%s"] * len(rows[0]))
    sql = f"{head(table, rows)} VALUES ({places}) {NOTE.get(table, '')}"
    cursor.executemany(
        sql + "RETURNING id" if wanted else sql, [values(row) for row in rows], returning=wanted
    )
    found = []
    while wanted:
        found += [row["id"] for row in cursor]
        if not cursor.nextset():
            break
    return found


def insert_one(cursor: psycopg.Cursor[Row], table: str, rows: Sequence[Row]) -> list[int]:
    """Write rows with one INSERT; their ids."""
    places = ", ".join(["(" + ", ".join(["%s"] * len(rows[0])) + ")"] * len(rows))
    sql = f"{head(table, rows)} VALUES {places} {NOTE.get(table, '')}RETURNING id"
    return [row["id"] for row in cursor.execute(sql, [one for row in rows for one in values(row)])]


def head(table: str, rows: Sequence[Row]) -> str:
    """The beginning of an INSERT."""
    names = ", ".join(f'"{name}"' for name in rows[0])
    return f"INSERT INTO {table} ({names})"


def values(row: Row) -> list[object]:
    """The values of a row as psycopg takes them."""
    return [Jsonb(value) if isinstance(value, dict | list) else value for value in row.values()]
