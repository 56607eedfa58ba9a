"""Patients: who may see them, how they are found, what the database refuses."""

import datetime

import pytest
from django.db import IntegrityError

from clinic.models import Patient


def test_visible_to_keeps_the_patients_of_the_persons_locations(
    coordinator, other_coordinator, make_patient, other_location
):
    alice = make_patient("Alice", "Ames")
    bob = make_patient("Bob", "Burns", location=other_location)

    assert list(Patient.objects.visible_to(coordinator)) == [alice]
    assert list(Patient.objects.visible_to(other_coordinator)) == [bob]


def test_visible_to_shows_a_patient_only_their_own_record(patient_user, make_patient):
    make_patient("Bob", "Burns")

    assert list(Patient.objects.visible_to(patient_user)) == [patient_user.patient]


@pytest.mark.parametrize(
    "text",
    [
        "kovar",
        "KOVÁŘOVÁ",
        "kova\u0301r\u030cova\u0301",
        "ko\u200bvar",
        "kovarova hana",
        "hana@example.com",
        "1990-10-15",
        "15 October 1990",
        "oct 1990",
        "5550132",
    ],
)
def test_search_finds_a_patient_however_they_are_typed(make_patient, text):
    hana = make_patient(
        "Hana",
        "Kovářová",
        birth_date=datetime.date(1990, 10, 15),
        email="hana@example.com",
        phone="+1 555 0132",
    )
    make_patient("Bob", "Burns")

    assert list(Patient.objects.search(text)) == [hana]


def test_search_takes_wildcards_literally(make_patient):
    make_patient("Bob", "Burns")

    assert list(Patient.objects.search("%")) == []
    assert list(Patient.objects.search("B_b")) == []


def test_search_follows_a_changed_name(make_patient):
    bob = make_patient("Bob", "Burns")

    bob.last_name = "Byrne"
    bob.save()

    assert list(Patient.objects.search("byrne")) == [bob]
    assert list(Patient.objects.search("burns")) == []


@pytest.mark.parametrize(
    "fields",
    [{"first_name": ""}, {"last_name": ""}, {"birth_date": datetime.date(1899, 12, 31)}],
)
def test_the_database_refuses_a_patient_without_a_name_or_with_an_impossible_birth(make_patient, fields):
    with pytest.raises(IntegrityError):
        make_patient(**({"first_name": "Bob", "last_name": "Burns"} | fields))
