"""What the race left behind, counted in plain SQL on the bookings and their steps, never by the claims.

`told` is everything the clients were told. Import this only once Django is set up.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from benchmarks.race_client import CANCEL, DONE, ORDER, UNDO, Told

KINDS = ("patient", "provider", "room", "device")
LIVE = "('held', 'booked', 'arrived')"
STEPS = {
    "postgresql": """
        SELECT booking.id, booking.unit, step.place,
               (step.value->>1)::int AS minutes, step.value->>2 AS holds
        FROM scheduling_booking booking
        CROSS JOIN LATERAL jsonb_array_elements(booking.steps) WITH ORDINALITY AS step (value, place)
    """,
    "sqlite": """
        SELECT booking.id, booking.unit, step.key AS place,
               json_extract(step.value, '$[1]') AS minutes, json_extract(step.value, '$[2]') AS holds
        FROM scheduling_booking booking, json_each(booking.steps) step
    """,
}
HELD = """
    step AS ({steps} WHERE booking.status IN {live}),
    laid AS (
        SELECT id, holds, (minutes + 4) / 5 AS units, unit + COALESCE(SUM((minutes + 4) / 5) OVER (
            PARTITION BY id ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS first
        FROM step
    ),
    held AS ({kinds})
"""
HELD_BY = """
    SELECT '{kind}' AS kind, booking.{kind}_id AS holder, laid.id, laid.first,
           laid.first + laid.units AS until
    FROM laid JOIN scheduling_booking booking ON booking.id = laid.id
    WHERE laid.holds LIKE '%%{kind}%%' AND booking.{kind}_id IS NOT NULL
"""
OVERLAPS = """
    SELECT DISTINCT one.kind, one.holder, one.id, other.id FROM held one JOIN held other
    ON one.kind = other.kind AND one.holder = other.holder AND one.id < other.id
    AND one.first < other.until AND other.first < one.until
"""
STRETCHES = "SELECT kind, holder, first, until FROM held"
Overlap = tuple[str, int, int, int]  # kind, holder, and the two bookings


def held(question: str) -> str:
    """A question about what live bookings hold by their steps."""
    kinds = " UNION ALL ".join(HELD_BY.format(kind=kind) for kind in KINDS)
    return "WITH " + HELD.format(steps=STEPS[connection.vendor], live=LIVE, kinds=kinds) + question


def rows(sql: str) -> list[tuple[Any, ...]]:
    """The rows of a question, all of one moment."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [])
        return cursor.fetchall()


def overlaps() -> set[Overlap]:
    """Pairs of live bookings that hold somebody or something at the same time."""
    return set(rows(held(OVERLAPS)))


def lost(told: Sequence[Told]) -> list[str]:
    """What clients were told and is not so: changes, bookings and their times, cancellations.

    And the other way round: bookings that belong to no change.
    """
    changes = {pk: str(key).replace("-", "") for pk, key in rows("SELECT id, key FROM scheduling_change")}
    columns = "id, status, unit, provider_id, room_id, device_id"
    bookings = {row[0]: row for row in rows(f"SELECT {columns} FROM scheduling_booking")}
    acknowledged = [one for one in told if one.result == DONE]
    found = [
        f"change {one.change} is not there"
        for one in acknowledged
        if one.what == ORDER and changes.get(one.change) != one.key.replace("-", "")
    ]
    for pk, wanted in expected(acknowledged).items():
        if bookings.get(pk, (pk, "nowhere"))[: len(wanted)] != wanted:
            found.append(f"booking {pk} should be {wanted}, is {bookings.get(pk)}")
    changed = {int(pk) for (after,) in rows("SELECT after FROM scheduling_change") for pk in as_json(after)}
    return found + [f"booking {pk} belongs to no change" for pk in bookings if pk not in changed]


def expected(acknowledged: Sequence[Told]) -> dict[int, tuple[Any, ...]]:
    """Where each booking should be now: as its last change that was not undone left it, or cancelled.

    A plan's changes are numbered in the order in which they were made.
    """
    undone = {one.change for one in acknowledged if one.what == UNDO}
    orders = {one.change: one for one in acknowledged if one.what == ORDER}
    found: dict[int, tuple[Any, ...]] = {}
    for number in sorted(orders):
        for pk, after in orders[number].after.items():
            if number not in undone:
                found[int(pk)] = placed(int(pk), after)
            elif orders[number].before.get(pk) is None:
                found[int(pk)] = (int(pk), "cancelled")
    return found | {one.booking: (one.booking, "cancelled") for one in acknowledged if one.what == CANCEL}


def placed(pk: int, after: dict[str, Any] | None) -> tuple[Any, ...]:
    """A booking as a change left it."""
    if after is None:
        return pk, "cancelled"
    return pk, *(after[name] for name in ("status", "unit", "provider_id", "room_id", "device_id"))


def partial(told: Sequence[Told]) -> list[str]:
    """Orders of which not every visit, or not every session of a visit, was written."""
    sessions = dict(rows("SELECT booking_id, COUNT(*) FROM scheduling_bookedsession GROUP BY booking_id"))
    found = []
    for one in told:
        if one.what != ORDER or one.result != DONE or one.order is None:
            continue
        new = sorted(len(wanted.sessions) for wanted in one.order.wanted if not wanted.booking)
        made = [int(pk) for pk in one.after if one.before.get(pk) is None]
        if sorted(sessions.get(pk, 0) for pk in made) != new:
            found.append(f"order {one.key}: {len(new)} new visits were wanted, {len(made)} made")
    return found + [
        f"booking {pk} has no sessions"
        for (pk,) in rows("SELECT id FROM scheduling_booking")
        if pk not in sessions
    ]


def duplicates(told: Iterable[Told]) -> list[str]:
    """Orders that were carried out twice, and sessions booked twice."""
    answers: dict[str, set[int]] = defaultdict(set)
    for one in told:
        if one.what == ORDER and one.result == DONE:
            answers[one.key].add(one.change)
    twice = [f"order {key}: changes {sorted(found)}" for key, found in answers.items() if len(found) > 1]
    keys = rows("SELECT key, COUNT(*) FROM scheduling_change GROUP BY key HAVING COUNT(*) > 1")
    sessions = rows(
        "SELECT booking.plan_id, session.key, session.ordinal, COUNT(*) FROM scheduling_bookedsession session"
        f" JOIN scheduling_booking booking ON booking.id = session.booking_id WHERE booking.status IN {LIVE}"
        " GROUP BY booking.plan_id, session.key, session.ordinal HAVING COUNT(*) > 1"
    )
    return [
        *twice,
        *(f"key {key} has {count} changes" for key, count in keys),
        *(f"plan {plan}: {key} {ordinal} is booked {count} times" for plan, key, ordinal, count in sessions),
    ]


def unlike_claims() -> list[str]:
    """Where claims are not what the live bookings' steps hold, and busy days not what the claims hold."""
    steps = Counter(
        (kind, holder, unit)
        for kind, holder, first, until in rows(held(STRETCHES))
        for unit in range(first, until)
    )
    claims: Counter[tuple[str, int, int]] = Counter()
    for unit, *holders in rows(
        f"SELECT unit, {', '.join(f'{kind}_id' for kind in KINDS)} FROM scheduling_claim"
    ):
        claims.update((kind, one, unit) for kind, one in zip(KINDS, holders, strict=True) if one is not None)
    bits = {
        (kind, holder, day * 288 + bit)
        for kind, holder, day, held_ in rows("SELECT kind, holder, day, bits FROM scheduling_busyday")
        for bit in range(288)
        if int.from_bytes(bytes(held_), "little") >> bit & 1
    }
    unlike = [f"{one}: claims are not the bookings" for one in (steps - claims) + (claims - steps)]
    return unlike + [f"{one}: bits are not the claims" for one in bits ^ set(claims)]


def as_json(value: Any) -> Any:
    """A JSON column, which SQLite gives as text."""
    return json.loads(value) if isinstance(value, str) else value
