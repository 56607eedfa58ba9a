"""Invitations: mailed once, used once, and of no use against an account that exists."""

import datetime
import re

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from clinic.actions import invitations as actions
from clinic.models import AuditEntry, Invitation, User
from tests.clinic.test_settings import DEPLOYED, manage
from tests.staff import let_work

NEW = "a long quiet river"


@pytest.fixture
def sent(coordinator, patient, django_capture_on_commit_callbacks) -> str:
    """Nora has invited Alice: the path in the mail."""
    with django_capture_on_commit_callbacks(execute=True):
        invite(coordinator, patient)
    return link()


def invite(by: User, patient, email: str = "alice@example.com", now=None) -> Invitation:
    """Invite a patient."""
    facts = {"email": email, "name": patient.full_name, "role": "patient", "patient": patient}
    return actions.invite(by=by, now=now or timezone.now(), **facts)


def link() -> str:
    """Give the path of the link in the newest mail."""
    return re.search(r"http://127\.0\.0\.1:8000(/invitation/\S+/)", mail.outbox[-1].body)[1]


def test_an_invitation_is_mailed_once_and_its_link_is_kept_nowhere(sent, patient):
    token = sent.split("/")[2]
    kept = [str(row) for model in (Invitation, AuditEntry) for row in model.objects.values()]

    assert [message.to for message in mail.outbox] == [["alice@example.com"]]
    assert len(token) >= 43
    assert not any(token in row for row in kept)


def test_nothing_is_mailed_for_what_is_rolled_back(coordinator, patient, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ValidationError):
        invite(coordinator, patient, email="not an address")

    assert mail.outbox == []
    assert Invitation.objects.count() == 0


def test_opening_the_link_changes_nothing(client, sent, patient):
    response = client.get(sent)

    patient.refresh_from_db()
    assert "Welcome, <bdi>Alice Ames</bdi>" in response.text
    assert (patient.user, Invitation.objects.get().accepted_at) == (None, None)


def test_posting_a_password_makes_the_account_links_the_record_and_signs_in(client, sent, patient):
    response = client.post(sent, {"password": NEW})

    patient.refresh_from_db()
    account = User.objects.get(email="alice@example.com")
    assert (response.status_code, patient.user, account.role) == (302, account, "patient")
    assert account.check_password(NEW)
    assert client.session["_auth_user_id"] == str(account.pk)
    assert Invitation.objects.get().accepted_by == account
    assert [entry.action for entry in AuditEntry.objects.all()] == [
        "invitation.sent",
        "user.added",
        "invitation.accepted",
    ]


@pytest.mark.parametrize("password", ["short", "password1234", "alice@example.com"])
def test_a_weak_password_makes_no_account(client, sent, password):
    response = client.post(sent, {"password": password})

    assert response.status_code == 422
    assert not User.objects.filter(email="alice@example.com").exists()


def test_wrong_used_revoked_replaced_and_ended_links_all_answer_alike(
    client, coordinator, patient, make_patient, sent, django_capture_on_commit_callbacks
):
    def path_of(name: str, now=None) -> str:
        with django_capture_on_commit_callbacks(execute=True):
            invite(coordinator, make_patient(name), f"{name.lower()}@example.com", now)
        return link()

    used, revoked = path_of("Use"), path_of("Revoke")
    client.post(used, {"password": NEW})
    client.post("/accounts/logout/")
    actions.revoke(by=coordinator, invitation=Invitation.objects.first(), now=timezone.now())
    ended = path_of("End", timezone.now() - datetime.timedelta(days=15))
    with django_capture_on_commit_callbacks(execute=True):
        invite(coordinator, patient)
    accounts = User.objects.count()

    for path in ("/invitation/wrong/", used, revoked, ended, sent):
        answers = [client.get(path), client.post(path, {"password": NEW})]

        assert [answer.status_code for answer in answers] == [404, 404]
        assert all("This invitation cannot be used" in answer.text for answer in answers)
    assert User.objects.count() == accounts
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("address", ["alice@example.com", "ALICE@Example.com", "ａlice@example.com"])
def test_somebody_with_an_account_is_not_invited_again(coordinator, patient, make_user, address):
    make_user("Alice", "coordinator")

    with pytest.raises(ValidationError, match="Another account already uses this e-mail address"):
        invite(coordinator, patient, email=address)


