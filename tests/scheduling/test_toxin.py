"""Toxin given elsewhere: told at a visit, counted at every other one, withdrawn, and never forgotten."""

import datetime
import importlib
import json
from decimal import Decimal

import pytest
import time_machine
from django.apps import apps
from django.db import IntegrityError, transaction

from clinic.models import AuditEntry
from scheduling.actions import elsewhere, visits
from scheduling.actions.doses import Entered, NotGiven
from scheduling.actions.elsewhere import NotTold, Told
from scheduling.actions.given import record_elsewhere
from scheduling.erasing.outlook import outlook
from scheduling.models import Booking, Given, ToxinElsewhere
from scheduling.patient_page.record import as_json
from tests.scheduling.asking import FACE_KEY, NECK_KEY, noon
from tests.scheduling.chairside import dose, stock
from tests.scheduling.conftest import APRIL, FIRST
from tests.scheduling.practice import booked

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
DECEMBER = datetime.date(2026, 12, 1)
BOTH = [NECK_KEY, FACE_KEY]
migration = importlib.import_module("scheduling.migrations.0007_told_elsewhere")


@pytest.fixture
def visits_of_alice(version) -> list[Booking]:
    """Alice's visits of January, April and July; Dysport is in the catalogue and not in use."""
    stock("ona", "ha_filler", "abo")
    return booked(version)


@pytest.fixture
def visit(visits_of_alice) -> Booking:
    """The first of them, on Tuesday 5 January 2027."""
    return visits_of_alice[0]


@pytest.fixture
def tell(provider):
    """Tell of toxin at a visit: `tell(visit, 300, date=DECEMBER)`."""

    def run(booking: Booking, units: int, now=None, **facts) -> ToxinElsewhere:
        told = Told(units=Decimal(units), **facts)
        return elsewhere.tell(by=provider, booking=booking, told=told, now=now or noon(booking.date))

    return run


@pytest.fixture
def ellis(signed_in, provider):
    """The browser of Dr. Ellis, on the day of the first visit."""
    with time_machine.travel(noon(FIRST), tick=False):
        yield signed_in(provider)


def complete(by, booking: Booking, units: int, treated=BOTH) -> Booking:
    """Complete a visit with so many units in the neck."""
    entered = Entered([dose(units=Decimal(units))])
    return visits.complete(by=by, booking=booking, treated=treated, entered=entered, now=noon(booking.date))


def test_what_was_told_counts_at_the_visit_and_at_the_next_one(visits_of_alice, tell, provider):
    first, second, third = visits_of_alice
    tell(first, 300, date=FIRST - DAY)
    tell(first, 60)

    with pytest.raises(NotGiven, match=r"50 U would make 410 U.* 40 U can be given today"):
        complete(provider, first, 50)
    complete(provider, first, 40)
    Booking.objects.filter(pk=second.pk).update(date=APRIL - DAY)
    second.refresh_from_db()

    with pytest.raises(NotGiven, match="310 U would make 410 U"):
        complete(provider, second, 310)
    complete(provider, second, 300)
    complete(provider, third, 100)


def test_it_stays_when_nothing_is_given_and_when_the_visit_is_opened_again(visit, tell, provider):
    tell(visit, 390)

    visits.complete(by=provider, booking=visit, treated=BOTH, now=noon(FIRST))
    for one in Given.objects.standing():
        visits.withdraw(by=provider, given=one, now=noon(FIRST))

    assert Booking.objects.get(pk=visit.pk).status == "arrived"
    with pytest.raises(NotGiven, match="10 U can be given today"):
        complete(provider, visit, 20)


def test_withdrawn_it_counts_no_more_and_stays_on_record(visit, tell, provider):
    told = tell(visit, 390, product="abo", date=DECEMBER)

    elsewhere.withdraw(by=provider, told=told, now=noon(FIRST))
    complete(provider, visit, 40)

    with pytest.raises(NotTold, match="withdrawn already"):
        elsewhere.withdraw(by=provider, told=told, now=noon(FIRST))
    assert ToxinElsewhere.objects.count() == 1
    entries = AuditEntry.objects.about(told)
    assert [one.action for one in entries] == ["toxin.told", "toxin.withdrawn"]
    facts = {"units": "390", "date": "2026-12-01", "product": "abo", "visit": visit.pk}
    assert entries[0].detail == facts
    assert entries[0].location == visit.location


