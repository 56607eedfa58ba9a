"""Who may use the routes of the treatment room: card, doses, recall of a lot, proposals."""

import datetime

from clinic.models import Patient
from scheduling.models import Dose, Observation, ToxinElsewhere
from tests.access import MANAGER, PROVIDER, Row
from tests.scheduling.access_booking import VISIT, of, visit_of
from tests.scheduling.access_rows import foreign, own
from treatments.models import Product

PROVIDERS = (PROVIDER,)
FINDERS = (PROVIDER, MANAGER)


def dose_of(world, patient: Patient) -> Dose:
    """Give a dose of the patient's visit."""
    product, _ = Product.objects.get_or_create(key="ona", position=1)
    facts = {"key": "mesobotox.neck", "product": product, "lot": "C1", "units": 40}
    facts |= {"expires": datetime.date(2028, 1, 1), "given_by": world.people[PROVIDER]}
    return Dose.objects.get_or_create(booking=visit_of(world, patient), **facts)[0]


def observation_of(world, patient: Patient) -> Observation:
    """Give a grade of the patient's visit."""
    facts = {"key": "mesobotox.neck", "scale": "pores", "grade": 1, "observed_by": world.people[PROVIDER]}
    return Observation.objects.get_or_create(booking=visit_of(world, patient), **facts)[0]


def told_of(world, patient: Patient) -> dict:
    """Name the patient's visit, and toxin told at it."""
    visit = visit_of(world, patient)
    facts = {"units": 50, "date": visit.date, "told_to": world.people[PROVIDER]}
    told, _ = ToxinElsewhere.objects.get_or_create(patient=patient, booking=visit, **facts)
    return {"pk": visit.pk, "told": told.pk}


ROWS = {
    "scheduling:toxin": Row(get=PROVIDERS, post=PROVIDERS, **VISIT),
    "scheduling:toxin_withdraw": Row(
        get=None,
        post=PROVIDERS,
        own=lambda world: told_of(world, world.patient),
        foreign=lambda world: told_of(world, world.stranger),
    ),
    "scheduling:card": Row(get=PROVIDERS, **VISIT),
    "scheduling:complete_doses": Row(get=PROVIDERS, post=PROVIDERS, **VISIT),
    "scheduling:doses": Row(get=PROVIDERS, post=PROVIDERS, **VISIT),
    "scheduling:dose_withdraw": Row(get=None, post=PROVIDERS, **of(dose_of)),
    "scheduling:observation_withdraw": Row(get=None, post=PROVIDERS, **of(observation_of)),
    "scheduling:lots": Row(get=FINDERS),
    "scheduling:lots_csv": Row(get=FINDERS, leads=("/lots/",)),
    "scheduling:proposals": Row(get=PROVIDERS),
    "scheduling:proposal_dismiss": Row(get=None, post=PROVIDERS, own=own, foreign=foreign),
}
