"""The access table against the software: every route, method, role and object, asked for real.

`clinic.route_access` reads the table from the views (`manage.py access_table` prints it); the rows of
tests/<app>/access_<what>.py say by hand who may. Both must say the same, and the software must do it. A
route without a row fails here. One world is made for all of it; every request is undone before the next.
"""

import importlib
import itertools
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from clinic.library_routes import ANSWERS, ONWARD
from clinic.models import AuditEntry, Location, Patient, Provider, User
from clinic.route_access import METHODS, OK, ROLES, SIGN_IN, STRANGER, routes
from tests.access import PATIENT, Row, World
from tests.canaries import PLANTED, plant
from tests.conftest import note_sign_in
from tests.staff import let_work

pytestmark = pytest.mark.django_db
REFUSED = {401, 403, 404, 405}
# What an allowed POST answers: done, what is wrong with it, or what stands against it; 415 is no JSON.
SENT = {200, 302, 400, 409, 415, 422}
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def in_haste(monkeypatch):
    """Give the planner a moment only: who may ask is the question here, what it finds is asked elsewhere."""
    for module in ("views.booking", "api.views", "boards.absences"):
        monkeypatch.setattr(f"scheduling.{module}.ARRANGING", 0.2)
    for module, name in (("lab_impact", "PLAN"), ("lab_impact", "ANSWER"), ("lab_migrate", "PROPOSE")):
        monkeypatch.setattr(f"scheduling.views.{module}.{name}", 0.1)


def rows() -> dict[str, Row]:
    """Bring together the tables of all apps."""
    table = {}
    for path in sorted(Path(__file__).parent.glob("*/access_*.py")):
        table |= importlib.import_module(f"tests.{path.parent.name}.{path.stem}").ROWS
    return table


TABLE = rows()
ROUTES = {route.name: route for route in routes()}
OURS = [name for name in ROUTES if name in TABLE and not TABLE[name].library]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Make people and places once, with canaries in what is not theirs; all of it is undone at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield people_and_places()
        transaction.set_rollback(True)


def people_and_places() -> World:
    """Make somebody in each role at Park Street, a neighbour there, and a stranger at Lakeside."""
    street = Location.objects.create(name="Park Street", slug="park-street", time_zone="America/New_York")
    lake = Location.objects.create(name="Lakeside", slug="lakeside", time_zone="America/Chicago")
    people = {
        role: User.objects.create_user(f"{role}@example.com", "x", name=role.title(), role=role)
        for role in ROLES
    }
    for role in set(ROLES) - {PATIENT}:
        let_work(people[role], street)
    Provider.objects.create(user=people["provider"], printed_name="Dr. June Ellis")
    neighbour = User.objects.create_user("ines@example.com", "x", name="Ines", role=PATIENT)
    world = World(
        street,
        lake,
        people,
        patient=person("Maya", "Okafor", street, people[PATIENT]),
        neighbour=person("Ines", f"Duarte {PLANTED['neighbour']}", street, neighbour),
        stranger=person("Bob", f"Burns {PLANTED['stranger']}", lake, None),
    )
    plant(world)
    return world


def person(first: str, last: str, location: Location, user: User | None) -> Patient:
    """Make a patient."""
    facts = {"first_name": first, "last_name": last, "birth_date": "1985-03-14", "user": user}
    return Patient.objects.create(location=location, **facts)


@pytest.fixture(scope="module")
def browsers(world) -> dict[str, Client]:
    """Give a browser for each role, and one in which nobody is signed in."""
    clients = {STRANGER: Client()}
    for role, user in world.people.items():
        clients[role] = Client()
        clients[role].force_login(user)
        note_sign_in(clients[role], user, recently=True)
    return clients


@pytest.fixture
def asked(browsers):
    """Give the function that asks a route and undoes what the answer changed: (answer, entries written)."""

    def ask(role: str, method: str, name: str, arguments: dict, data: dict | None = None):
        client = browsers[role]
        cookies = client.cookies.copy()
        with transaction.atomic():
            before = AuditEntry.objects.count()
            send = client.post if method == "POST" else client.get
            answer = send(reverse(name, kwargs=arguments), data)
            written = AuditEntry.objects.count() - before
            transaction.set_rollback(True)
        client.cookies = cookies
        return answer, written

    return ask


def said(answer, method: str, leads: tuple[str, ...] = ()) -> str:
    """Put a real answer into the words of the table; one that no row foresees stands as it is."""
    status, location = answer.status_code, answer.headers.get("Location", "")
    if status == 302 and location.split("?")[0] == LOGIN:
        return SIGN_IN
    if status in REFUSED:
        return str(status)
    if method == "POST":
        return OK if status in SENT else str(status)
    right = location.startswith(leads) if leads and status == 302 else status == 200 and not leads
    return OK if right else f"{status} {location}".strip()


