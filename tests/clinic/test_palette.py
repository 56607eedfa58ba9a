"""What the palette and the shortcuts find in a page, by role."""

import re

import pytest

KEYS = re.compile(r'data-shortcut="([^"]+)"')


def keys(response) -> set[str]:
    """The keys a page knows."""
    return set(KEYS.findall(response.text))


def test_a_coordinator_reaches_their_places_by_two_keys(signed_in, coordinator):
    page = signed_in(coordinator).get("/patients/")

    assert {"g t", "g c", "g d", "g w", "g p", "n", "/", "?"} <= keys(page)


def test_a_manager_who_may_not_register_patients_has_no_key_for_it(signed_in, manager):
    page = signed_in(manager).get("/patients/")

    assert "n" not in keys(page)


def test_the_calendar_has_keys_of_its_own(signed_in, coordinator):
    browser = signed_in(coordinator)

    calendar = keys(browser.get("/calendar/2027-04-13/")) - keys(browser.get("/patients/"))

    assert calendar == {"t", "j", "k"}


def test_a_patient_is_offered_no_search_for_patients(signed_in, patient_user):
    page = signed_in(patient_user).get("/nowhere/")

    assert 'id="palette"' in page.text
    assert "data-find" not in page.text
    assert "/find/" not in page.text
    assert "/patients/" not in page.text


def test_who_is_not_signed_in_has_neither_palette_nor_keys(client, db):
    page = client.get("/accounts/login/")

    assert 'id="palette"' not in page.text
    assert keys(page) == set()


@pytest.mark.parametrize("text", ["bob", "burns"])
def test_the_palette_finds_nobody_of_another_location(
    signed_in, coordinator, make_patient, other_location, text
):
    make_patient("Bob", "Burns", location=other_location)

    part = signed_in(coordinator).get("/find/", {"q": text}, headers={"hx-request": "true"})

    assert "Burns" not in part.text.replace("“<bdi>burns</bdi>”", "")
    assert part.text.count("<a href") == 0
