"""Who may use the routes of booking, of visits and of what was given."""

import datetime

from clinic.models import Patient, Room
from scheduling.models import Booking, Change, Given, PlanVersion
from tests.access import COORDINATOR, PROVIDER, STAFF, Row
from tests.scheduling.access_rows import BOOKERS, foreign, own, plan_of
from tests.scheduling.builders import NOON

DAY = datetime.date(2027, 1, 5)


def approved(world, patient: Patient) -> PlanVersion:
    """Give the patient's plan, approved by the provider."""
    version, by = plan_of(patient), world.people[PROVIDER]
    facts = {"status": PlanVersion.Status.APPROVED, "approved_by": by, "approved_at": NOON}
    version.plan.versions.current().update(**facts)
    return version


def visit_of(world, patient: Patient) -> Booking:
    """Give a booked visit of the patient, with no session of the plan."""
    room, _ = Room.objects.get_or_create(location=patient.location, name="Room 1")
    found = Booking.objects.filter(patient=patient).first()
    return found or Booking.objects.create(
        patient=patient,
        plan=approved(world, patient).plan,
        location=patient.location,
        provider=world.people[PROVIDER].provider,
        room=room,
        date=DAY,
        minute=540,
        unit=6000000,
        units=6,
        steps=[["check-in", 30, "patient"]],
        booked_by=world.people[COORDINATOR],
    )


def change_of(world, patient: Patient) -> Change:
    """Give a change of the patient's plan that touched nothing."""
    plan = plan_of(patient).plan
    return Change.objects.get_or_create(plan=plan, action="visit.moved", by=world.people[COORDINATOR])[0]


def given_of(world, patient: Patient) -> Given:
    """Give a treatment the patient had elsewhere."""
    facts = {"key": "mesobotox.neck", "treatment": "MesoBotox", "area": "Neck", "mark": "mesobotox"}
    facts |= {"date": DAY, "kind": "elsewhere", "counts": False, "because": "Given elsewhere."}
    plan, by = plan_of(patient).plan, world.people[COORDINATOR]
    return Given.objects.get_or_create(patient=patient, plan=plan, recorded_by=by, **facts)[0]


def of(make):
    """Give the functions that name one's own and a foreign object made so."""
    return {
        "own": lambda world: {"pk": make(world, world.patient).pk},
        "foreign": lambda world: {"pk": make(world, world.stranger).pk},
    }


def booking_own(world) -> dict:
    """Name Maya's plan, approved."""
    return {"pk": approved(world, world.patient).plan_id}


PLAN = {"own": booking_own, "foreign": foreign}
VISIT = of(visit_of)
ROWS = {
    "scheduling:approve": Row(get=None, post=(PROVIDER,), own=own, foreign=foreign),
    "scheduling:wishes": Row(get=BOOKERS, post=BOOKERS, **PLAN),
    "scheduling:book_series": Row(get=None, post=BOOKERS, **PLAN),
    "scheduling:replan": Row(get=BOOKERS, **PLAN),
    "scheduling:apply": Row(get=None, post=BOOKERS, **PLAN),
    "scheduling:visit_new": Row(get=BOOKERS, post=BOOKERS, **PLAN),
    "scheduling:elsewhere": Row(get=BOOKERS, post=BOOKERS, **PLAN),
    "scheduling:withdraw": Row(get=None, post=BOOKERS, **of(given_of)),
    "scheduling:undo": Row(get=None, post=BOOKERS, **of(change_of)),
    "scheduling:visit": Row(get=STAFF, **VISIT),
    "scheduling:arrive": Row(get=None, post=BOOKERS, **VISIT),
    "scheduling:complete": Row(get=None, post=BOOKERS, **VISIT),
    "scheduling:miss": Row(get=None, post=BOOKERS, **VISIT),
    "scheduling:cancel": Row(get=None, post=BOOKERS, **VISIT),
    "scheduling:visit_move": Row(get=BOOKERS, post=BOOKERS, leads=("/visits/",), **VISIT),
}
