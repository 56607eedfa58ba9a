"""Who may use the routes of patients' plans."""

import datetime

from clinic.models import Patient, User
from scheduling.models import PlanVersion
from tests.access import COORDINATOR, PROVIDER, STAFF, Row
from tests.scheduling.builders import another, catalogue, found_for, make_plan

BOOKERS = (COORDINATOR, PROVIDER)


def plan_of(patient: Patient) -> PlanVersion:
    """Give a patient's plan, made by somebody outside the test when there is none."""
    found = PlanVersion.objects.filter(plan__patient=patient).first()
    by, _ = User.objects.get_or_create(email="rae@example.com", name="Rae", role="coordinator")
    return found or make_plan(patient, by)


def own(world) -> dict:
    """Name Maya's plan."""
    return {"pk": plan_of(world.patient).plan_id}


def foreign(world) -> dict:
    """Name Bob's plan, at Lakeside."""
    return {"pk": plan_of(world.stranger).plan_id}


def composing(world) -> dict:
    """Name Maya, with a catalogue to plan from."""
    catalogue()
    return {"pk": world.patient.pk}


def changing(world) -> dict:
    """Name Maya's plan, with a catalogue to change it by."""
    catalogue()
    return own(world)


def changed_once(world) -> dict:
    """Name the second version of Maya's plan."""
    first = plan_of(world.patient)
    if first.plan.versions.count() == 1:
        another(first, first.proposed_by, found_for(preference="fewest_visits"))
    return {"pk": first.plan_id, "number": 2}


def adding(arguments: dict):
    """Give the functions that name one's own and a foreign plan with more arguments."""
    return {"own": lambda world: own(world) | arguments, "foreign": lambda world: foreign(world) | arguments}


SESSION = {"series": "mesobotox.neck", "number": 2}
ROWS = {
    "scheduling:patient": Row(
        get=STAFF,
        own=lambda world: {"pk": world.patient.pk},
        foreign=lambda world: {"pk": world.stranger.pk},
    ),
    "scheduling:plan_new": Row(
        get=BOOKERS, post=BOOKERS, own=composing, foreign=lambda world: {"pk": world.stranger.pk}
    ),
    "scheduling:plan_edit": Row(get=BOOKERS, post=BOOKERS, own=changing, foreign=foreign),
    "scheduling:plan": Row(get=STAFF, own=own, foreign=foreign),
    "scheduling:plan_print": Row(get=STAFF, own=own, foreign=foreign),
    "scheduling:version": Row(get=STAFF, **adding({"number": 1})),
    "scheduling:changes": Row(
        get=STAFF, own=changed_once, foreign=lambda world: foreign(world) | {"number": 1}
    ),
    "scheduling:session": Row(get=STAFF, **adding(SESSION)),
    "scheduling:day": Row(get=STAFF, **adding({**SESSION, "day": datetime.date(2027, 4, 19)})),
}
