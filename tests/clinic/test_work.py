"""The role somebody works in: it decides what they may do and, with it, where."""

import pytest
from django.core.exceptions import PermissionDenied

from clinic.actions.users import work_as
from clinic.models import AuditEntry, Patient, Provider
from tests.staff import let_work


@pytest.fixture
def ida(make_user, location, other_location):
    """Ida, a coordinator at Park Street and a provider at Lakeside."""
    user = make_user("Ida", "coordinator", location)
    let_work(user, other_location, role="provider")
    Provider.objects.create(user=user, printed_name="Dr. Ida Moss")
    return user


@pytest.fixture
def bob(make_patient, other_location):
    """Bob, a patient of Lakeside."""
    return make_patient("Bob", "Burns", location=other_location)


def test_each_role_sees_its_own_locations_alone(ida, patient, bob):
    before = list(Patient.objects.visible_to(ida))
    work_as(by=ida, role="provider")
    ida.refresh_from_db()

    assert (before, list(Patient.objects.visible_to(ida))) == ([patient], [bob])


def test_a_role_of_one_location_opens_nothing_at_another(signed_in, ida, patient, bob):
    browser = signed_in(ida)

    as_coordinator = browser.get(f"/patients/{bob.pk}/").status_code, browser.get("/review/").status_code
    browser.post("/work/as/", {"role": "provider"})
    as_provider = browser.get(f"/patients/{patient.pk}/").status_code, browser.get("/review/").status_code

    assert (as_coordinator, as_provider) == ((404, 403), (404, 200))


def test_a_role_held_nowhere_is_refused(signed_in, ida):
    answer = signed_in(ida).post("/work/as/", {"role": "manager"}, follow=True)

    assert "You hold this role at no location." in answer.text
    with pytest.raises(PermissionDenied):
        work_as(by=ida, role="manager")
    ida.refresh_from_db()
    assert ida.role == "coordinator"


def test_working_in_another_role_is_on_record_once(ida):
    work_as(by=ida, role="provider")
    work_as(by=ida, role="provider")

    entries = AuditEntry.objects.about(ida).filter(action="user.works_as")
    assert [one.detail for one in entries] == [{"before": "coordinator", "role": "provider"}]


def test_whoever_treats_can_be_booked_whatever_they_work_as(ida, other_coordinator):
    assert list(Provider.objects.visible_to(other_coordinator)) == [ida.provider]


def test_the_page_names_each_role_with_its_places(signed_in, ida):
    roles = signed_in(ida).get("/work/").context["roles"]

    assert roles == [("coordinator", "Coordinator", ["Park Street"]), ("provider", "Provider", ["Lakeside"])]
