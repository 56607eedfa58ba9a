"""Who may use patients' own pages, and the staff's answers to what patients told."""

import datetime

from clinic.models import Patient
from scheduling.actions import approvals
from scheduling.models import Booking, CheckIn, PatientEvent, PlanVersion, Question
from tests.access import PATIENT, PROVIDER, Row
from tests.scheduling.access_booking import visit_of
from tests.scheduling.access_rows import BOOKERS, plan_of
from tests.scheduling.builders import NOON

OWN = (PATIENT,)


def signed(world, patient: Patient) -> PlanVersion:
    """Give the patient's plan with the provider's signature under it."""
    version = plan_of(patient)
    if not version.is_approved:
        approvals.approve(by=world.people[PROVIDER], version=version, now=NOON)
    return version


def visit(world, patient: Patient) -> Booking:
    """Give a booked visit of the patient under a signed plan."""
    signed(world, patient)
    return visit_of(world, patient)


def event(world, patient: Patient) -> PatientEvent:
    """Give a day the patient told about."""
    return PatientEvent.objects.get_or_create(
        patient=patient, name="Wedding", date=datetime.date(2027, 6, 20)
    )[0]


def wish(world, patient: Patient) -> PatientEvent:
    """Give a day before which the patient, with a signed plan, wishes an extra treatment."""
    signed(world, patient)
    wished = {"booster_key": "mesobotox.neck", "booster_asked_at": NOON}
    day = datetime.date(2027, 6, 27)
    return PatientEvent.objects.update_or_create(
        patient=patient, name="Party", date=day, defaults={**wished, "settled_at": None}
    )[0]


def question(world, patient: Patient) -> Question:
    """Give a question the patient asked."""
    return Question.objects.get_or_create(patient=patient, text="May I swim?")[0]


def check_in(world, patient: Patient) -> CheckIn:
    """Give a check-in the patient answered."""
    facts = {"weeks": 2, "smile": "full", "fading": "not"}
    return CheckIn.objects.get_or_create(patient=patient, booking=visit(world, patient), **facts)[0]


def of(make, **more):
    """Give the functions that name one's own and a foreign object made so."""
    return {
        "own": lambda world: {"pk": make(world, world.patient).pk, **more},
        "foreign": lambda world: {"pk": make(world, world.stranger).pk, **more},
    }


def plans(world, patient: Patient):
    """Give the patient's signed plan."""
    return signed(world, patient).plan


def kept(world) -> dict:
    """Give the preferences of somebody who minds nothing."""
    return {"weekdays": [1, 2, 3, 4, 5], "starts": 0, "ends": 1440, "reminders": "email"}


ROWS = {
    "scheduling:booster_refuse": Row(
        get=None, post=BOOKERS, data=lambda world: {"reason": "Too soon after your last visit."}, **of(wish)
    ),
    "scheduling:question_answer": Row(
        get=None, post=BOOKERS, data=lambda world: {"text": "Yes."}, **of(question)
    ),
    "scheduling:check_in_read": Row(get=None, post=BOOKERS, **of(check_in)),
    "scheduling:my_plan": Row(get=OWN),
    "scheduling:my_visits": Row(get=OWN),
    "scheduling:my_visit": Row(get=OWN, **of(visit)),
    "scheduling:my_visit_calendar": Row(get=OWN, **of(visit)),
    "scheduling:my_visit_confirm": Row(get=None, post=OWN, **of(visit)),
    "scheduling:my_visit_move": Row(get=OWN, post=OWN, **of(visit)),
    "scheduling:my_events": Row(get=OWN),
    "scheduling:my_event_new": Row(get=OWN, post=OWN),
    "scheduling:my_event": Row(get=OWN, **of(event)),
    "scheduling:my_event_withdraw": Row(get=None, post=OWN, **of(event)),
    "scheduling:my_event_booster": Row(
        get=None, post=OWN, data=lambda world: {"series": "mesobotox.neck"}, **of(event)
    ),
    "scheduling:my_event_booster_back": Row(get=None, post=OWN, **of(wish)),
    "scheduling:my_questions": Row(get=OWN, post=OWN),
    "scheduling:my_more": Row(get=OWN),
    "scheduling:my_check_ins": Row(get=OWN),
    "scheduling:my_check_in_done": Row(get=OWN, **of(check_in)),
    "scheduling:my_check_in": Row(get=OWN, post=OWN, **of(visit, weeks=2)),
    "scheduling:my_documents": Row(get=OWN),
    "scheduling:my_document": Row(get=OWN, **of(plans)),
    "scheduling:my_care": Row(get=OWN, own=lambda world: {"kind": "toxin"}),
    "scheduling:my_preferences": Row(get=OWN, post=OWN, data=kept),
    "scheduling:my_data": Row(get=OWN),
    "scheduling:my_data_download": Row(get=OWN),
    "scheduling:my_erasure": Row(get=None, post=OWN),
}
