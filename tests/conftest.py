"""People, places and signed-in browsers for every test."""

import datetime
import gc
import os
import re
import time

import pytest
from django.core.cache import cache
from django.test import Client

from clinic.models import Location, Patient, Provider, User
from tests.staff import let_work

# The files of tests that read pages, or the demo, rather than what becomes of rows: the same on any database.
ONCE = re.compile(
    "_pages$|^test_(pages|demo|composer|palette|gallery|weight|errors|navigation|calendar|today"
    "|my_(plan|words|events|asking|record)|manage_(logs|messages|people|places))$"
)


@pytest.fixture(autouse=True)
def forgotten_tries():
    """Forget what other tests counted towards the limits on signing in."""
    cache.clear()


@pytest.fixture
def location(db) -> Location:
    """Park Street, in New York time, open Monday to Friday."""
    return Location.objects.create(name="Park Street", slug="park-street", time_zone="America/New_York")


@pytest.fixture
def other_location(db) -> Location:
    """Lakeside, in Chicago time, open Tuesday to Saturday."""
    return Location.objects.create(
        name="Lakeside", slug="lakeside", time_zone="America/Chicago", weekdays=[2, 3, 4, 5, 6]
    )


@pytest.fixture
def make_user(db):
    """Make an account: `make_user("nora", "coordinator", location, …)`."""

    def make(name: str, role: str, *locations: Location, **fields) -> User:
        user = User.objects.create_user(
            f"{name.lower()}@example.com", "correct horse", name=name, role=role, **fields
        )
        let_work(user, *locations)
        return user

    return make


@pytest.fixture
def make_patient(location):
    """Make a patient, of Park Street unless told: `make_patient("Alice", "Ames", location=…)`."""

    def make(first_name: str = "Alice", last_name: str = "Ames", **fields) -> Patient:
        fields = {"birth_date": datetime.date(1985, 3, 14), "location": location} | fields
        return Patient.objects.create(first_name=first_name, last_name=last_name, **fields)

    return make


@pytest.fixture
def coordinator(make_user, location) -> User:
    """Nora, who books at Park Street."""
    return make_user("Nora", "coordinator", location)


@pytest.fixture
def other_coordinator(make_user, other_location) -> User:
    """Tomas, who books at Lakeside and must not see Park Street."""
    return make_user("Tomas", "coordinator", other_location)


@pytest.fixture
def provider(make_user, location) -> User:
    """Dr. Ellis, who treats at Park Street."""
    user = make_user("Ellis", "provider", location)
    Provider.objects.create(user=user, printed_name="Dr. June Ellis", title="Dermatologist")
    return user


@pytest.fixture
def manager(make_user, location) -> User:
    """Vera, who runs Park Street."""
    return make_user("Vera", "manager", location)


@pytest.fixture
def patient(make_patient) -> Patient:
    """Alice, a patient of Park Street without an account."""
    return make_patient(email="alice@example.com")


@pytest.fixture
def patient_user(make_user, make_patient) -> User:
    """Maya, a patient of Park Street with an account; her record is `patient_user.patient`."""
    user = make_user("Maya", "patient")
    make_patient("Maya", "Okafor", user=user)
    return user


def note_sign_in(client: Client, user: User, recently: bool) -> None:
    """Note in the browser's session that it began now, and that the password was given again just now."""
    session, now = client.session, time.time()
    session.update({"began_at": now, "seen_at": now})
    if recently:
        proofs = [{"method": "password", "at": now, "reauthenticated": True}]
        session["account_authentication_methods"] = proofs
        session["account_authentication_methods_user"] = str(user.pk)
    session.save()


@pytest.fixture
def signed_in():
    """Give a browser in which the person is signed in: `signed_in(coordinator).get(…)`.

    They proved who they are a moment ago, so they may sign; `recently=False` has them asked again.
    """

    def browser(user: User, recently: bool = True) -> Client:
        client = Client()
        client.force_login(user)
        note_sign_in(client, user, recently)
        return client

    return browser


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark what asks a database, and what asks only one, so that each set runs where it tells something.

    What pages ask, test_access.py asks of PostgreSQL, every route of them; their words and forms are read
    on SQLite, which also holds the demo.
    """
    for item in items:
        if asks_the_database(item):
            item.add_marker("database")
        if ONCE.search(item.path.stem):
            item.add_marker("once")


def pytest_collection_finish():
    """Look for garbage more rarely: nearly all that lives by now lives to the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def asks_the_database(item) -> bool:
    """Tell whether a test uses a database, by its mark or by a fixture."""
    return bool(item.get_closest_marker("django_db")) or "db" in item.fixturenames


def pytest_sessionfinish(session):
    """Fail a run in CI that left a test out: what is skipped there is tested nowhere."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
