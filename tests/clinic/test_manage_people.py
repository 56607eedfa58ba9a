"""The managers' pages about people: who is listed, and what a manager may change about them."""

import datetime
from contextlib import nullcontext

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from clinic.actions import invitations, people
from clinic.models import AuditEntry, Invitation, Provider, Shift, User
from tests.staff import let_work, shown_roles

NOON = datetime.datetime(2027, 1, 4, 17, tzinfo=datetime.UTC)


def test_the_list_holds_own_staff_and_patients_with_an_account_and_nobody_else(
    signed_in, manager, coordinator, other_coordinator, patient_user
):
    text = signed_in(manager).get("/manage/people/").text

    found = [name for name in ("Nora", "Maya", "Vera", "Tomas") if f"<bdi>{name}</bdi>" in text]
    assert found == ["Nora", "Maya", "Vera"]


def test_the_list_asks_as_often_for_one_person_as_for_thirty(
    signed_in, manager, make_user, location, django_assert_num_queries
):
    browser = signed_in(manager)
    browser.get("/manage/people/")
    with django_assert_num_queries(8):
        browser.get("/manage/people/")
    for number in range(29):
        make_user(f"Staff{number}", "coordinator", location)

    with django_assert_num_queries(8):
        browser.get("/manage/people/")


def test_the_list_is_narrowed_by_name_role_and_state(signed_in, manager, coordinator, provider):
    coordinator.is_active = False
    coordinator.save()
    browser = signed_in(manager)

    by_name = browser.get("/manage/people/", {"q": "ell"}).context["page"].object_list
    ended = browser.get("/manage/people/", {"state": "ended"}).context["page"].object_list

    assert (list(by_name), list(ended)) == ([provider], [coordinator])


def test_ending_an_account_signs_out_at_once(signed_in, manager, coordinator):
    theirs = signed_in(coordinator)
    key = theirs.session.session_key
    UserSession.objects.create(user=coordinator, session_key=key, ip="127.0.0.1", user_agent="Browser")

    signed_in(manager).post(f"/manage/people/{coordinator.pk}/deactivate/")

    assert theirs.get("/patients/")["Location"] == "/accounts/login/?next=/patients/"
    assert UserSession.objects.filter(user=coordinator).count() == 0
    assert AuditEntry.objects.about(coordinator).last().action == "user.deactivated"


def test_an_account_opens_again(manager, coordinator):
    people.deactivate(by=manager, person=coordinator)

    people.reactivate(by=manager, person=coordinator)

    coordinator.refresh_from_db()
    assert coordinator.is_active is True


def test_nobody_ends_their_own_account(manager, make_user, location):
    make_user("Vida", "manager", location)

    with pytest.raises(people.NotAllowed, match="your own account"):
        people.deactivate(by=manager, person=manager)


def test_the_last_active_manager_of_a_location_stays(manager, make_user, location, other_location):
    both = make_user("Vida", "manager", location, other_location)
    manager.is_active = False
    manager.save()
    third = make_user("Vito", "manager", location, other_location)
    third.is_active = False
    third.save()

    with pytest.raises(people.NotAllowed, match="last active manager of Lakeside"):
        people.deactivate(by=third, person=both)
    with pytest.raises(people.NotAllowed, match="last active manager of Lakeside"):
        people.change_work(by=third, person=both, roles=[(location, "coordinator")], now=NOON)


def test_somebody_who_also_works_elsewhere_keeps_role_and_account(
    manager, make_user, location, other_location
):
    both = make_user("Ida", "coordinator", location, other_location)

    with pytest.raises(people.NotAllowed, match="also works at Lakeside"):
        people.deactivate(by=manager, person=both)
    people.change_work(by=manager, person=both, roles=[], now=NOON)

    assert list(both.locations.all()) == [other_location]


def test_somebody_elsewhere_is_nobody_to_change(manager, other_coordinator):
    with pytest.raises(PermissionDenied):
        people.deactivate(by=manager, person=other_coordinator)


def test_a_new_provider_gets_the_name_patients_read(manager, coordinator, location):
    people.change_work(by=manager, person=coordinator, roles=[(location, "provider")], now=NOON)

    assert Provider.objects.get(user=coordinator).printed_name == "Nora"


def test_a_location_of_somebody_else_cannot_be_given(manager, coordinator, other_location):
    with pytest.raises(PermissionDenied):
        people.change_work(by=manager, person=coordinator, roles=[(other_location, "coordinator")], now=NOON)

    assert coordinator.staff_roles.filter(location=other_location).exists() is False


def test_the_page_gives_somebody_different_roles_at_two_locations(
    signed_in, make_user, coordinator, location, other_location
):
    browser = signed_in(make_user("Vida", "manager", location, other_location))
    chosen = {f"at_{location.pk}": ["coordinator", "manager"], f"at_{other_location.pk}": ["provider"]}

    browser.post(f"/manage/people/{coordinator.pk}/", shown_roles(browser, coordinator) | chosen)

    held = [(one.location.slug, one.role) for one in coordinator.staff_roles.all()]
    assert held == [("lakeside", "provider"), ("park-street", "coordinator"), ("park-street", "manager")]
    assert AuditEntry.objects.about(coordinator).last().detail == {
        "roles": ["lakeside: provider", "park-street: coordinator", "park-street: manager"],
        "before": ["park-street: coordinator"],
    }


