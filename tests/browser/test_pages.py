"""The pages that no other browser test opens, those that say what went wrong among them."""

import datetime
from decimal import Decimal

import pytest
import time_machine
from django.template.loader import render_to_string

from clinic.models import Invitation, Patient, Room, User
from clinic.models.invitation import LASTS, hashed
from scheduling.actions import erasures, events, visits
from scheduling.actions.doses import Entered
from scheduling.models import Booking
from tests.scheduling.asking import NECK_KEY
from tests.scheduling.builders import NECK, NOON, found_for
from tests.scheduling.chairside import dose, stock
from tests.scheduling.laboratory import drafted
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
    "/visits/{visit}/",
    "/calendar/move/{next}/",
    "/nowhere/",
    "/messages/",
    "/manage/people/",
    "/changes/1/undo/",
)
VERA = (
    "/manage/people/{ellis}/",
    "/manage/people/invite/",
    "/manage/places/",
    "/manage/places/open/",
    "/manage/places/{location}/",
    "/manage/rooms/{room}/",
    "/manage/providers/{provider}/",
    "/manage/messages/",
    "/manage/audit/",
    "/manage/access/",
    "/manage/erasures/",
    "/manage/erasures/{erasure}/",
)
ELLIS = (
    "/lots/?q=C1",
    "/proposals/",
    "/visits/{next}/card/",
    "/visits/{visit}/doses/",
    "/visits/{next}/toxin/",
    "/work/",
    "/lab/",
    "/lab/protocols/mesobotox.neck/",
    "/lab/{draft}/",
    "/lab/{draft}/plans/{plan}/",
)
MAYA = (
    "/my/visits/",
    "/my/visits/{next}/",
    "/my/events/",
    "/my/events/new/",
    "/my/events/{event}/",
    "/my/ask/",
    "/my/more/check-ins/",
    "/my/more/check-ins/{visit}/2/",
    "/my/more/documents/",
    "/my/more/documents/plan/{plan}/",
    "/my/more/documents/care/toxin/",
    "/my/more/preferences/",
    "/my/more/data/",
    "/nowhere/",
    "/today/",
)
REFUSED = {"/nowhere/": 404, "/manage/people/": 403, "/changes/1/undo/": 405, "/today/": 403}
DRAWN = tuple(f"/drawn/{name}/" for name in ("400", "403_csrf", "405", "409", "429", "500", "503"))


@pytest.fixture
def people(demo) -> dict[str, User]:
    """The demo people by first name."""
    names = ("nora", "ellis", "vera", "maya")
    return {name: User.objects.get(email=f"{name}@example.com") for name in names}


@pytest.fixture
def ids(people):
    """What the addresses name, two weeks after the first visit of Maya's plan."""
    maya, nora, ellis = Patient.objects.get(user=people["maya"]), people["nora"], people["ellis"]
    doctor = work(ellis, open_practice(maya.location))
    stock()
    with time_machine.travel(NOON) as clock:
        version = approved_plan(maya, nora, ellis, found_for(NECK))
        book_all(version, nora)
        done, following = booked(version)[:2]
        day = completed(done, ellis)
        clock.move_to(day + datetime.timedelta(days=15))
        facts = {"by": people["maya"], "patient": maya, "now": day}
        event = events.tell(name="Wedding", date=following.date, **facts)
        yield {
            "plan": version.plan_id,
            "visit": done.pk,
            "next": following.pk,
            "location": maya.location_id,
            "room": Room.objects.filter(location=maya.location_id).first().pk,
            "provider": doctor.pk,
            "ellis": ellis.pk,
            "event": event.pk,
            "erasure": erasures.ask(**facts).pk,
            "draft": drafted(people["vera"]).pk,
        }


def completed(visit: Booking, ellis: User) -> datetime.datetime:
    """Complete a visit on its day with a dose, and give that day's noon."""
    noon = datetime.datetime.combine(visit.date, NOON.timetz())
    facts = {"by": ellis, "booking": visit, "now": noon}
    visits.complete(treated=[NECK_KEY], entered=Entered(doses=[dose(units=Decimal(40))]), **facts)
    return noon


@pytest.mark.parametrize(("who", "paths"), [("Nora", NORA), ("Vera", VERA), ("Ellis", ELLIS), ("Maya", MAYA)])
def test_the_other_pages_are_accessible_and_fit(ids, enter, live_server, axe, refused, who, paths):
    refused += ["status of 403", "status of 404", "status of 405"]
    page = enter(who)

    for path in paths:
        answer = page.goto(live_server.url + path.format(**ids))
        assert (path, answer.status) == (path, REFUSED.get(path, 200))
        axe(page)


def test_what_is_seen_without_an_account_is_accessible(page, people, live_server, axe, refused):
    refused += ["status of 404", "status of 410"]
    now = datetime.datetime.now(datetime.UTC)
    facts = {"email": "iris@example.com", "name": "Iris Adeyemi", "role": "coordinator"}
    until = {"invited_at": now, "expires_at": now + LASTS, "invited_by": people["vera"]}
    Invitation.objects.create(token_hash=hashed("a-token"), **facts, **until)
    page.route("**/drawn/*/", lambda route: route.fulfill(body=drawn(route), content_type="text/html"))

    for path in ("/invitation/a-token/", "/invitation/none/", *DRAWN):
        page.goto(live_server.url + path)
        axe(page)


def drawn(route) -> str:
    """An error page as it is drawn where no view was reached."""
    name = route.request.url.rstrip("/").rpartition("/")[2]
    return render_to_string(f"{name}.html")
