"""Arrange and book: one action behind page and interface, once for each key, tried again when overtaken."""

import json
import uuid

import pytest

from scheduling.actions import series
from scheduling.actions.moves import move
from scheduling.actions.refusals import KeyUsed, NotApproved
from scheduling.actions.series import NothingLeft, book_series
from scheduling.claiming.claims import TakenMeanwhile
from scheduling.course.moving import Destination
from scheduling.models import Booking, Change
from tests.scheduling.asking import DAY, TEN
from tests.scheduling.builders import NOON, make_plan
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
KEY = uuid.UUID(int=7)
NOTHING = "Nothing is left to book: every session of this plan is booked or done."


@pytest.fixture
def version(location, coordinator, provider, patient):
    """Alice's approved plan of the neck."""
    work(provider, open_practice(location))
    return approved_plan(patient, coordinator, provider)


def by_page(browser, version, key=KEY) -> tuple[int, str]:
    """Press the button of the plan's page; the status and what is said in the end."""
    response = browser.post(f"/plans/{version.plan_id}/book/", {"key": key})
    page = browser.get(response["Location"])
    return response.status_code, " ".join(str(one) for one in page.context["messages"])


def by_api(browser, version, key=KEY) -> tuple[int, str]:
    """Ask the interface; the status and what it answers."""
    sent = json.dumps({"key": str(key)})
    response = browser.post(f"/api/plans/{version.plan_id}/book", sent, content_type="application/json")
    return response.status_code, response.text


doors = pytest.mark.parametrize(("door", "refused"), [(by_page, 302), (by_api, 409)])


@doors
def test_a_plan_with_nothing_left_says_so(door, refused, nora, version, coordinator):
    book_all(version, coordinator)

    status, text = door(nora, version)

    assert (status, NOTHING in text) == (refused, True)
    assert Change.objects.count() == 1


@doors
def test_a_key_that_moved_a_visit_says_what_it_did_and_books_nothing(
    door, refused, nora, version, coordinator
):
    book_all(version, coordinator)
    second = booked(version)[1]
    to = Destination(second.date + DAY, TEN)
    move(by=coordinator, booking=second, to=to, now=NOON, key=KEY)

    status, text = door(nora, version)

    assert status == refused
    assert f"This form was sent already: Nora moved 1 visit, now on {to.date:%a} {to.date.day}" in text
    assert "visits have their time" not in text


def test_a_click_sent_twice_says_the_same_both_times(nora, version):
    first, again = by_page(nora, version), by_page(nora, version)

    assert first == again
    assert "6 visits have their time, the first on" in first[1]


def test_a_key_whose_change_was_undone_is_refused(nora, version):
    by_page(nora, version)
    nora.post(f"/changes/{Change.objects.get().pk}/undo/")

    _, text = by_page(nora, version)

    assert "what it did was undone" in text
    assert Booking.objects.live().count() == 0


def test_what_was_shown_is_not_said_to_be_applied_under_the_key_of_a_move(nora, version, coordinator):
    book_all(version, coordinator)
    second = booked(version)[1]
    move(by=coordinator, booking=second, to=Destination(second.date + DAY, TEN), now=NOON, key=KEY)

    response = nora.post(f"/plans/{version.plan_id}/apply/", {"key": KEY, "order": "whatever"})

    assert response.status_code == 409
    assert response.context["refused"][0].startswith("This form was sent already: Nora moved 1 visit")


def test_a_time_taken_meanwhile_is_arranged_once_more(version, coordinator, monkeypatch):
    tries = []

    def taken_once(**facts):
        tries.append(facts)
        if len(tries) == 1:
            raise TakenMeanwhile("room")
        return book(**facts)

    book = series.book
    monkeypatch.setattr(series, "book", taken_once)

    book_series(by=coordinator, version=version, key=KEY, now=NOON)

    assert len(tries) == 2
    assert Booking.objects.live().count() == version.visits.count()


def test_the_same_click_that_comes_while_the_first_books_gives_its_change(version, coordinator, monkeypatch):
    first = book_all(version, coordinator)
    Change.objects.filter(pk=first.pk).update(key=KEY)
    answers = iter([None, first])
    monkeypatch.setattr(series, "done_with", lambda *_: next(answers))

    assert book_series(by=coordinator, version=version, key=KEY, now=NOON) == first


def test_a_plan_nobody_approved_is_refused_before_it_is_arranged(location, coordinator, provider, patient):
    work(provider, open_practice(location))

    with pytest.raises(NotApproved):
        book_series(by=coordinator, version=make_plan(patient, coordinator), key=KEY, now=NOON)


def test_a_whole_plan_has_nothing_left_unless_the_key_is_its_own(version, coordinator):
    done = book_series(by=coordinator, version=version, key=KEY, now=NOON)

    assert book_series(by=coordinator, version=version, key=KEY, now=NOON) == done
    with pytest.raises(NothingLeft):
        book_series(by=coordinator, version=version, key=uuid.UUID(int=8), now=NOON)


def test_a_key_of_another_plan_is_refused(version, coordinator, provider, make_patient):
    other = approved_plan(make_patient("Bob", "Burns"), coordinator, provider)
    book_series(by=coordinator, version=version, key=KEY, now=NOON)

    with pytest.raises(KeyUsed):
        book_series(by=coordinator, version=other, key=KEY, now=NOON)
