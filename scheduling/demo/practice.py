"""The demo practice filled: people, hours, plans, their past, today and the months ahead."""

import datetime

from django.db import transaction

from clinic.demo import seed_clinic
from clinic.demo_hours import seed_hours
from scheduling.demo.absences import seed_absence
from scheduling.demo.capabilities import seed_capabilities
from scheduling.demo.cast import Cast
from scheduling.demo.doses import seed_doses
from scheduling.demo.guests import seed_guests
from scheduling.demo.messages import seed_messages
from scheduling.demo.my import seed_my
from scheduling.demo.stories import seed_stories
from scheduling.demo.today import seed_today
from scheduling.demo.waiting import seed_waiting
from treatments.current import current_library

WEEKS = 13


@transaction.atomic
def seed_demo(today: datetime.date, now: datetime.datetime, weeks: int = WEEKS) -> None:
    """Save the demo practice, adding only what is missing: all of it or, when interrupted, nothing.

    `today` places closures and shifts; everything else counts from the local day of `now` (aware) at each
    location. So many `weeks` from today on are filled.
    """
    seed_clinic(today)
    seed_hours(today)
    seed_capabilities()
    cast = Cast(now, current_library())
    seed_stories(cast)
    seed_guests(cast, weeks)
    seed_absence(cast)
    seed_today(cast)
    seed_waiting(cast)
    seed_doses(cast)
    seed_my(cast)
    seed_messages(cast)