def test_a_page_from_before_another_managers_change_saves_nothing(
    signed_in, manager, make_user, coordinator, location
):
    browser = signed_in(manager)
    shown = shown_roles(browser, coordinator)
    given = [(location, "coordinator"), (location, "manager")]
    people.change_work(by=make_user("Vida", "manager", location), person=coordinator, roles=given, now=NOON)

    page = browser.post(f"/manage/people/{coordinator.pk}/", shown | {f"at_{location.pk}": ["coordinator"]})

    said = (
        "Another manager changed Nora's work meanwhile: coordinator at Park Street, manager at Park Street. "
        "Nothing was saved. Open this page again before you choose."
    )
    assert (page.status_code, page.context["form"].non_field_errors()) == (422, [said])
    assert [one.role for one in coordinator.staff_roles.all()] == ["coordinator", "manager"]


def test_somebody_elsewhere_keeps_their_role_there(manager, make_user, location, other_location):
    both = make_user("Ida", "coordinator", location, other_location)

    people.change_work(by=manager, person=both, roles=[(location, "provider")], now=NOON)

    held = [(one.location.slug, one.role) for one in both.staff_roles.all()]
    assert held == [("lakeside", "coordinator"), ("park-street", "provider")]


def test_a_provider_with_shifts_stays_one_where_they_are(manager, provider, location):
    shift = {"weekday": 1, "starts": 540, "ends": 1020, "first": "2026-01-01"}
    Shift.objects.create(provider=provider.provider, location=location, **shift)

    with pytest.raises(people.NotAllowed, match="still has shifts at Park Street"):
        people.change_work(by=manager, person=provider, roles=[(location, "manager")], now=NOON)

    assert [one.role for one in provider.staff_roles.all()] == ["provider"]


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ("2027-01-03", ""),
        ("2027-01-04", "Ellis still has shifts at Park Street, until Mon 4 Jan 2027. Let those end before"),
        ("2027-12-31", "Ellis still has shifts at Park Street, until Fri 31 Dec 2027. Let those end before"),
    ],
)
def test_a_provider_stays_one_until_the_last_shift_is_over_by_the_clock_there(
    manager, provider, location, last, said
):
    shift = {"weekday": 1, "starts": 540, "ends": 1020, "first": "2026-01-01", "last": last}
    Shift.objects.create(provider=provider.provider, location=location, **shift)
    late = datetime.datetime(2027, 1, 5, 4, tzinfo=datetime.UTC)  # 4 January, 23:00 in New York

    with pytest.raises(people.NotAllowed, match=said) if said else nullcontext():
        people.change_work(by=manager, person=provider, roles=[(location, "manager")], now=late)

    assert provider.staff_roles.get().role == ("provider" if said else "manager")


def test_whoever_loses_the_role_they_work_in_works_in_another(manager, make_user, location, other_location):
    ida = make_user("Ida", "provider", location)
    let_work(ida, other_location, role="manager")

    people.change_work(by=manager, person=ida, roles=[], now=NOON)

    ida.refresh_from_db()
    assert (ida.role, list(ida.locations)) == ("manager", [other_location])
    assert AuditEntry.objects.about(ida).last().detail["works_as"] == "manager"


def test_a_patient_stays_a_patient(manager, patient_user, location):
    with pytest.raises(people.NotAllowed, match="stays a patient's"):
        people.change_work(by=manager, person=patient_user, roles=[(location, "manager")], now=NOON)

    assert User.objects.get(pk=patient_user.pk).role == "patient"


def test_an_invitation_is_sent_sent_again_and_taken_back(
    signed_in, manager, location, django_capture_on_commit_callbacks
):
    browser = signed_in(manager)
    asked = {"name": "Iris", "email": "iris@example.com", "role": "coordinator", "locations": [location.pk]}

    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/manage/people/invite/", asked)
        first = Invitation.objects.get()
        browser.post(reverse("clinic:manage_invitation_resend", args=[first.pk]))
    second = Invitation.objects.exclude(pk=first.pk).get()
    browser.post(reverse("clinic:manage_invitation_revoke", args=[second.pk]))

    first.refresh_from_db()
    second.refresh_from_db()
    assert (len(mail.outbox), first.revoked_at is None, second.revoked_at is None) == (2, False, False)


@pytest.mark.parametrize(
    ("is_shared", "said"),
    [
        (False, "A new link is on its way to ida@example.com; the old one no longer works."),
        (True, "the one sent before also leads to locations of others, so it is left as it was."),
    ],
)
def test_sending_again_says_what_became_of_the_old_link(
    signed_in, manager, make_user, location, other_location, is_shared, said
):
    places = [location, other_location][: 1 + is_shared]
    facts = {"email": "ida@example.com", "name": "Ida", "role": "coordinator", "locations": places}
    sent = invitations.invite(by=make_user("Vito", "manager", *places), now=timezone.now(), **facts)

    page = signed_in(manager).post(f"/manage/invitations/{sent.pk}/resend/", follow=True)

    sent.refresh_from_db()
    assert said in page.text
    assert (sent.revoked_at is None, Invitation.objects.open(timezone.now()).count()) == (
        is_shared,
        1 + is_shared,
    )


def test_when_somebody_was_last_here_is_said_by_the_clock_of_the_managers_place(signed_in, manager, provider):
    provider.last_login = datetime.datetime(2026, 11, 27, 1, 15, tzinfo=datetime.UTC)
    provider.save()
    browser = signed_in(manager)

    listed, page = (browser.get(f"/manage/people/{path}").text for path in ("", f"{provider.pk}/"))

    assert "last here Thu 26 Nov 2026, 20:15 (America/New_York)" in page
    assert "last here Thu 26 Nov 2026</p>" in listed
    assert "Days are those of America/New_York." in listed