def object_for(made: dict[str, dict], role: str, whose: str) -> dict | None:
    """Choose the arguments that name the object for a role; None when the row makes no such object."""
    if whose in ("own", "none"):
        return made.get("mine" if role == PATIENT else "own", made.get("none"))
    return made.get(whose)


def test_every_route_has_a_row_and_every_row_a_route():
    assert sorted(ROUTES) == sorted(TABLE)


@pytest.mark.parametrize("name", OURS)
def test_the_row_says_by_hand_what_the_views_say_of_themselves(name):
    row, route = TABLE[name], ROUTES[name]
    by_hand = {"GET": row.get, "POST": row.post}

    read = {method: sorted(route.roles or ROLES) if method in route.methods else None for method in METHODS}

    assert {method: sorted(roles) if roles else None for method, roles in by_hand.items()} == read
    assert (row.public, row.json) == (route.public, route.pattern.startswith("api/"))
    assert row.foreign or "foreign" not in route.whose


@pytest.mark.parametrize("name", OURS)
def test_the_software_answers_what_the_table_says(asked, world, name):
    row, route = TABLE[name], ROUTES[name]
    made, sent = row.objects(world), {"GET": row.query(world), "POST": row.data(world)}
    wrong = []

    for method, role, whose in itertools.product(METHODS, (STRANGER, *ROLES), route.whose):
        arguments = object_for(made, role, whose)
        if arguments is None:
            continue
        answer, written = asked(role, method, name, arguments, sent[method] if role != STRANGER else {})
        if (got := said(answer, method, row.leads)) != (right := route.answer(method, role, whose)):
            wrong.append(f"{method} as {role}, {whose}: {got} instead of {right}")
        if got != OK and written:
            wrong.append(f"{method} as {role}, {whose}: refused, but wrote {written} audit entries")
        wrong += leaked(answer, method, role, whose)

    assert wrong == []


def leaked(answer, method: str, role: str, whose: str) -> list[str]:
    """Name the canaries that an answer holds though the role may not see what they were planted in."""
    hidden = ["stranger"] + (["neighbour"] if role in (PATIENT, STRANGER) else [])
    shown = answer.getvalue() if answer.streaming else answer.content
    return [
        f"{method} as {role}, {whose}: shows what is the {kind}'s"
        for kind in hidden
        if PLANTED[kind].encode() in shown
    ]


@pytest.mark.parametrize("name", [name for name in OURS if TABLE[name].foreign and TABLE[name].get])
def test_what_is_not_theirs_looks_the_same_as_what_does_not_exist(asked, world, name):
    row = TABLE[name]
    role, foreign = row.get[0], row.foreign(world)
    named = "plan" if "plan" in foreign else "pk"
    missing = {named: 2**31 - 1} if named in foreign else {}

    answers = [asked(role, "GET", name, foreign | other)[0] for other in ({}, missing)]

    assert answers[0].status_code == answers[1].status_code == 404
    assert body(answers[0]) == body(answers[1])


def body(answer) -> bytes:
    """What an answer shows, without the token that is another each time."""
    token = answer.context.get("csrf_token") if answer.context else None
    return answer.content.replace(str(token).encode(), b"") if token else answer.content


def test_what_is_not_read_off_the_views_has_its_answers_by_hand():
    by_hand = [name for name in TABLE if TABLE[name].library]

    assert sorted(by_hand) == sorted(ANSWERS) == sorted(name for name in ROUTES if not ROUTES[name].ours)


@pytest.mark.parametrize("name", ANSWERS)
def test_the_sign_in_pages_answer_what_the_table_says(asked, world, name):
    arguments, route, wrong = TABLE[name].own(world), ROUTES[name], []

    for role, method in itertools.product((STRANGER, "coordinator", PATIENT), METHODS):
        answer, _ = asked(role, method, name, arguments, {})
        got, right = said_of_library(answer, method), route.answer(method, role, "none")
        if got != right:
            wrong.append(f"{method} as {role}: {got} instead of {right}")
        if "no-store" not in answer["Cache-Control"]:
            wrong.append(f"{method} as {role}: may be kept by the browser")

    assert wrong == []


def said_of_library(answer, method: str) -> str:
    """Put an answer into the words of the library's rows: only there a page may lead on elsewhere."""
    found = said(answer, method)
    return ONWARD if answer.status_code == 302 and found != SIGN_IN else found
