"""The demo practice and its doors."""

import datetime

import pytest

from clinic.demo import ACCOUNTS, seed_clinic
from clinic.models import AuditEntry, Closure, Location, Patient, Provider, User

TODAY = datetime.date(2026, 11, 24)


def test_seeding_twice_gives_one_practice(db):
    seed_clinic(TODAY)
    seed_clinic(TODAY)

    counts = [model.objects.count() for model in (Location, User, Provider, Patient, Closure, AuditEntry)]
    assert counts == [2, 8, 4, 40, 4, 40]
    assert User.objects.get(email="maya@example.com").patient.full_name == "Maya Okafor"
    assert Patient.objects.exclude(email__endswith="@example.com").count() == 0


def test_demo_accounts_have_no_password(db):
    seed_clinic(TODAY)

    assert [user.email for user in User.objects.all() if user.has_usable_password()] == []


def test_a_door_names_every_role_of_the_person(client, db, settings):
    settings.DEMO = True

    text = client.get("/accounts/login/").text

    assert "Provider, Park Street and Lakeside, also manager at Park Street" in text
    assert '<span class="sub">Patient</span>' in text


def test_the_door_is_not_there_unless_demo_is_on(client, db):
    seed_clinic(TODAY)

    response = client.post("/demo/sign-in/", {"email": ACCOUNTS[0].email})

    assert response.status_code == 404
    assert "sessionid" not in client.cookies
    assert "demo practice" not in client.get("/accounts/login/").text


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.email)
def test_each_door_opens_with_one_click(client, db, settings, account):
    settings.DEMO = True
    seed_clinic(TODAY)

    client.post("/demo/sign-in/", {"email": account.email})

    assert client.get("/", follow=True).wsgi_request.user.email == account.email


def test_only_demo_people_enter_that_way(client, settings, coordinator):
    settings.DEMO = True

    response = client.post("/demo/sign-in/", {"email": coordinator.email.upper()})

    assert response.status_code == 404


def test_a_link_alone_opens_no_door(client, db, settings):
    settings.DEMO = True

    assert client.get("/demo/sign-in/?email=nora@example.com").status_code == 405
