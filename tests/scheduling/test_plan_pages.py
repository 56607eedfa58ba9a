"""A patient's page and the plan page: every session with its reasons, every day with its price."""

import datetime

import pytest
import time_machine

from scheduling.actions import visits
from scheduling.intake.parse import read_intake
from scheduling.intake.recommend import recommend
from scheduling.naming import names_of
from scheduling.plan_page.changes import Change, changes_between
from scheduling.planning.reasons import spoken
from tests.scheduling.builders import NECK, NOON, UPPER_FACE, another, found_for, make_plan
from tests.scheduling.intake.intakes import raw
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work
from treatments.library import load_library

BOTH = (NECK, UPPER_FACE)
SESSION = "sessions/mesobotox.neck/2/"
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def monday():
    """Monday 4 January 2027, noon in New York."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def version(coordinator, patient):
    """Alice's plan of the neck and the upper face."""
    return make_plan(patient, coordinator, found_for(*BOTH))


@pytest.fixture
def ask(signed_in, coordinator, version):
    """Open an address below Alice's plan as Nora, whole or as htmx asks for a part of it."""

    def get(path="", target=None, **query):
        headers = {"hx-request": "true", "hx-target": target} if target else None
        return signed_in(coordinator).get(f"/plans/{version.plan_id}/{path}", query, headers=headers)

    return get


@pytest.mark.parametrize("rows", [1, 30])
def test_a_patients_page_asks_the_same_questions_however_many_plans(
    signed_in, coordinator, patient, django_assert_num_queries, rows
):
    for _ in range(rows):
        make_plan(patient, coordinator)
    browser = signed_in(coordinator)

    with django_assert_num_queries(10):
        response = browser.get(f"/patients/{patient.pk}/")

    assert response.text.count('class="card plan-row"') == rows


def test_a_patient_without_plans_is_offered_the_first(signed_in, coordinator, patient):
    response = signed_in(coordinator).get(f"/patients/{patient.pk}/")

    assert f'href="/patients/{patient.pk}/plan/"' in response.text
    assert "Compose the first plan" in response.text


def test_a_manager_reads_plans_but_composes_none(signed_in, manager, version):
    response = signed_in(manager).get(f"/plans/{version.plan_id}/")

    assert response.status_code == 200
    assert "/edit/" not in response.text


@pytest.mark.parametrize("wants", [(NECK,), BOTH])
def test_the_plan_page_asks_the_same_questions_however_many_series(
    signed_in, coordinator, patient, django_assert_num_queries, wants
):
    version = make_plan(patient, coordinator, found_for(*wants))
    browser = signed_in(coordinator)

    with django_assert_num_queries(11):
        browser.get(f"/plans/{version.plan_id}/")


@pytest.fixture
def under_way(location, coordinator, provider, patient):
    """Alice's plan, booked whole and two days later than proposed; her first visit is completed."""
    open_practice(location)
    work(provider, location, weekdays=(3,))
    version = approved_plan(patient, coordinator, provider, found_for(*BOTH))
    book_all(version, coordinator)
    first = booked(version)[0]
    keys = [one.key for one in first.sessions.all()]
    visits.complete(by=provider, booking=first, treated=keys, now=NOON + 2 * DAY)
    return version


def test_the_page_shows_booked_dates_with_their_time_and_the_proposed_ones_beside(
    signed_in, coordinator, under_way
):
    with time_machine.travel(NOON + 3 * DAY, tick=False):
        response = signed_in(coordinator).get(f"/plans/{under_way.plan_id}/")

    words = [mark.words for lane in response.context["page"].timeline.lanes for mark in lane.marks]
    second = booked(under_way)[1]
    said = f"booked {spoken(second.date)}, {second.starts}, proposed Mon 5 Apr 2027"
    assert words[0].endswith("given Wed 6 Jan 2027, proposed Mon 4 Jan 2027")
    assert f"MesoBotox, neck, session 2 of 6, {said}" in words
    assert "Dates as approved" not in response.text
    assert '<p class="sub">proposed Mon 5 Apr 2027</p>' in response.text
    assert response.context["page"].selected[1] == 2


