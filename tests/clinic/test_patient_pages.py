"""The list of patients and the forms of their identity."""

import pytest

from clinic.models import AuditEntry, Patient

GIVEN = {
    "first_name": "Ottilie",
    "last_name": "Brahm",
    "birth_date": "1984-02-29",
    "email": "ottilie@example.com",
    "phone": "+1 555 0199",
}


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_asks_the_same_four_questions_however_long_it_is(
    signed_in, coordinator, make_patient, django_assert_num_queries, rows
):
    for number in range(rows):
        make_patient("Alice", f"Ames {number}")
    browser = signed_in(coordinator)

    with django_assert_num_queries(4):
        response = browser.get("/patients/")

    assert response.context["page"].paginator.count == rows


def test_the_list_shows_no_patient_of_another_location(signed_in, coordinator, make_patient, other_location):
    make_patient("Alice", "Ames")
    make_patient("Bob", "Burns", location=other_location)

    response = signed_in(coordinator).get("/patients/", {"q": "b"})

    assert "Ames" not in response.text
    assert "Burns" not in response.text
    assert "0 patients" in response.text


def test_htmx_gets_only_the_rows(signed_in, coordinator, patient):
    response = signed_in(coordinator).get("/patients/", {"q": "ames"}, headers={"hx-request": "true"})

    assert "<html" not in response.text
    assert "Ames, Alice" in response.text


def test_registering_saves_one_patient_and_one_audit_entry(signed_in, coordinator, location):
    response = signed_in(coordinator).post("/patients/new/", GIVEN | {"location": location.pk})

    patient = Patient.objects.get()
    entry = AuditEntry.objects.get()
    assert response.status_code == 302
    assert (patient.full_name, patient.location, patient.phone) == ("Ottilie Brahm", location, "+1 555 0199")
    assert (entry.actor, entry.action, entry.object_id) == (coordinator, "patient.registered", patient.pk)
    assert entry.location == location


def test_a_coordinator_cannot_register_at_a_location_that_is_not_theirs(
    signed_in, coordinator, other_location
):
    response = signed_in(coordinator).post("/patients/new/", GIVEN | {"location": other_location.pk})

    assert response.status_code == 422
    assert Patient.objects.count() == 0


def test_extra_fields_in_the_post_change_nothing(signed_in, coordinator, location):
    extra = {"user": coordinator.pk, "is_staff": "1", "role": "manager", "search_text": "x"}

    signed_in(coordinator).post("/patients/new/", GIVEN | extra | {"location": location.pk})

    coordinator.refresh_from_db()
    assert Patient.objects.get().user is None
    assert (coordinator.role, coordinator.is_staff) == ("coordinator", False)


def test_editing_records_the_fields_but_not_their_values(signed_in, coordinator, patient, location):
    signed_in(coordinator).post(
        f"/patients/{patient.pk}/edit/",
        GIVEN | {"first_name": "Alice", "birth_date": "1985-03-14", "location": location.pk},
    )

    patient.refresh_from_db()
    entry = AuditEntry.objects.get()
    assert patient.full_name == "Alice Brahm"
    assert entry.action == "patient.edited"
    assert entry.detail == {"fields": ["email", "last_name", "phone"]}


def test_saving_without_a_change_records_nothing(signed_in, coordinator, patient, location):
    same = {"first_name": "Alice", "last_name": "Ames", "birth_date": "1985-03-14", "phone": ""}

    signed_in(coordinator).post(
        f"/patients/{patient.pk}/edit/", same | {"email": patient.email, "location": location.pk}
    )

    assert AuditEntry.objects.count() == 0


def test_where_a_patient_comes_to_is_asked_once(signed_in, coordinator, patient):
    browser = signed_in(coordinator)

    new, edit = browser.get("/patients/new/"), browser.get(f"/patients/{patient.pk}/edit/")

    assert ("location" in new.context["form"].fields, "location" in edit.context["form"].fields) == (
        True,
        False,
    )
    assert "Comes to Park Street." in edit.text
    assert f'href="/patients/{patient.pk}/transfer/"' in edit.text


def test_home_leads_each_role_to_its_place(signed_in, coordinator, provider, manager):
    places = [signed_in(user).get("/")["Location"] for user in (coordinator, provider, manager)]

    assert places == ["/today/"] * 3


def test_a_disabled_account_is_out_at_the_next_request(signed_in, coordinator):
    browser = signed_in(coordinator)
    coordinator.is_active = False
    coordinator.save()

    response = browser.get("/patients/")

    assert response["Location"] == "/accounts/login/?next=/patients/"
