"""Whose turn it is: the locks that changes to visits take first, and one transaction for each of them."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction

from clinic.models import Location
from scheduling.claiming.claims import WAITED_TOO_LONG, code_of, gave_way
from scheduling.models import Plan

TIMES = 3
PLACE = "SELECT * FROM clinic_location WHERE id = %s"
P = ParamSpec("P")
R = TypeVar("R")


class Overtaken(ValidationError):
    """Raised when the database ended an action for another one's sake, and doing it anew did not help."""

    def __init__(self) -> None:
        text = "Somebody else changed the same days at this very moment. Nothing was done; do it once more."
        super().__init__(text, code="overtaken")


def as_one(action: Callable[P, R]) -> Callable[P, R]:
    """Make an action one transaction, begun anew when the database ends it for the sake of another one.

    Two who each wait for the other are told so by PostgreSQL, which ends one of them: that one had only
    bad luck, and goes again once the other is done. Overtaken when it met somebody three times, had to wait
    too long, or is part of another transaction, which alone could begin anew.
    """

    @wraps(action)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        left = 1 if connection.in_atomic_block else TIMES
        while True:
            left -= 1
            try:
                with transaction.atomic():
                    return action(*args, **kwargs)
            except OperationalError as error:
                if not gave_way(error):
                    raise
                if not left or code_of(error) == WAITED_TOO_LONG:
                    raise Overtaken from error

    return run


def locked_plan(pk: int) -> Plan:
    """Lock a plan and its patient, whoever wants to change their visits, until the transaction ends.

    Always the first lock, and the plan before the patient; rows that refer to them can still be written. The
    clock of where the patient comes to is held last: whoever would set another waits until this is done.
    It is never joined: PostgreSQL leaves a row out whose patient went elsewhere while this waited for it.
    """
    rows = Plan.objects.select_for_update(of=("self", "patient"), no_key=True)
    plan = rows.select_related("patient").get(pk=pk)
    plan.patient.location = held_clock(plan.patient.location_id)
    return plan


def held_clock(location: int) -> Location:
    """Hold the time zone of a location (id) as it is until the transaction ends, and give the location.

    It is the lock that a reference to the location takes when it is committed, so those who book do not wait
    for one another: only for `actions.places.edit_place`, which locks the whole row, and it for them. Django
    has no word for this lock.
    """
    lock = " FOR KEY SHARE" if connection.features.has_select_for_update else ""
    return Location.objects.raw(PLACE + lock, [location])[0]
