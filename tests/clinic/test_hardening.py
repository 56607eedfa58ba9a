"""Text that no database can keep: refused with words, never a 500, nothing saved."""

import pytest

from clinic.models import AuditEntry, Patient

GIVEN = {"first_name": "Ottilie", "last_name": "Brahm", "birth_date": "1984-02-29"}


@pytest.mark.parametrize("query", ["%00", "a%00b", "%1f", "x" * 2_001])
def test_a_broken_search_is_400_and_says_why(signed_in, coordinator, query):
    response = signed_in(coordinator).get(f"/patients/?q={query}")

    assert response.status_code == 400
    assert "A value in the query" in response.text


def test_a_broken_address_is_400(signed_in, coordinator):
    response = signed_in(coordinator).get("/patients/%00/")

    assert response.status_code in {400, 404}


def test_a_search_of_300_characters_is_refused_beside_the_field(signed_in, coordinator, patient):
    response = signed_in(coordinator).get("/patients/", {"q": "x" * 300})

    assert response.status_code == 200
    assert "at most 200 characters" in response.text
    assert patient.last_name not in response.text


@pytest.mark.parametrize("name", ["a\x00b", "a\x07b", "x" * 100_001])
def test_a_broken_name_is_400_and_nothing_is_saved(signed_in, coordinator, location, name):
    response = signed_in(coordinator).post(
        "/patients/new/", GIVEN | {"first_name": name, "location": location.pk}
    )

    assert response.status_code == 400
    assert Patient.objects.count() == 0
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"first_name": "x" * 10_000}, "at most 100 characters (it has 10000)"),
        ({"birth_date": "1899-12-31"}, "between 1 January 1900 and today"),
        ({"birth_date": "9999-12-31"}, "between 1 January 1900 and today"),
        ({"birth_date": "yesterday"}, "Enter a valid date"),
        ({"email": "nobody"}, "Enter a valid email address"),
        ({"location": "99999999999999999999999"}, "Select a valid choice"),
        ({"location": "one"}, "Select a valid choice"),
    ],
)
def test_a_wrong_field_is_422_with_the_reason_beside_it(signed_in, coordinator, location, fields, words):
    response = signed_in(coordinator).post("/patients/new/", GIVEN | {"location": location.pk} | fields)

    assert response.status_code == 422
    assert words in response.text
    assert Patient.objects.count() == 0


@pytest.mark.parametrize(
    "name", ["O'Neil", "Nu\u200dr", "李", "👩\u200d⚕️", "\u202eabc", "Null", "İpek", "<b>&\"'", "D", "Nguyễn"]
)
def test_unusual_names_are_saved_and_shown(signed_in, coordinator, location, name):
    browser = signed_in(coordinator)

    browser.post("/patients/new/", GIVEN | {"last_name": name, "location": location.pk}, follow=True)
    saved = Patient.objects.get()
    response = browser.get("/patients/", {"q": name})

    assert saved.last_name == name
    assert [found.pk for found in response.context["page"]] == [saved.pk]
    assert "<b>&" not in response.text


@pytest.mark.parametrize("page", ["0", "-1", "abc", "99999999999999999999", ""])
def test_any_page_number_shows_a_page(signed_in, coordinator, patient, page):
    response = signed_in(coordinator).get("/patients/", {"page": page})

    assert [found.pk for found in response.context["page"]] == [patient.pk]


@pytest.mark.parametrize("pk", ["0", "99999999999999999999999999"])
def test_a_patient_number_beyond_all_bounds_is_404(signed_in, coordinator, pk):
    response = signed_in(coordinator).get(f"/patients/{pk}/edit/")

    assert response.status_code == 404
