"""The pages that no other browser test opens."""

import pytest
import time_machine

from clinic.models import Patient, User
from tests.scheduling.builders import NECK, NOON, found_for
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work

pytestmark = pytest.mark.django_db(transaction=True)
NORA = (
    "/gallery/",
    "/find/?q=maya",
    "/affected/",
    "/absences/",
    "/plans/{plan}/print/",
    "/plans/{plan}/wishes/",
    "/plans/{plan}/elsewhere/",
    "/plans/{plan}/versions/1/",
)


VERA = (
    "/manage/places/",
    "/manage/places/{location}/",
    "/manage/providers/{provider}/",
    "/manage/audit/",
    "/manage/access/",
    "/manage/erasures/",
)
ELLIS = ("/lots/?q=C1234", "/proposals/", "/visits/{visit}/card/", "/lab/")
MAYA = (
    "/my/visits/",
    "/my/visits/{visit}/",
    "/my/events/",
    "/my/events/new/",
    "/my/ask/",
    "/my/more/check-ins/",
    "/my/more/documents/",
    "/my/more/documents/plan/{plan}/",
    "/my/more/preferences/",
    "/my/more/data/",
)


@pytest.mark.parametrize(("who", "paths"), [("Nora", NORA), ("Vera", VERA), ("Ellis", ELLIS), ("Maya", MAYA)])
def test_the_other_pages_are_accessible_and_fit(demo, enter, live_server, axe, who, paths):
    maya = Patient.objects.get(email="maya@example.com")
    nora, ellis = (User.objects.get(email=f"{name}@example.com") for name in ("nora", "ellis"))
    doctor = work(ellis, open_practice(maya.location))
    with time_machine.travel(NOON):
        version = approved_plan(maya, nora, ellis, found_for(NECK))
        book_all(version, nora)
        ids = {"plan": version.plan_id, "visit": booked(version)[0].pk, "location": maya.location_id}
        page = enter(who)
        for path in paths:
            page.goto(live_server.url + path.format(**ids, provider=doctor.pk))
            axe(page)