def test_without_a_day_it_counts_from_the_visit_or_from_today_before_it(visits_of_alice, tell):
    first, second, _ = visits_of_alice

    assert tell(first, 20).date == FIRST
    assert tell(second, 20, now=noon(FIRST)).date == FIRST
    assert tell(first, 20, now=noon(FIRST + 9 * DAY)).date == FIRST


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"units": Decimal(0)}, "units", "above 0"),
        ({"product": "syrup"}, "product", "Choose a product"),
        ({"date": FIRST + DAY}, "date", "Wed 6 Jan 2027 is still to come"),
        ({"date": datetime.date(2026, 9, 4)}, "date", "from Sat 5 Sep 2026 on"),
    ],
)
def test_what_cannot_have_been_so_is_refused_under_its_field(visit, provider, wrong, field, says):
    told = Told(**({"units": Decimal(20)} | wrong))

    with pytest.raises(NotTold) as refusal:
        elsewhere.tell(by=provider, booking=visit, told=told, now=noon(FIRST))

    assert says in refusal.value.message_dict[field][0]
    assert ToxinElsewhere.objects.count() == 0


def test_only_a_provider_records_and_withdraws_it(visit, tell, coordinator):
    told = tell(visit, 20)

    with pytest.raises(NotTold, match="Only a provider"):
        elsewhere.tell(by=coordinator, booking=visit, told=Told(units=Decimal(5)), now=noon(FIRST))
    with pytest.raises(NotTold, match="Only a provider"):
        elsewhere.withdraw(by=coordinator, told=told, now=noon(FIRST))

    assert ToxinElsewhere.objects.standing().count() == 1


def test_the_database_keeps_units_above_zero(visit, provider):
    facts = {"patient": visit.patient, "date": FIRST, "told_to": provider}

    with pytest.raises(IntegrityError, match="toxin_elsewhere_above_zero"), transaction.atomic():
        ToxinElsewhere.objects.create(units=0, **facts)


@pytest.mark.parametrize(
    ("word", "address"),
    [("card", "card/"), ("complete", "complete/doses/"), ("doses", "doses/"), ("//evil.example", "toxin/")],
)
def test_it_is_told_on_the_pages_of_a_visit_and_leads_back_to_them(ellis, visit, word, address):
    sent = {"units": "300", "product": "abo", "date": "2026-12-01", "page": word}

    response = ellis.post(f"/visits/{visit.pk}/toxin/", sent)

    assert (response.status_code, response["Location"]) == (302, f"/visits/{visit.pk}/{address}")
    told = ToxinElsewhere.objects.get()
    assert (told.units, told.product.key, told.date, told.booking) == (300, "abo", DECEMBER, visit)


def test_the_card_and_the_completion_show_it_with_its_date_and_by_product(ellis, visit, tell, provider):
    tell(visit, 300, product="abo", date=DECEMBER)
    tell(visit, 30, date=datetime.date(2026, 9, 6))
    tell(visit, 20)

    for address in ("card/", "complete/doses/"):
        page = ellis.get(f"/visits/{visit.pk}/{address}").text

        told = f"Told to {provider.name} on Tue 5 Jan 2027."
        for words in (
            told,
            "Tue 1 Dec 2026",
            "320",
            "Dysport",
            "it counts no more",
            "Product not known 20 U",
        ):
            assert words in page, words


def test_v7_the_card_asks_for_a_discussion_of_toxin_elsewhere(ellis, visit, tell):
    tell(visit, 155, date=FIRST - 60 * DAY)
    tell(visit, 10, date=FIRST - 80 * DAY)

    page = ellis.get(f"/visits/{visit.pk}/card/").text

    assert page.count("Toxin in another area within 90 days") == 1
    assert "On record from elsewhere: Fri 6 Nov 2026." in page


