"""The card of a visit and its completion to the unit, as a provider meets them."""

import datetime

import pytest
import time_machine
from django.db.models import QuerySet

from clinic.models import AccessEntry
from scheduling.models import Booking, CheckIn, Dose, Given, Observation, PatientEvent, Question
from tests.scheduling.asking import FACE_KEY, NECK_KEY, noon
from tests.scheduling.builders import NECK, NOON, UPPER_FACE, found_for
from tests.scheduling.chairside import EXPIRES, posted, stock
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work
from treatments.models import ProductVersion

CARD = 42


@pytest.fixture(autouse=True)
def clock():
    """Monday 4 January 2027, noon in New York."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def version(location, provider, coordinator, patient):
    """Alice's plan of the neck and the upper face, booked with Dr. Ellis from today on."""
    work(provider, open_practice(location))
    stock()
    version = approved_plan(patient, coordinator, provider, found_for(NECK, UPPER_FACE))
    book_all(version, coordinator)
    return version


@pytest.fixture
def visit(version) -> Booking:
    """The first visit, today."""
    return booked(version)[0]


@pytest.fixture
def ellis(signed_in, provider):
    """The browser of Dr. Ellis."""
    return signed_in(provider)


def send(browser, booking: Booking, **changes):
    """Post the page of a visit's completion."""
    return browser.post(f"/visits/{booking.pk}/complete/doses/", posted(booking, **changes))


def doses() -> list[tuple]:
    """What stands on record."""
    rows = Dose.objects.standing().order_by("key")
    return [(one.key, one.lot, float(one.units), len(one.points)) for one in rows]


def test_a_visit_is_completed_on_plain_fields(ellis, visit):
    response = send(ellis, visit, **{"a0-grade_gais": "3", "a0-note": "Even"})

    assert (response.status_code, response["Location"]) == (302, f"/visits/{visit.pk}/")
    assert doses() == [(FACE_KEY, "C1", 64.0, 4), (NECK_KEY, "C1", 40.0, 4)]
    assert Given.objects.filter(booking=visit).count() == 2
    assert [(one.scale, one.grade, one.note) for one in Observation.objects.all()] == [("gais", 3, "Even")]


def test_the_reason_for_more_than_the_label_stands_by_the_dose(ellis, visit):
    place = [one.key for one in visit.sessions.all()].index(FACE_KEY)
    more = {f"a{place}-units": "70"}

    refused = send(ellis, visit, **more)
    send(ellis, visit, **more, **{f"a{place}-because": "Strong brow"})

    assert "70 U is more than the 64 U" in refused.text
    assert "More than the label: Strong brow" in ellis.get(f"/visits/{visit.pk}/doses/").text
    assert "more than the label: Strong brow" in ellis.get(f"/visits/{visit.pk}/card/").text


