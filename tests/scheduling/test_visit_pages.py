"""One visit: its steps on the clock, what becomes of it, and another time for it."""

import datetime
import uuid

import pytest
import time_machine

from clinic.actions.hours import add_absence
from clinic.models import AuditEntry
from scheduling.availability.days import unit_of
from scheduling.models import Booking, Change, Given
from tests.scheduling.builders import NECK, NOON, UPPER_FACE, found_for
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work

BOTH = (NECK, UPPER_FACE)
HOUR = datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock():
    """Monday 4 January 2027, noon in New York."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def version(location, provider, coordinator, patient):
    """Alice's plan of the neck and the upper face, approved and booked with Dr. Ellis."""
    work(provider, open_practice(location))
    version = approved_plan(patient, coordinator, provider, found_for(*BOTH))
    book_all(version, coordinator)
    return version


@pytest.fixture
def visit(version) -> Booking:
    """The first visit, on Monday 4 January 2027."""
    return booked(version)[0]


@pytest.fixture
def second(version) -> Booking:
    """The second visit, three months later."""
    return booked(version)[1]


@pytest.fixture
def ellis(signed_in, provider):
    """The browser of Dr. Ellis."""
    return signed_in(provider)


def told(browser, response) -> list[str]:
    """Read the messages of the page that a redirect led to."""
    return [str(message) for message in browser.get(response["Location"]).context["messages"]]


def times(browser, booking: Booking, day: datetime.date | None = None):
    """Open the times for a visit, from a day on."""
    query = {"day": day.isoformat()} if day else {}
    return browser.get(f"/visits/{booking.pk}/move/", query).context["times"]


def choose(browser, booking: Booking, at: int, **extra):
    """Choose a time for a visit."""
    return browser.post(f"/visits/{booking.pk}/move/", {"key": uuid.uuid4(), "at": at, **extra})


def unit_on(day: datetime.date, hour: int) -> int:
    """Give the unit of an hour in New York's winter."""
    return unit_of(datetime.datetime(day.year, day.month, day.day, hour + 5, tzinfo=datetime.UTC))


# The page


def test_a_visit_says_who_when_with_whom_and_where(nora, visit):
    response = nora.get(f"/visits/{visit.pk}/")

    page = response.context["page"]
    assert (page.day, page.hours) == ("Mon 4 Jan 2027", f"{visit.starts} to {visit.ends}")
    assert page.held == ("Dr. June Ellis", "Room 1")
    assert "Alice Ames" in response.text
    assert "14 March 1985" in response.text


def test_the_steps_stand_on_the_clock_with_what_each_holds(nora, visit):
    steps = nora.get(f"/visits/{visit.pk}/").context["page"].steps

    assert (steps[0].name, steps[-1].name) == ("check-in", "turn-over")
    assert (steps[0].starts, steps[0].held) == (visit.starts, ())
    assert steps[-1].held == ("Room 1",)
    assert [one.ends for one in steps[:-1]] == [one.starts for one in steps[1:]]
    assert steps[-1].ends == visit.ends


def test_the_sessions_say_their_place_in_the_course(nora, second):
    sessions = nora.get(f"/visits/{second.pk}/").context["page"].sessions

    assert [one.place for one in sessions] == ["round 2 of 5", "round 2 of 5"]


@pytest.mark.parametrize("wants", [(NECK,), BOTH])
def test_a_visit_asks_the_same_questions_however_many_sessions(
    location, provider, coordinator, patient, nora, django_assert_num_queries, wants
):
    work(provider, open_practice(location))
    version = approved_plan(patient, coordinator, provider, found_for(*wants))
    book_all(version, coordinator)
    visit = booked(version)[0]

    with django_assert_num_queries(26):
        nora.get(f"/visits/{visit.pk}/")


def test_a_manager_reads_a_visit_and_changes_nothing(signed_in, manager, visit):
    text = signed_in(manager).get(f"/visits/{visit.pk}/").text

    assert "Step by step" in text
    for path in ("arrive", "complete", "miss", "cancel", "move"):
        assert f"/visits/{visit.pk}/{path}/" not in text


# What becomes of it


def test_a_patient_is_checked_in_and_the_page_offers_what_comes_next(nora, visit):
    nora.post(f"/visits/{visit.pk}/arrive/")

    page = nora.get(f"/visits/{visit.pk}/")
    assert page.context["page"].state.word == "Here"
    assert f"/visits/{visit.pk}/arrive/" not in page.text
    assert f"/visits/{visit.pk}/complete/" in page.text