def test_what_is_wrong_is_said_on_a_page_of_its_own_and_nothing_is_kept(ellis, visit):
    response = ellis.post(f"/visits/{visit.pk}/toxin/", {"units": "", "date": "2027-01-06"})
    refused = ellis.post(f"/visits/{visit.pk}/toxin/", {"units": "20", "date": "2027-01-06"})

    assert (response.status_code, refused.status_code) == (422, 422)
    assert "Enter the units, as well as the patient knows." in response.text
    assert "Wed 6 Jan 2027 is still to come." in refused.text
    assert ToxinElsewhere.objects.count() == 0


def test_it_is_withdrawn_on_the_page_of_a_later_visit(ellis, visits_of_alice, tell):
    told = tell(visits_of_alice[0], 300)
    address = f"/visits/{visits_of_alice[1].pk}/toxin/{told.pk}/withdraw/"

    ellis.post(address, {"page": "card"})
    again = ellis.post(address, {"page": "card"}, follow=True)

    assert "This was withdrawn already" in again.text
    assert again.redirect_chain[-1][0] == f"/visits/{visits_of_alice[1].pk}/card/"
    assert [one.withdrawn_at for one in ToxinElsewhere.objects.all()] == [noon(FIRST)]


def test_what_another_patient_told_is_not_withdrawn_at_this_visit(ellis, visit, make_patient, provider):
    bob = make_patient("Bob", "Burns")
    told = ToxinElsewhere.objects.create(patient=bob, units=20, date=FIRST, told_to=provider)

    response = ellis.post(f"/visits/{visit.pk}/toxin/{told.pk}/withdraw/")

    assert response.status_code == 404
    assert ToxinElsewhere.objects.standing().count() == 1


def test_treatments_elsewhere_are_asked_for_their_units_until_they_are_told(ellis, visit, tell, coordinator):
    name = visit.sessions.get(key=FACE_KEY).name
    facts = {"patient": visit.patient, "plan": visit.plan, "name": name, "date": DECEMBER}
    record_elsewhere(by=coordinator, now=noon(FIRST), **facts)
    asked = "given elsewhere on Tue 1 Dec 2026: its units are not on record"

    before = ellis.get(f"/visits/{visit.pk}/complete/doses/").text
    tell(visit, 64, date=DECEMBER)
    after = ellis.get(f"/visits/{visit.pk}/complete/doses/").text

    assert (asked in before, asked in after) == (True, False)


def test_what_stood_in_the_audit_becomes_rows_once(visits_of_alice, provider):
    first, second, _ = visits_of_alice
    for booking, told in ((first, "120"), (first, "300.5"), (first, "0"), (second, "0")):
        AuditEntry.objects.record(by=provider, action="visit.dosed", on=booking, elsewhere=told)
    AuditEntry.objects.record(by=provider, action="visit.dosed", on=second, doses=[])

    migration.keep_as_rows(apps, None)
    migration.keep_as_rows(apps, None)

    told = ToxinElsewhere.objects.get()
    assert (told.booking, told.patient, told.units) == (first, first.patient, Decimal("300.5"))
    assert (told.date, told.told_to, told.product) == (FIRST, provider, None)


def test_products_that_are_no_toxin_are_not_offered(ellis, visit):
    form = ellis.get(f"/visits/{visit.pk}/toxin/").context["elsewhere"].form

    assert [key for key, _ in form.fields["product"].choices] == ["", "ona", "abo"]


def test_the_patient_reads_it_in_their_record_and_erasure_says_that_it_stays(visit, tell, make_user):
    maya = make_user("Maya", "patient")
    visit.patient.user = maya
    visit.patient.save()
    told = tell(visit, 300, product="abo", date=DECEMBER)

    record = json.loads("".join(as_json(maya, visit.patient)))

    (line,) = record["toxin_elsewhere"]
    assert (line["date"], line["units"], line["product__key"]) == ("2026-12-01", "300.0", told.product.key)
    assert "1 line on toxin given elsewhere." in outlook(visit.patient, noon(FIRST)).stays
