"""The pages that no other browser test opens."""

import pytest
import time_machine

from clinic.models import Patient, User
from tests.scheduling.builders import NECK, NOON, found_for
from tests.scheduling.practice import approved_plan, open_practice, work

pytestmark = pytest.mark.django_db(transaction=True)
PATHS = (
    "/gallery/",
    "/find/?q=maya",
    "/affected/",
    "/absences/",
    "/plans/{plan}/print/",
    "/plans/{plan}/wishes/",
    "/plans/{plan}/elsewhere/",
    "/plans/{plan}/versions/1/",
)


def test_the_other_pages_are_accessible_and_fit(demo, enter, live_server, axe):
    maya = Patient.objects.get(email="maya@example.com")
    nora, ellis = (User.objects.get(email=f"{name}@example.com") for name in ("nora", "ellis"))
    work(ellis, open_practice(maya.location))
    with time_machine.travel(NOON):
        version = approved_plan(maya, nora, ellis, found_for(NECK))
        page = enter("Nora")
        for path in PATHS:
            page.goto(live_server.url + path.format(plan=version.plan_id))
            axe(page)
