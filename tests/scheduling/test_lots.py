"""The recall of a lot: everybody who was given it, at one's own locations, and who asked."""

import csv
import io

import pytest
from django.utils import timezone

from clinic.models import AccessEntry, AuditEntry
from scheduling.models import Booking, Dose
from tests.scheduling.builders import make_plan
from tests.scheduling.chairside import EXPIRES
from treatments.models import Product

pytestmark = pytest.mark.django_db
LOTS = 7


@pytest.fixture
def give(coordinator, provider):
    """Give a patient a dose of a lot: `give(patient, "C1")`."""

    def run(patient, lot: str, **facts) -> Dose:
        room = patient.location.rooms.get_or_create(name="Room 1")[0]
        product, _ = Product.objects.get_or_create(key="ona", position=1)
        booking = Booking.objects.create(
            patient=patient,
            plan=make_plan(patient, coordinator).plan,
            location=patient.location,
            provider=provider.provider,
            room=room,
            date="2027-01-05",
            minute=600,
            unit=6000000 + Booking.objects.count() * 12,
            units=6,
            steps=[["check-in", 30, "patient"]],
            status="completed",
            booked_by=coordinator,
        )
        facts = {"key": "mesobotox.neck", "units": 40, "expires": EXPIRES, "given_by": provider, **facts}
        return Dose.objects.create(booking=booking, product=product, lot=lot, **facts)

    return run


@pytest.fixture
def ellis(signed_in, provider):
    """The browser of Dr. Ellis."""
    return signed_in(provider)


def names(response) -> list[str]:
    """Whom a page names."""
    return [str(row.booking.patient) for row in response.context["rows"]]


def test_case_and_spaces_of_a_lot_do_not_matter(ellis, give, patient, make_patient):
    give(patient, "c7781 aa")
    give(make_patient("Cleo", "Cole"), "C7781-AB")

    found = ellis.get("/lots/", {"q": " C 7781aA"})

    assert names(found) == ["Alice Ames"]
    assert "40 U" in found.text


def test_other_locations_and_withdrawn_doses_are_not_found(
    ellis, give, make_patient, patient, other_location
):
    give(make_patient("Bob", "Burns", location=other_location, phone="555-0199"), "C1")
    give(patient, "C1", withdrawn_at=timezone.now())

    found = ellis.get("/lots/", {"q": "C1"})

    assert names(found) == []
    assert "Nobody was given this lot" in found.text
    assert "Burns" not in ellis.get("/lots/export/", {"q": "C1"}).text


def test_a_search_is_logged_with_those_it_showed(ellis, give, patient, provider):
    give(patient, "C1")

    ellis.get("/lots/", {"q": "C1"})
    ellis.get("/lots/export/", {"q": "C1"})

    rows = AuditEntry.objects.filter(actor=provider, action__startswith="lot.")
    assert [(one.action, one.detail) for one in rows] == [
        ("lot.searched", {"lot": "C1", "patients": 1}),
        ("lot.exported", {"lot": "C1", "patients": 1}),
    ]
    assert AccessEntry.objects.filter(actor=provider, patient=patient, page="lot recall").count() == 2


def test_the_page_costs_the_same_at_one_and_at_thirty(ellis, give, make_patient, django_assert_num_queries):
    give(make_patient("Ann", "Abel"), "C1")
    ellis.get("/lots/", {"q": "C1"})
    with django_assert_num_queries(LOTS):
        ellis.get("/lots/", {"q": "C1"})
    for number in range(29):
        give(make_patient("Ann", f"Abel {number}"), "C1")

    with django_assert_num_queries(LOTS):
        found = ellis.get("/lots/", {"q": "C1"})

    assert (len(names(found)), found.context["page"].paginator.count) == (25, 30)


def test_the_export_holds_everybody_and_runs_nothing(ellis, give, make_patient):
    give(make_patient("=HYPERLINK(1)", "Ames", phone="+1 555 0100"), "@C1")

    response = ellis.get("/lots/export/", {"q": "@c1"})

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    row = next(csv.DictReader(io.StringIO(response.text)))
    assert (row["Patient"], row["Phone"]) == ("'=HYPERLINK(1) Ames", "'+1 555 0100")
    assert (row["Lot"], row["Amount"], row["Visit"]) == ("'@C1", "40 U", "2027-01-05")


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\uff1d1", "\u200b=1", "|1", "%1"]
)
def test_a_cell_that_a_spreadsheet_would_run_becomes_text(ellis, give, make_patient, cell):
    give(make_patient("Cleo", "Cole", phone=cell), "C1")

    response = ellis.get("/lots/export/", {"q": "C1"})

    assert next(csv.DictReader(io.StringIO(response.text, newline="")))["Phone"] == f"'{cell}"


@pytest.mark.parametrize("letter", ["\u00df", "\ufb03"])
def test_the_longest_lot_is_found_though_its_capitals_are_longer(give, patient, letter):
    found = give(patient, letter * 40)

    found.clean_fields()
    assert list(Dose.objects.of_lot(letter * 40)) == [found]


def test_what_is_no_lot_number_is_refused(ellis):
    found = ellis.get("/lots/", {"q": "--"})

    assert "A lot number has letters or digits." in found.text
    assert AuditEntry.objects.filter(action="lot.searched").count() == 0
