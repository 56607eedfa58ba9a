"""An order as somebody was shown it, signed, so that what is applied is exactly what was seen."""

import datetime
import hashlib
import uuid
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError

from scheduling.actions.bookings import Order
from scheduling.availability.steps import Step
from scheduling.course.situation import Situation
from scheduling.course.wanted import Wanted

SALT = "scheduling.order"
KEPT_FOR = datetime.timedelta(minutes=15)
PLAIN = ("minute", "unit", "provider", "room", "device", "reason", "booking")


class Stale(ValidationError):
    """Raised when what was shown is no longer what would be applied."""

    def __init__(self, why: str):
        super().__init__(f"{why} Nothing was changed; below is how it stands now.", code="stale")


def sign(order: Order, situation: Situation) -> str:
    """Write an order and the state it was made from as a signed text for a form's hidden field."""
    shown = {
        "seen": state_of(situation),
        "wanted": [write(one) for one in order.wanted],
        "dropped": order.dropped,
        "action": order.action,
    }
    return signing.dumps(shown, salt=SALT, compress=True)


def read(text: str, situation: Situation, key: uuid.UUID, reason: str = "") -> Order:
    """Read a signed order back under its idempotency key.

    Raises Stale when it is older than a quarter of an hour, was tampered with, or the plan changed since.
    """
    try:
        shown = signing.loads(text, salt=SALT, max_age=KEPT_FOR)
    except signing.SignatureExpired:
        raise Stale("What was shown is more than 15 minutes old.") from None
    except signing.BadSignature:
        raise Stale("What was sent is not what was shown.") from None
    if shown["seen"] != state_of(situation):
        raise Stale("The plan was changed meanwhile.")
    return Order(
        wanted=tuple(wanted(one) for one in shown["wanted"]),
        dropped=tuple(shown["dropped"]),
        action=shown["action"],
        reason=reason,
        key=key,
    )


def state_of(situation: Situation) -> str:
    """A short text that differs as soon as a booking or a given treatment of the plan does."""
    standings = situation.standings
    booked = [
        (one.pk, one.status, one.unit, one.provider_id, one.room_id, one.device_id)
        for one in standings.bookings
    ]
    given = [one.pk for one in standings.given]
    facts = repr((situation.version.pk, sorted(booked), sorted(given)))
    return hashlib.sha256(facts.encode()).hexdigest()[:32]


def write(one: Wanted) -> dict[str, Any]:
    """A wanted visit as JSON."""
    steps = [[step.name, step.minutes, sorted(step.holds)] for step in one.steps]
    plain = {name: getattr(one, name) for name in PLAIN}
    return {"sessions": one.sessions, "date": one.date.isoformat(), "steps": steps, **plain}


def wanted(shown: dict[str, Any]) -> Wanted:
    """A wanted visit from JSON that we signed ourselves."""
    return Wanted(
        sessions=tuple((key, number) for key, number in shown["sessions"]),
        date=datetime.date.fromisoformat(shown["date"]),
        steps=tuple(Step(name, minutes, frozenset(holds)) for name, minutes, holds in shown["steps"]),
        **{name: shown[name] for name in PLAIN},
    )
