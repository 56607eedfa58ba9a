"""The page of a completed visit: what is on record can be withdrawn, and what was left out added."""

import datetime

import pytest
import time_machine

from scheduling.actions import visits
from scheduling.models import Booking, Given
from tests.scheduling.asking import FACE_KEY, NECK_KEY
from tests.scheduling.builders import NECK, NOON, UPPER_FACE, found_for
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work

HOUR = datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock():
    """Monday 4 January 2027, five in the afternoon in New York: the first visit is over."""
    with time_machine.travel(NOON + 5 * HOUR, tick=False) as traveller:
        yield traveller


@pytest.fixture
def visit(location, provider, coordinator, patient) -> Booking:
    """Alice's first visit, completed with the neck; her upper face was left out."""
    work(provider, open_practice(location))
    version = approved_plan(patient, coordinator, provider, found_for(NECK, UPPER_FACE))
    book_all(version, coordinator)
    first = booked(version)[0]
    facts = {"treated": [NECK_KEY], "left_out": "A cold sore", "now": NOON + 5 * HOUR}
    return visits.complete(by=coordinator, booking=first, **facts)


def told(browser, response) -> list[str]:
    """Read the messages of the page that a redirect led to."""
    return [str(message) for message in browser.get(response["Location"]).context["messages"]]


def test_a_completed_visit_shows_what_is_on_record_and_what_could_be_added(nora, visit):
    response = nora.get(f"/visits/{visit.pk}/")

    page = response.context["page"]
    assert [(name, one.key) for name, _, one in page.recorded] == [("MesoBotox, neck", NECK_KEY)]
    assert page.adding.fields["treated"].choices == [(FACE_KEY, "Botox, upper face")]
    assert f'action="/given/{Given.objects.get().pk}/withdraw/"' in response.text
    assert f'action="/visits/{visit.pk}/add/"' in response.text


def test_a_round_that_was_left_out_is_added_on_the_page_of_its_visit(nora, visit):
    response = nora.post(f"/visits/{visit.pk}/add/", {"treated": [FACE_KEY]})

    assert response["Location"] == f"/visits/{visit.pk}/"
    assert told(nora, response) == ["Added to the visit; the rounds and the next dates are counted with it."]
    page = nora.get(f"/visits/{visit.pk}/")
    assert {one.key for one in page.context["page"].given} == {FACE_KEY, NECK_KEY}
    assert page.context["page"].history[0].words == "a treatment added that was left out"
    assert f"/visits/{visit.pk}/add/" not in page.text


@pytest.mark.parametrize("sent", [{}, {"treated": [NECK_KEY]}, {"treated": ["x"]}])
def test_what_cannot_be_added_is_asked_about_on_the_page(nora, visit, sent):
    response = nora.post(f"/visits/{visit.pk}/add/", sent)

    assert response.status_code == 422
    assert response.context["adding"].errors["treated"]
    assert Given.objects.count() == 1


def test_withdrawing_the_last_record_leads_to_the_visit_to_complete_it_anew(nora, visit):
    response = nora.post(f"/given/{Given.objects.get().pk}/withdraw/")

    assert response["Location"] == f"/visits/{visit.pk}/"
    assert told(nora, response) == ["Withdrawn. Nothing of this visit stands: record what was really given."]
    page = nora.get(f"/visits/{visit.pk}/")
    assert page.context["page"].state.word == "Here"
    assert {key for key, _ in page.context["completing"].fields["treated"].choices} == {FACE_KEY, NECK_KEY}
    nora.post(f"/visits/{visit.pk}/complete/", {"treated": [NECK_KEY, FACE_KEY]})
    assert {(one.key, one.ordinal) for one in Given.objects.standing()} == {(NECK_KEY, 1), (FACE_KEY, 1)}


def test_a_manager_reads_what_was_given_and_sets_nothing_right(signed_in, manager, visit):
    text = signed_in(manager).get(f"/visits/{visit.pk}/").text

    assert "/withdraw/" not in text
    assert f"/visits/{visit.pk}/add/" not in text
