"""What stands against a change of bookings, as data that pages, the API and the log all show."""

import datetime
from dataclasses import dataclass

RULE, PLACE = "rule", "place"
NO_DAY = datetime.date.min


@dataclass(frozen=True, slots=True)
class Against:
    """One thing that stands against a booking.

    `kind` is rule (a provider may override it with a reason) or place (nobody may); `rule` is the id of
    the practice's rule where there is one; `date` is the day of the visit in question, NO_DAY where it is
    about no visit.
    """

    kind: str
    text: str
    date: datetime.date
    rule: str = ""
    source: str = ""