@pytest.mark.parametrize("wants", [(NECK,), BOTH])
def test_a_plan_under_way_asks_the_same_questions_however_many_visits(
    signed_in, coordinator, provider, patient, location, django_assert_num_queries, wants
):
    open_practice(location)
    work(provider, location)
    version = approved_plan(patient, coordinator, provider, found_for(*wants))
    book_all(version, coordinator)
    browser = signed_in(coordinator)

    with django_assert_num_queries(14):
        browser.get(f"/plans/{version.plan_id}/")
    with django_assert_num_queries(9):
        browser.get(
            f"/plans/{version.plan_id}/{SESSION}", headers={"hx-request": "true", "hx-target": "session"}
        )
    with django_assert_num_queries(10):
        browser.get(f"/plans/{version.plan_id}/print/")


def test_a_booked_session_leads_to_its_visit_and_weighs_no_other_day(signed_in, coordinator, under_way):
    response = signed_in(coordinator).get(f"/plans/{under_way.plan_id}/{SESSION}")

    second = booked(under_way)[1]
    assert response.context["page"].visit_url == f"/visits/{second.pk}/"
    assert response.context["month"] is None
    assert 'hx-trigger="load"' not in response.text
    assert "Why Mon 5 Apr 2027 was proposed" in response.text


def test_paper_says_which_dates_are_booked(signed_in, coordinator, under_way):
    paper = signed_in(coordinator).get(f"/plans/{under_way.plan_id}/print/").text

    second = booked(under_way)[1]
    assert "<td>Wed 6 Jan 2027 (given)</td>" in paper
    assert f"<td>{spoken(second.date)}, {second.starts}</td>" in paper
    assert "Dates with a time are booked" in paper


def test_a_version_from_before_stays_as_it_was_proposed(signed_in, coordinator, under_way):
    another(under_way, coordinator, found_for(*BOTH, preference="fewest_visits"))

    page = signed_in(coordinator).get(f"/plans/{under_way.plan_id}/versions/1/").context["page"]

    assert page.stood == {}
    assert [mark.was for lane in page.timeline.lanes for mark in lane.marks if mark.was is not None] == []


def test_the_plan_page_opens_with_the_next_session_and_fetches_its_days_later(ask):
    response = ask()

    assert response.context["page"].selected == ("mesobotox.neck", 1)
    assert response.context["month"] is None
    assert 'hx-trigger="load"' in response.text


def test_a_session_says_why_it_is_on_its_day_under_the_rules_number(ask):
    card = ask(SESSION).context["card"]

    assert (card.series, card.number) == ("mesobotox.neck", 2)
    assert "R33" in [line.label for line in card.reasons]


def test_without_script_a_session_shows_its_month_at_once(ask):
    month = ask(SESSION).context["month"]

    assert month.name == "April 2027"
    assert [cell.day.day for week in month.weeks for cell in week if cell.state == "best"] == [5]


def test_htmx_gets_the_card_first_and_its_month_after(ask):
    card, month = ask(SESSION, "session"), ask(SESSION, "month", month="2027-05")

    assert "<html" not in card.text + month.text
    assert "<table" not in card.text
    assert "May 2027" in month.text


def test_another_day_says_what_it_costs_or_what_is_against_it(ask):
    free = ask(f"{SESSION}2027-04-12/", "day").context["day"]
    blocked = ask(f"{SESSION}2027-04-10/", "day").context["day"]

    assert free.state in ("free", "costly")
    assert blocked.state == "blocked"
    assert [line.text for line in blocked.against] == ["No visits on a Saturday."]
    assert len(blocked.nearest) == 3


@pytest.mark.parametrize(
    "path",
    [
        "sessions/mesobotox.neck/99/",
        "sessions/mesobotox.chest/1/",
        f"{SESSION}2027-02-30/",
        f"{SESSION}?month=2027-13",
        f"{SESSION}?month=x",
        f"{SESSION}?month=0001-01",
        f"{SESSION}?month=9999-12",
        f"{SESSION}9999-12-31/",
        f"{SESSION}0001-01-01/",
        "?zoom=7",
        "versions/2/",
        "versions/1/changes/",
    ],
)
def test_what_the_plan_does_not_have_does_not_exist(ask, path):
    assert ask(path).status_code == 404


