"""Why a change to bookings is refused, each with what stands against it."""

import datetime
from collections.abc import Sequence

from django.core.exceptions import ValidationError

from scheduling.guard.against import PLACE, Against


class Refused(ValidationError):
    """Raised when rules or the place stand against a change; `against` holds every one of them."""

    def __init__(self, problems: Sequence[Against]):
        super().__init__([one.text for one in problems], code="refused")
        self.against = tuple(problems)


class NotApproved(Refused):
    """Raised when a plan that no provider approved is to be booked."""

    def __init__(self) -> None:
        text = "A provider has to approve this plan before it is booked."
        super().__init__([Against(PLACE, text, datetime.date.min)])


class KeyUsed(Refused):
    """Raised when an idempotency key stands for another change already, or for one that was undone."""

    def __init__(self, for_what: str = "for something else already") -> None:
        text = f"This form was sent {for_what}. Open the plan anew."
        super().__init__([Against(PLACE, text, datetime.date.min)])


class TooLate(ValidationError):
    """Raised when a change can no longer be undone."""

    def __init__(self, why: str):
        super().__init__(f"This cannot be undone. {why}", code="too_late")