def test_an_account_made_since_is_neither_changed_nor_signed_into(client, sent, make_user, patient):
    since = make_user("Alice", "coordinator")

    looked, response = client.get(sent), client.post(sent, {"password": NEW})

    since.refresh_from_db()
    patient.refresh_from_db()
    assert (looked.status_code, response.status_code) == (404, 404)
    assert (since.check_password("correct horse"), since.role, patient.user) == (True, "coordinator", None)
    assert "_auth_user_id" not in client.session


def test_fields_nobody_asked_for_change_nothing(client, sent):
    client.post(sent, {"password": NEW, "role": "manager", "email": "eve@example.com", "is_staff": "1"})

    account = User.objects.get(email="alice@example.com")
    assert (account.role, account.is_staff, account.is_superuser) == ("patient", False, False)


def test_a_provider_who_accepts_works_at_the_locations_named(manager, location):
    facts = {"email": "june@example.com", "name": "June Ellis", "role": "provider", "locations": [location]}
    token = "a" * 43
    sent = actions.invite(by=manager, now=timezone.now(), **facts)
    Invitation.objects.filter(pk=sent.pk).update(token_hash=actions.hashed(token))

    account = actions.accept(token=token, password=NEW, now=timezone.now())

    assert (account.role, list(account.locations.all())) == ("provider", [location])
    assert account.provider.printed_name == "June Ellis"


def test_staff_are_invited_to_work_somewhere(manager):
    with pytest.raises(ValidationError, match="Choose where they will work"):
        actions.invite(by=manager, email="x@example.com", name="X", role="coordinator", now=timezone.now())


def test_the_patients_page_leads_to_the_invitation_and_back(
    signed_in, coordinator, patient, django_capture_on_commit_callbacks
):
    browser = signed_in(coordinator)
    path = f"/patients/{patient.pk}/invite/"
    with django_capture_on_commit_callbacks(execute=True):
        sending = browser.post(path, {"email": "alice@example.com"})

    again = browser.get(path)
    taken_back = browser.post(f"/invitations/{Invitation.objects.get().pk}/revoke/", follow=True)

    assert path in browser.get(f"/patients/{patient.pk}/").text
    assert sending["Location"] == f"/patients/{patient.pk}/"
    assert "alice@example.com" in again.text
    assert "no longer works" in taken_back.text
    assert Invitation.objects.open(timezone.now()).count() == 0


def test_guessing_tokens_is_stopped(client, db):
    answers = [client.get(f"/invitation/guess{number}/") for number in range(21)]

    assert [answer.status_code for answer in answers] == [404] * 20 + [429]
    assert answers[-1]["Retry-After"] == "300"


def staff_invitation(by: User, token: str, *locations) -> Invitation:
    """Invite June to work at locations, by a link that is known."""
    facts = {"email": "june@example.com", "name": "June Ellis", "role": "manager", "locations": locations}
    sent = actions.invite(by=by, now=timezone.now(), **facts)
    Invitation.objects.filter(pk=sent.pk).update(token_hash=actions.hashed(token))
    return sent


@pytest.mark.parametrize("ended", ["account", "role there"])
def test_an_invitation_ends_with_the_say_of_who_sent_it(client, manager, location, other_location, ended):
    let_work(manager, other_location)
    staff_invitation(manager, "a" * 43, location, other_location)
    if ended == "account":
        User.objects.filter(pk=manager.pk).update(is_active=False)
    else:
        manager.staff_roles.filter(location=other_location).update(role="coordinator")

    path = f"/invitation/{'a' * 43}/"
    answers = [client.get(path), client.post(path, {"password": NEW}), client.post(path, {"password": "x"})]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert all("This invitation cannot be used" in answer.text for answer in answers)
    assert User.objects.filter(email="june@example.com").count() == 0


def test_inviting_ends_ones_own_invitation_and_not_another_locations(
    manager, make_user, location, other_location
):
    theirs = staff_invitation(make_user("Vito", "manager", other_location), "a" * 43, other_location)
    first = staff_invitation(manager, "b" * 43, location)

    second = staff_invitation(manager, "c" * 43, location)

    assert set(Invitation.objects.open(timezone.now())) == {theirs, second}
    revoked = AuditEntry.objects.filter(action="invitation.revoked").values_list("actor", "object_id")
    assert list(revoked) == [(manager.pk, first.pk)]


@pytest.mark.parametrize(("behind", "count"), [("1", "1"), ("0", "0")])
def test_limits_count_the_clients_of_a_proxy_apart(behind, count):
    program = "from allauth import app_settings as s; print(s.TRUSTED_PROXY_COUNT)"

    result = manage("shell", "--verbosity", "0", "--command", program, **DEPLOYED | {"BEHIND_PROXY": behind})

    assert result.stdout.strip() == count