def test_a_visit_of_another_day_is_not_checked_in_and_says_why(nora, second):
    response = nora.post(f"/visits/{second.pk}/arrive/")

    assert told(nora, response) == ["The visit is on Mon 5 Apr 2027; it can be checked in on that day."]


def test_completing_records_the_areas_really_treated(nora, visit):
    sent = {"treated": ["mesobotox.neck"], "left_out": "Cold sore"}

    nora.post(f"/visits/{visit.pk}/complete/", sent)

    page = nora.get(f"/visits/{visit.pk}/").context["page"]
    assert [(one.key, one.counts) for one in Given.objects.all()] == [("mesobotox.neck", True)]
    assert page.state.word == "Done"
    assert page.history[0].reason == "Cold sore"
    assert "Session 1" in page.sessions[0].more


def test_an_area_left_out_without_a_reason_is_asked_about(nora, visit):
    response = nora.post(f"/visits/{visit.pk}/complete/", {"treated": ["mesobotox.neck"]})

    assert response.status_code == 422
    assert response.context["completing"].errors["left_out"] == ["Say why an area was left out."]
    assert Given.objects.count() == 0


def test_a_missed_visit_needs_a_date_again_and_counts_as_no_round(signed_in, coordinator, visit, clock):
    clock.shift(8 * HOUR)
    nora = signed_in(coordinator)

    response = nora.post(f"/visits/{visit.pk}/miss/")

    stand = nora.get(response["Location"]).context["stand"]
    assert stand.to_book == 1
    assert stand.ledger[0].state.word == "Did not come"
    assert "no round" in stand.ledger[0].because


def test_a_visit_that_has_not_begun_is_not_missed(nora, second):
    response = nora.post(f"/visits/{second.pk}/miss/")

    assert told(nora, response) == ["The visit has not begun yet. Cancel it instead."]


def test_cancelling_asks_for_the_reason(nora, second):
    empty = nora.post(f"/visits/{second.pk}/cancel/", {"reason": " "})
    response = nora.post(f"/visits/{second.pk}/cancel/", {"reason": "Travels"})

    second.refresh_from_db()
    assert empty.status_code == 422
    undo = f"/changes/{Change.objects.get(action='visit.cancelled').pk}/undo/"
    assert nora.get(response.url).text.count(f'action="{undo}" data-undo') == 1
    assert second.status == "cancelled"
    assert AuditEntry.objects.get(action="visit.cancelled").detail == {"reason": "Travels"}


def test_a_visit_whose_day_passed_asks_what_happened(signed_in, coordinator, visit, clock):
    clock.shift(datetime.timedelta(days=2))

    response = signed_in(coordinator).get(f"/visits/{visit.pk}/")

    assert response.context["page"].state.word == "What happened?"
    assert f"/visits/{visit.pk}/miss/" in response.text
    assert f"/visits/{visit.pk}/complete/" in response.text
    assert f"/visits/{visit.pk}/move/" not in response.text


# Another time


def test_the_times_of_a_day_are_those_that_can_be_booked(nora, second):
    day = times(nora, second).days[0]

    (group,) = day.groups
    assert (day.date, group[0]) == (second.date, "Dr. June Ellis")
    assert group[1][0].starts == "09:00"
    assert second.starts in [slot.starts for slot in group[1]]


def test_a_time_that_is_chosen_moves_the_visit_with_the_same_sessions(nora, second):
    slot = times(nora, second).days[0].groups[0][1][5]

    response = choose(nora, second, slot.at)

    before = {one.key for one in second.sessions.all()}
    second.refresh_from_db()
    assert response["Location"] == f"/visits/{second.pk}/"
    assert (second.unit, second.starts) == (slot.at, slot.starts)
    assert {one.key for one in second.sessions.all()} == before
    assert Change.objects.first().action == "visit.moved"


def test_a_day_that_breaks_a_rule_says_which_and_is_not_offered(nora, second):
    early = second.date - datetime.timedelta(days=14)

    page = times(nora, second, early)

    day = page.days[0]
    assert not day.offered
    assert day.against[0].text.startswith("MesoBotox, neck, session 2: too soon")
    assert (
        f'value="{day.groups[0][1][0].at}"'
        not in nora.get(f"/visits/{second.pk}/move/{page.url(early)}").text
    )


