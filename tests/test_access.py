"""The access table against the software: every route, every role, own and foreign objects.

Each app keeps its rows in tests/<app>/access_<what>.py. A route without a row fails here.
"""

import importlib
from pathlib import Path

import pytest
from django.urls import URLPattern, get_resolver, reverse

from clinic.models import AuditEntry
from tests.access import EVERYONE, Row, World

REFUSED = {403, 404}


def routes(patterns=None, namespace: str = "") -> list[str]:
    """List the full name of every route of the application."""
    found = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            found.append(f"{namespace}{pattern.name}")
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            found += routes(pattern.url_patterns, inner)
    return found


def rows() -> dict[str, Row]:
    """Bring together the tables of all apps."""
    table = {}
    for path in sorted(Path(__file__).parent.glob("*/access_*.py")):
        table |= importlib.import_module(f"tests.{path.parent.name}.{path.stem}").ROWS
    return table


TABLE = rows()
OURS = [name for name, row in TABLE.items() if not row.library]
GUARDED = [name for name in OURS if not TABLE[name].public]
WITH_OBJECT = [name for name in OURS if TABLE[name].foreign]


@pytest.fixture
def world(location, other_location, coordinator, provider, manager, patient_user, make_patient) -> World:
    people = {user.role: user for user in (coordinator, provider, manager, patient_user)}
    stranger = make_patient("Bob", "Burns", location=other_location)
    return World(location, other_location, people, patient_user.patient, stranger)


def ask(browser, method: str, name: str, arguments: dict, data: dict):
    """Send one request to a named route."""
    return getattr(browser, method)(reverse(name, kwargs=arguments), data if method == "post" else None)


def test_every_route_has_a_row_and_every_row_a_route():
    assert sorted(set(routes())) == sorted(TABLE)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", GUARDED)
def test_a_stranger_is_sent_to_the_sign_in_page_or_told_to_sign_in(client, world, name, method):
    arguments = TABLE[name].own(world)
    before = AuditEntry.objects.count()

    response = ask(client, method, name, arguments, {})

    if TABLE[name].json:
        assert (response.status_code, response.json()) == (401, {"error": "Sign in first."})
    else:
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/?next=")
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("role", EVERYONE)
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", OURS)
def test_a_role_gets_what_its_row_says(signed_in, world, name, method, role):
    row, browser = TABLE[name], signed_in(world.people[role])
    allowed = getattr(row, method)
    arguments, data = row.own(world), row.data(world)
    before = AuditEntry.objects.count()

    status = ask(browser, method, name, arguments, data).status_code

    if allowed is None:
        assert status == 405
    elif role in allowed:
        assert status < 500 and status not in REFUSED | {401, 405}
    else:
        assert status == 403
        assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("role", EVERYONE)
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", WITH_OBJECT)
def test_what_belongs_elsewhere_does_not_exist(signed_in, world, name, method, role):
    row, browser = TABLE[name], signed_in(world.people[role])
    arguments, data = row.foreign(world), row.data(world)
    before = AuditEntry.objects.count()

    status = ask(browser, method, name, arguments, data).status_code

    allowed = getattr(row, method)
    expected = 405 if allowed is None else 404 if role in allowed else 403
    assert status == expected
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", [name for name in TABLE if TABLE[name].library])
def test_the_sign_in_pages_never_break(client, signed_in, world, name, method):
    arguments = TABLE[name].own(world)

    for browser in (client, signed_in(world.people["coordinator"])):
        response = ask(browser, method, name, arguments, {})

        assert response.status_code < 500
        assert "no-store" in response["Cache-Control"]
