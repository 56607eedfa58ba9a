"""Who may use the calendar and the JSON interface of booking."""

import datetime

from tests.access import STAFF, Row
from tests.scheduling.access_booking import booking_own, of, visit_of
from tests.scheduling.access_rows import BOOKERS, foreign


def times(world) -> dict:
    """Ask for the times of the first session of Maya's plan."""
    return {"plan": booking_own(world)["pk"], "series": "mesobotox.neck"}


DAY = {"own": lambda world: {"day": datetime.date(2027, 1, 5)}}
VISIT = of(visit_of)
ROWS = {
    "scheduling:calendar": Row(get=STAFF, leads=("/calendar/",)),
    "scheduling:calendar_day": Row(get=STAFF, **DAY),
    "scheduling:calendar_week": Row(get=STAFF, **DAY),
    "scheduling:calendar_move": Row(get=BOOKERS, post=BOOKERS, **VISIT),
    "scheduling:api_visit_move": Row(get=None, post=BOOKERS, json=True, **VISIT),
    "scheduling:api_day_times": Row(get=STAFF, json=True, query=times, **DAY),
    "scheduling:api_plan_book": Row(get=None, post=BOOKERS, json=True, own=booking_own, foreign=foreign),
}