def test_a_refused_time_names_every_rule_and_the_nearest_days_that_work(nora, second):
    early = second.date - datetime.timedelta(days=14)

    response = choose(nora, second, unit_on(early, 14))

    refusal = response.context["times"].refusal
    assert response.status_code == 409
    assert {one.text.split(":")[0] for one in refusal.against} >= {
        "MesoBotox, neck, session 2",
        "Botox, upper face, session 2",
    }
    assert len(refusal.nearest) == 3
    for one in refusal.nearest:
        assert one.day in response.text


def test_a_time_that_is_not_free_is_refused(nora, second):
    response = choose(nora, second, unit_on(second.date, 3))

    assert response.status_code == 409
    assert [one.text for one in response.context["times"].refusal.against] == [
        "Mon 5 Apr 2027, 04:00: not open then; it is open from 09:00 to 17:00."
    ]


def test_a_day_without_the_provider_says_so(nora, second, coordinator, provider):
    day = second.date + datetime.timedelta(days=1)
    add_absence(by=coordinator, provider=provider.provider, first=day, last=day, reason="Training")

    found = next(one for one in times(nora, second).days if one.date == day)

    assert [one.text for one in found.blockers] == ["Dr. June Ellis is away (Training)"]


@pytest.mark.parametrize("at", ["", "x", "-1", 2**29, 2**40])
def test_a_time_no_clock_shows_is_refused(nora, second, at):
    response = choose(nora, second, at)

    assert response.status_code == 409
    assert Change.objects.filter(action="visit.moved").count() == 0


def test_a_move_that_breaks_later_windows_offers_the_replan_around_it(nora, second):
    late = second.date + datetime.timedelta(days=7)
    page = times(nora, second, late)
    day = page.days[0]
    slot = day.groups[0][1][0]

    response = choose(nora, second, slot.at)
    address = response.context["times"].refusal.replan_url
    replan = nora.get(address).context["replan"]

    assert not day.against
    assert day.later[0].text.startswith("MesoBotox, neck, session 3: too soon")
    assert replan.moving.unit == slot.at
    assert replan.changes[0].state.word == "Your choice"
    assert [line.state.word for line in replan.changes[1:]] == ["Moves"] * (len(replan.changes) - 1)
    assert len(replan.changes) >= 2


def test_the_replan_around_a_move_is_applied_as_one_and_undone_as_one(nora, version, second):
    before = [(one.pk, one.unit) for one in booked(version)]
    slot = times(nora, second, second.date + datetime.timedelta(days=7)).days[0].groups[0][1][0]
    replan = nora.get(f"/plans/{version.plan_id}/replan/", {"move": second.pk, "at": slot.at}).context[
        "replan"
    ]

    nora.post(f"/plans/{version.plan_id}/apply/", {"key": replan.key, "order": replan.signed})
    after = [(one.pk, one.unit) for one in booked(version)]
    nora.post(f"/changes/{Change.objects.latest('at', 'pk').pk}/undo/")

    assert dict(after)[second.pk] == slot.at
    assert [(one.pk, one.unit) for one in booked(version)] == before


# Overriding


def test_a_provider_overrides_a_rule_with_a_reason_that_stays_on_the_visit(ellis, second):
    early = second.date - datetime.timedelta(days=14)
    slot = times(ellis, second, early).days[0].groups[0][1][0]

    choose(ellis, second, slot.at, override="Leaves the country")

    second.refresh_from_db()
    page = ellis.get(f"/visits/{second.pk}/").context["page"]
    assert second.unit == slot.at
    assert page.notes == ("Against a rule because: Leaves the country",)
    assert AuditEntry.objects.get(action="visit.moved").detail["override"] == "Leaves the country"


def test_a_provider_without_a_reason_is_refused(ellis, second):
    early = second.date - datetime.timedelta(days=14)
    slot = times(ellis, second, early).days[0].groups[0][1][0]

    response = choose(ellis, second, slot.at, override=" ")

    assert response.status_code == 409


def test_a_coordinator_sees_no_field_to_override_and_is_forbidden_to_send_one(nora, ellis, second):
    early = second.date - datetime.timedelta(days=14)
    address = f"/visits/{second.pk}/move/?day={early}"

    response = choose(nora, second, unit_on(early, 14), override="Please")

    assert response.status_code == 403
    assert 'name="override"' not in nora.get(address).text
    assert 'name="override"' in ellis.get(address).text


def test_a_visit_elsewhere_does_not_exist(signed_in, other_coordinator, visit):
    browser = signed_in(other_coordinator)

    assert browser.get(f"/visits/{visit.pk}/").status_code == 404
    assert browser.get(f"/visits/{visit.pk}/move/").status_code == 404
