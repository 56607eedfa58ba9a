"""The demo's forty people: what each came for, how long ago, and how it has gone since."""

import datetime
from collections.abc import Mapping

from dateutil.relativedelta import relativedelta

from clinic.demo import PEOPLE, email_of
from clinic.models import Patient
from scheduling.actions import plans as actions
from scheduling.demo import past
from scheduling.demo.cast import Cast
from scheduling.demo.plans import approved, booked, proposed, treatments_of
from scheduling.demo.wishes import WISHES, Wish
from scheduling.models import PlanVersion

# Every seventh patient is new and has no plan yet; the others began so many months ago.
BEGAN = (0, 3, 12, 8, 0, 5)
NEW = 6
# By the number of the person's line: whose plan waits for a provider, and whose is approved but not booked.
WAITING = frozenset({4, 7, 18, 25, 35})
UNBOOKED = frozenset({14, 32})
LONG = (WISHES[0], WISHES[11])
LATE = {0: relativedelta(days=62), 32: relativedelta(days=26)}
# What did not go as planned: for a person, which visit (from 0) and what happened.
EVENTS: Mapping[int, past.Events] = {
    3: {0: past.elsewhere},
    9: {1: past.missed},
    12: {0: past.spared},
    17: {1: past.missed},
    22: {0: past.spared_for_good},
    23: {2: past.early},
    26: {0: past.missed},
    33: {1: past.missed_for_good},
}


def seed_stories(cast: Cast) -> None:
    """Give everybody their plan who has none, with what became of it until today."""
    planned = set(PlanVersion.objects.values_list("plan__patient", flat=True))
    emails = {email_of(number): number for number in range(len(PEOPLE))}
    for patient in Patient.objects.filter(email__in=emails).with_details().order_by("pk"):
        number = emails[patient.email]
        if number % 7 != NEW and patient.pk not in planned:
            seed_story(cast, number, patient)


def seed_story(cast: Cast, number: int, patient: Patient) -> None:
    """Propose a plan and let it be approved, booked and lived, as far as it has come."""
    location = patient.location
    start = cast.today(location) - began(number)
    now = cast.noon(location, start)
    version = proposed_once_or_twice(cast, number, patient, start, now)
    if number in WAITING:
        return
    able = cast.able(location, treatments_of(version.recommendation))
    version = approved(version, able[number % len(able)].user, now)
    if number not in UNBOOKED:
        booked(cast, version, now)
        past.walk(cast, version, cast.today(location), EVENTS.get(number))


def began(number: int) -> relativedelta:
    """How long ago a person's plan began."""
    return LATE.get(number, relativedelta(months=BEGAN[number % 7]))


def wish_of(number: int) -> Wish:
    """What a person came for; the plans that take the planner longest are wished for once."""
    if number < len(WISHES):
        return WISHES[number]
    usual = [one for one in WISHES if one not in LONG]
    return usual[number % len(usual)]


def proposed_once_or_twice(
    cast: Cast, number: int, patient: Patient, start: datetime.date, now: datetime.datetime
) -> PlanVersion:
    """Propose what a person wished for; every ninth changed the plan at once."""
    wish = wish_of(number)
    version = proposed(cast, patient, cast.answers.to(wish, patient.location, start), now)
    if number % 9:
        return version
    changed = Wish(wish.concerns, ("Reunion", 130), {**wish.extra, "preference": "fewest_visits"})
    return actions.revise(
        by=cast.coordinator(patient.location),
        plan=version.plan,
        seen=1,
        found=cast.answers.to(changed, patient.location, start),
        reason="A reunion came up; wants fewer trips",
        library=cast.library,
        now=now,
    )