@pytest.mark.parametrize("pk", [9223372036854775808, 10**30])
@pytest.mark.parametrize("path", ["", "edit/", "print/", "versions/1/", f"{SESSION}"])
def test_a_number_no_database_can_hold_does_not_exist(signed_in, coordinator, pk, path):
    assert signed_in(coordinator).get(f"/plans/{pk}/{path}").status_code == 404


@pytest.mark.parametrize("zoom", ["6", "12", "24", "all"])
def test_the_timeline_zooms(ask, zoom):
    response = ask(zoom=zoom)

    assert [key for _, key, current in response.context["page"].zooms if current] == [f"?zoom={zoom}"]


def test_an_older_version_stays_to_be_read_and_says_so(ask, version, coordinator):
    another(version, coordinator, found_for(*BOTH, preference="fewest_visits"), reason="Lives far away")

    old, new = ask("versions/1/"), ask()

    assert "This version was superseded." in old.text
    assert "/edit/" not in old.text
    assert "Lives far away" in new.text


def test_what_changed_names_every_session_that_moved(ask, version, coordinator):
    fewest = found_for(*BOTH, preference="fewest_visits")
    another(version, coordinator, fewest)

    response = ask("versions/2/changes/")

    names = names_of(("mesobotox.neck", "botox.upper_face"), load_library())
    expected = changes_between(found_for(*BOTH), fewest, names)
    assert response.context["changes"] == expected
    assert Change("Dates weighed", "Balanced", "Fewest visits") in expected.wishes


def test_changes_tell_moved_added_and_dropped_sessions_apart():
    library = load_library()
    names = names_of(library.protocols, library)

    dropped = changes_between(found_for(*BOTH), found_for(NECK), names)
    added = changes_between(found_for(NECK), found_for(*BOTH), names)

    assert {
        change.now for change in dropped.sessions if "Upper" in change.what or "upper" in change.what
    } == {""}
    assert {change.was for change in added.sessions if "upper" in change.what} == {""}
    assert dropped.kept == added.kept


def test_paper_holds_every_visit_and_that_nothing_is_guaranteed(ask, version):
    response = ask("print/")

    text = response.text
    for visit in found_for(*BOTH).solution.visits:
        assert f"{visit.date:%a} {visit.date.day} {visit.date:%b %Y}" in text
    assert "guarantee" in text
    assert "<nav" not in text.split('<article class="paper">')[1]


def test_a_plan_keeps_its_words_when_the_catalogue_changes(ask, version):
    from treatments.models import TreatmentType

    TreatmentType.objects.filter(key="mesobotox").update(name="Renamed since")

    assert "Renamed since" not in ask().text


def test_dates_are_the_locations_own(signed_in, coordinator, version):
    late_evening = datetime.datetime(2027, 1, 5, 3, 30, tzinfo=datetime.UTC)  # still the 4th in New York

    with time_machine.travel(late_evening, tick=False):
        response = signed_in(coordinator).get(f"/plans/{version.plan_id}/")

    assert response.context["page"].today == datetime.date(2027, 1, 4)


def test_proposed_on_is_the_locations_own_day(signed_in, coordinator, patient):
    late = datetime.datetime(2027, 1, 5, 3, tzinfo=datetime.UTC)  # the evening of the 4th in New York
    version = make_plan(patient, coordinator, now=late)

    response = signed_in(coordinator).get(f"/plans/{version.plan_id}/")

    assert "on Mon 4 Jan 2027" in response.text


def test_what_was_discussed_is_named_in_words_on_page_and_paper(signed_in, coordinator, patient):
    agreed = {"topic": "mesobotox.perioral", "outcome": "declined", "by": "provider"}
    found = recommend(read_intake(raw(NECK, ("pores", "perioral"), discussed=[agreed])))
    version = make_plan(patient, coordinator, found)
    browser = signed_in(coordinator)

    page, paper = (browser.get(f"/plans/{version.plan_id}/{path}").text for path in ("", "print/"))

    assert "MesoBotox, around the mouth" in page
    assert "mesobotox.perioral" not in page + paper
    assert "Still to discuss" not in paper
