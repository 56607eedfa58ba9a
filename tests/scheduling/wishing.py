"""Days that a patient tells about, and extra treatments wished before them."""

import datetime

from clinic.models import Location, Patient, User
from scheduling.actions import events
from scheduling.models import PatientEvent, PlanVersion
from scheduling.patient_page.boosters import EventBoosters
from scheduling.patient_page.course import Course
from tests.scheduling.asking import asked, do
from tests.scheduling.builders import NECK, NOON, found_for
from tests.scheduling.practice import approved_plan, open_practice, work

CHEEKS_KEY, NECK_KEY = "mesobotox.cheeks", "mesobotox.neck"
# The visits of the cheeks are on 4 Jan, 5 Apr, 5 Jul, 5 Oct 2027 and 7 Mar 2028; the neck has two more.
WEDDING, LATE = datetime.date(2027, 6, 20), datetime.date(2028, 10, 20)
FREE = datetime.date(2028, 6, 30)
ONE = 13 * 60


def signed_plan(location: Location, by: User, provider: User, patient: Patient) -> PlanVersion:
    """Sign a plan of the cheeks and the neck at an open practice."""
    work(provider, open_practice(location))
    return approved_plan(patient, by, provider, found_for(("pores", "cheeks"), NECK))


def booked_as_planned(version: PlanVersion, by: User) -> PlanVersion:
    """Book every visit of a plan on its day, at one o'clock."""
    wanted = [
        asked(version, [(one.series, one.number) for one in visit.sessions], visit.date, ONE)
        for visit in version.recommendation.solution.visits
    ]
    do(version, by, *wanted)
    return version


def told(user: User, date: datetime.date = LATE, **fields) -> PatientEvent:
    """Let a patient tell about a day."""
    return PatientEvent.objects.create(
        patient=user.patient, name="Wedding", date=date, told_at=NOON, **fields
    )


def wished(user: User, date: datetime.date = LATE, key: str = CHEEKS_KEY) -> PatientEvent:
    """Let a patient wish an extra treatment before a day."""
    return events.ask_for_booster(by=user, event=told(user, date), key=key, now=NOON)


def tied(version: PlanVersion, by: User, user: User) -> PatientEvent:
    """Book the extra treatment that is wished before a late day on a free one, for that day."""
    event = wished(user)
    return events.tie(by=by, event=event, change=do(version, by, asked(version, [(CHEEKS_KEY, 0)], FREE)))


def chances(user: User, date: datetime.date) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Give what a patient reads of each series before a day: the state and the words."""
    event = PatientEvent(patient=user.patient, name="Wedding", date=date)
    shown = EventBoosters(Course(user, user.patient, NOON), event).chances
    return {one.key: (one.state.word, one.words) for one in shown}