def test_points_of_the_map_are_kept_with_their_amounts(ellis, visit):
    place = [one.key for one in visit.sessions.all()].index(NECK_KEY)

    send(ellis, visit, **{f"a{place}-points": "[[450,600,15],[550,600,25]]", f"a{place}-count": "2"})

    assert Dose.objects.get(key=NECK_KEY).points == [[450, 600, 15.0], [550, 600, 25.0]]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"a0-units": ""}, "Enter how many units were given here."),
        ({"a0-lot": "  "}, "Enter the lot number from the vial or syringe."),
        ({"a0-expires": "2027-01-03"}, "expired on Sun 3 Jan 2027"),
        ({"a0-points": "[[1,2]]"}, "Place the points anew on the map."),
        ({"a0-points": "[[1,2,3]]"}, "The points add up to 3"),
        ({"a0-units": "400", "a1-units": "64"}, "would make 464 U of toxin in 3 months"),
        ({"treated": [NECK_KEY]}, "Say why an area was left out."),
        ({"a0-grade_gais": "7"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_kept(ellis, visit, changes, says):
    response = send(ellis, visit, **changes)

    assert response.status_code == 422
    assert says in response.text
    assert 'value="C1"' in response.text
    assert (doses(), Booking.objects.get(pk=visit.pk).status) == ([], "booked")


def test_an_area_left_out_needs_no_dose(ellis, visit):
    keys = [one.key for one in visit.sessions.all()]
    place = keys.index(FACE_KEY)

    response = send(
        ellis,
        visit,
        treated=[NECK_KEY],
        left_out="Cold sore",
        **{f"a{place}-units": "", f"a{place}-count": ""},
    )

    assert response.status_code == 302
    assert [key for key, *_ in doses()] == [NECK_KEY]


def test_the_last_lot_of_the_day_is_offered_again(ellis, version, visit):
    later = booked(version)[1]
    Booking.objects.filter(pk=later.pk).update(date=visit.date, status="arrived")
    send(ellis, visit, **{"a0-lot": "Z9 today", "a1-lot": "Z9 today"})

    page = ellis.get(f"/visits/{later.pk}/complete/doses/").text

    assert page.count('value="Z9 today"') == 2
    assert page.count(f'value="{EXPIRES.isoformat()}"') == 2


def test_without_a_product_the_visit_is_completed_all_the_same(ellis, version, visit):
    QuerySet(ProductVersion).update(active=False)

    page = ellis.get(f"/visits/{visit.pk}/complete/doses/").text

    assert page.count("No product in use fits this treatment") == 2


def test_a_completed_visit_is_not_completed_again(ellis, visit):
    send(ellis, visit)

    response = send(ellis, visit)

    assert response.status_code == 409
    assert "This visit is completed already." in response.text
    assert len(doses()) == 2


def test_the_card_says_what_is_to_be_known(ellis, version, visit, patient, clock, signed_in, provider):
    send(ellis, visit, **{"a0-grade_gais": "3"})
    second = booked(version)[1]
    CheckIn.objects.create(patient=patient, booking=visit, weeks=2, smile="less", fading="not", note="Odd")
    Question.objects.create(patient=patient, text="Is a sauna all right?")
    PatientEvent.objects.create(
        patient=patient, name="Wedding", date=second.date + datetime.timedelta(days=20)
    )
    clock.move_to(noon(second.date))

    page = signed_in(provider).get(f"/visits/{second.pk}/card/").text

    for words in (
        "Alice Ames",
        "Round 2 of",
        "64 U",
        "at 4 points",
        "lot C1",
        "0 of 400 U",
        "much improved",
    ):
        assert words in page
    for words in ("a little less full", "Is a sauna all right?", "Wedding on", "Complete the visit"):
        assert words in page
    assert AccessEntry.objects.filter(patient=patient, page="chairside card").count() == 1


def test_the_card_costs_the_same_however_much_was_given(ellis, version, visit, django_assert_num_queries):
    address = f"/visits/{booked(version)[2].pk}/card/"
    ellis.get(address)
    with django_assert_num_queries(CARD):
        ellis.get(address)
    send(ellis, visit)

    with django_assert_num_queries(CARD):
        ellis.get(address)


def test_a_wrong_dose_is_withdrawn_and_entered_anew_on_its_page(ellis, visit):
    send(ellis, visit)
    wrong = Dose.objects.get(key=NECK_KEY)
    place = [one.key for one in visit.sessions.all()].index(NECK_KEY)
    sent = {"key": NECK_KEY, f"a{place}-product": "ona", f"a{place}-lot": "C2", f"a{place}-units": "30"}

    ellis.post(f"/doses/{wrong.pk}/withdraw/")
    response = ellis.post(f"/visits/{visit.pk}/doses/", {**sent, f"a{place}-expires": EXPIRES.isoformat()})

    assert response.status_code == 302
    assert doses() == [(FACE_KEY, "C1", 64.0, 4), (NECK_KEY, "C2", 30.0, 0)]
    assert ellis.get(f"/visits/{visit.pk}/doses/").text.count("<del>") == 1


def test_an_area_that_was_not_treated_gets_no_dose(ellis, visit):
    send(ellis, visit)

    response = ellis.post(f"/visits/{visit.pk}/doses/", {"key": "mesobotox.chest"}, follow=True)

    assert "This area was not treated at the visit." in response.text
    assert len(doses()) == 2
