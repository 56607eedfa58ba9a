"""The composer: what is entered becomes an intake, what is wrong is said, and nothing half is saved."""

import datetime

import pytest
import time_machine

from clinic.models import AuditEntry, Closure
from scheduling.actions import visits
from scheduling.actions.given import record_elsewhere
from scheduling.intake.parse import read_intake
from scheduling.intake.recommend import recommend
from scheduling.models import Given, Plan, PlanVersion
from tests.scheduling.builders import NECK, NOON, another, catalogue, found_for, make_plan
from tests.scheduling.intake.intakes import raw
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work

ROWS = {
    f"{name}-{part}": count
    for name in ("events", "away", "history")
    for part, count in (("TOTAL_FORMS", "1"), ("INITIAL_FORMS", "0"))
}
GIVEN = ROWS | {
    "start": "2027-01-05",
    "horizon_months": "12",
    "weekdays": ["1", "2", "3", "4", "5"],
    "preference": "balanced",
    "rounds": "",
    "concern": ["neck.texture"],
    "severity.neck.texture": "mild",
}
HTMX = {"hx-request": "true"}


@pytest.fixture(autouse=True)
def library(db):
    """A small catalogue on Monday 4 January 2027, noon in New York."""
    catalogue()
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def compose(signed_in, coordinator, patient):
    """Post the composer's form for Alice as Nora: `compose(action="propose", start="…")`."""

    def post(user=coordinator, headers=None, **changes):
        data = {name: value for name, value in (GIVEN | changes).items() if value is not None}
        return signed_in(user).post(f"/patients/{patient.pk}/plan/", data, headers=headers)

    return post


def saved() -> tuple[int, int]:
    """Count what a refusal must leave alone."""
    return Plan.objects.count(), AuditEntry.objects.count()


def test_proposing_saves_what_was_entered(compose, patient, coordinator):
    response = compose(
        action="propose",
        **{
            "concern": ["neck.texture", "upper_face.dynamic_wrinkles"],
            "severity.upper_face.dynamic_wrinkles": "severe",
            "events-0-name": "Wedding",
            "events-0-date": "2027-06-12",
            "away-0-first": "2027-03-01",
            "away-0-last": "2027-03-14",
            "history-0-what": "botox.upper_face",
            "history-0-date": "2026-10-20",
        },
    )

    version = PlanVersion.objects.get()
    intake = version.content["intake"]
    assert response["Location"] == f"/plans/{version.plan_id}/"
    assert intake["concerns"] == [
        {"concern": "dynamic_wrinkles", "area": "upper_face", "severity": "severe"},
        {"concern": "texture", "area": "neck", "severity": "mild"},
    ]
    assert intake["events"] == [{"name": "Wedding", "date": "2027-06-12"}]
    assert intake["away"] == [{"from": "2027-03-01", "to": "2027-03-14"}]
    assert intake["history"] == [{"treatment": "botox", "area": "upper_face", "date": "2026-10-20"}]
    assert (intake["age"], intake["preference"]) == (41, "balanced")


def test_a_finding_that_stops_a_treatment_is_named_with_its_rule(compose):
    response = compose(action="propose", findings=["pregnancy"])

    declined = response.context["preview"].advice.declined
    assert [(line.what, line.rule) for line in declined] == [("Texture, neck", "F7a")]
    assert (response.status_code, saved()) == (409, (0, 0))


def test_a_preview_saves_nothing_and_shows_every_visit(compose):
    response = compose(headers=HTMX)

    preview = response.context["preview"]
    assert (response.status_code, saved()) == (200, (0, 0))
    assert "<html" not in response.text
    assert [visit.date for visit in preview.visits] == [
        visit.date for visit in preview_solution(response).visits
    ]
    assert "Proven best" in response.text


def preview_solution(response):
    """The solution behind a preview, solved again from what was entered."""
    composer = response.context["composer"]
    return recommend(composer.intake, composer.library).solution


def test_without_script_the_whole_page_comes_back_with_the_plan(compose):
    response = compose(action="preview")

    assert "<html" in response.text
    assert response.context["preview"].summary.visits > 0
    assert [option.summary is not None for option in response.context["preview"].options.preferences] == [
        True
    ] * 3


def test_the_options_stand_side_by_side(compose):
    response = compose(action="options", headers=HTMX)

    options = response.context["options"]
    visits = [option.summary.visits for option in options.preferences]
    assert [option.value for option in options.preferences] == [
        "closest_to_protocol",
        "balanced",
        "fewest_visits",
    ]
    assert visits == sorted(visits, reverse=True)
    assert [option.value for option in options.rounds] == ["", "1", "3", "5"]
    assert options.rounds[1].gives_up == "3 first sessions fewer than these findings usually get"


def test_a_closed_day_of_the_location_is_kept_free(compose, location):
    Closure.objects.create(
        location=location,
        first=datetime.date(2027, 1, 5),
        last=datetime.date(2027, 1, 8),
        reason="Moving house",
    )

    compose(action="propose")

    version = PlanVersion.objects.get()
    assert version.first_date == datetime.date(2027, 1, 11)
    assert version.recommendation.problem.closed[0].reason == "closed: Moving house"


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"start": "2027-01-03"}, "2027-01-03 lies in the past; the first possible start is 2027-01-04"),
        ({"start": "yesterday"}, "Start</a>: Enter a valid date."),
        ({"concern": []}, "Choose at least one concern on the map."),
        ({"concern": ["elbow.pores"]}, "elbow"),
        ({"concern": ["neck.smile_lines"]}, "is not treated on"),
        ({"severity.neck.texture": "awful"}, "&#x27;awful&#x27; is not one of: mild, moderate, severe"),
        ({"weekdays": []}, "Choose at least one weekday."),
        ({"horizon_months": "600"}, "Select a valid choice. 600 is not one of the available choices."),
        (
            {"events-0-name": "W" * 10_000, "events-0-date": "2027-06-12"},
            "Ensure this value has at most 100 characters (it has 10000).",
        ),
        ({"events-0-name": "Wedding"}, "Events 1, On</a>: This field is required."),
        ({"events-0-name": "Wedding", "events-0-date": "2026-06-12"}, "lies before the start"),
        ({"away-0-first": "2027-03-14", "away-0-last": "2027-03-01"}, "The last day lies before the first"),
        ({"history-0-what": "botox.upper_face", "history-0-date": "2027-02-01"}, "lies after the start"),
        ({"findings": ["bad_mood"]}, "bad_mood is not one of the available choices"),
        ({"stretch_series": "botox.upper_face"}, "is no series of these concerns"),
        ({"events-TOTAL_FORMS": None}, "ManagementForm data is missing"),
    ],
)
def test_what_cannot_be_planned_is_said_and_saves_nothing(compose, changes, words):
    response = compose(action="propose", **changes)

    assert response.status_code == 422
    assert words in response.text
    assert saved() == (0, 0)


def test_fifty_concerns_are_too_many(compose):
    response = compose(action="propose", concern=[f"neck.{number}" for number in range(50)])

    assert (response.status_code, saved()) == (422, (0, 0))
    assert "$.concerns" in response.text


def test_a_nul_in_a_name_is_refused_before_anything_else(compose):
    response = compose(action="propose", **{"events-0-name": "Wed\x00ding", "events-0-date": "2027-06-12"})

    assert (response.status_code, saved()) == (400, (0, 0))


def test_what_was_typed_stays_after_a_refusal(compose):
    response = compose(
        action="propose", start="2020-01-01", **{"events-0-name": "D'Arc <b>", "events-0-date": "2027-06-12"}
    )

    assert 'value="D&#x27;Arc &lt;b&gt;"' in response.text
    assert 'value="neck.texture" checked' in response.text


def test_a_wish_that_cannot_be_planned_explains_itself(compose):
    response = compose(action="propose", concern=["jawline.lift"])

    assert response.status_code == 409
    assert "Nothing here can be planned by itself" in response.text
    assert "R49" in response.text
    assert saved() == (0, 0)


def test_no_dates_at_all_name_what_stands_in_the_way(compose):
    response = compose(
        action="preview", **{"away-0-first": "2027-01-05", "away-0-last": "2029-12-31"}, headers=HTMX
    )

    assert "No dates satisfy all of this" in response.text
    assert response.context["preview"].summary is None
    assert len(response.context["preview"].conflict) >= 1


def test_only_a_provider_records_what_was_discussed(compose, coordinator, provider):
    wish = {"concern": ["perioral.pores"], "discussed.mesobotox.perioral": "agreed"}

    by_coordinator = compose(coordinator, **wish).context["composer"].intake.discussed
    by_provider = compose(provider, **wish).context["composer"].intake.discussed

    assert by_coordinator == ()
    assert [(one.topic, one.outcome, one.by) for one in by_provider] == [
        ("mesobotox.perioral", "agreed", "provider")
    ]


def test_extra_fields_change_nothing(compose, patient):
    compose(action="propose", status="superseded", number="9", patient="999", proven="")

    version = PlanVersion.objects.get()
    assert (version.status, version.number, version.plan.patient) == ("proposed", 1, patient)


def test_changing_a_plan_starts_from_what_was_asked_for(signed_in, coordinator, patient):
    version = make_plan(patient, coordinator)

    response = signed_in(coordinator).get(f"/plans/{version.plan_id}/edit/")

    composer = response.context["composer"]
    assert composer.chosen == {("neck", "texture"): "moderate"}
    assert response.context["preview"].summary.visits == len(found_for().solution.visits)


def test_a_change_is_a_new_version_with_its_reason(signed_in, coordinator, patient):
    version = make_plan(patient, coordinator)
    changed = GIVEN | {"action": "propose", "seen": "1", "reason": "Skin is better", "start": "2027-01-04"}

    response = signed_in(coordinator).post(f"/plans/{version.plan_id}/edit/", changed)

    assert response["Location"] == f"/plans/{version.plan_id}/"
    current = PlanVersion.objects.current().get()
    assert (current.number, current.reason) == (2, "Skin is better")


def test_a_change_against_an_old_version_is_refused_with_what_was_entered(signed_in, coordinator, patient):
    version = make_plan(patient, coordinator)
    another(version, coordinator, found_for(preference="fewest_visits"))

    response = signed_in(coordinator).post(
        f"/plans/{version.plan_id}/edit/", GIVEN | {"action": "propose", "seen": "1", "start": "2027-01-04"}
    )

    assert response.status_code == 409
    assert "Version 2 was proposed meanwhile" in response.text
    assert PlanVersion.objects.count() == 2


def edited(browser, version, **changes):
    """Post the form of a change as it opens, with some fields changed."""
    composer = browser.get(f"/plans/{version.plan_id}/edit/").context["composer"]
    data = {"seen": str(version.number), "preference": composer.preference, "rounds": composer.rounds}
    for form in (composer.wish, *composer.events, *composer.away, *composer.history):
        data |= {field.html_name: field.value() for field in form if field.value() not in (None, "", False)}
    for rows in (composer.events, composer.away, composer.history):
        data |= {field.html_name: field.value() for field in rows.management_form}
    data |= {
        "concern": [f"{area}.{concern}" for area, concern in composer.chosen],
        **{f"severity.{area}.{concern}": how for (area, concern), how in composer.chosen.items()},
    }
    data = {name: value for name, value in (data | changes).items() if value is not None}
    return browser.post(f"/plans/{version.plan_id}/edit/", data)


@pytest.fixture
def begun(location, coordinator, provider, patient):
    """Alice's plan, booked whole, with its days of practice."""
    open_practice(location)
    work(provider, location)
    version = approved_plan(patient, coordinator, provider)
    book_all(version, coordinator)
    return version


def came_to(version, coordinator, count):
    """Complete the first visits of a plan."""
    for booking in booked(version)[:count]:
        keys = [one.key for one in booking.sessions.all()]
        visits.complete(by=coordinator, booking=booking, treated=keys, now=booking.at)


def history(version):
    """The earlier treatments that a version was made with, as dates and whether they count."""
    rows = version.content["intake"]["history"]
    return [(one["date"], one.get("counts", True)) for one in rows]


def changed_on(day, signed_in, coordinator, version, **changes):
    """Propose a change of a plan at noon of a day."""
    noon = datetime.datetime.combine(day, datetime.time(17), datetime.UTC)
    with time_machine.travel(noon, tick=False):
        response = edited(signed_in(coordinator), version, action="propose", **changes)
    assert response.status_code == 302
    return PlanVersion.objects.current().with_details().get(plan=version.plan_id)


def test_a_plan_that_has_begun_goes_on_from_what_was_given(signed_in, coordinator, begun):
    days = [one.date for one in booked(begun)]
    came_to(begun, coordinator, 2)
    today = days[1] + datetime.timedelta(days=3)

    changed = changed_on(
        today, signed_in, coordinator, begun, concern=["neck.texture", "cheeks.pores"], rounds=""
    )

    assert changed.recommendation.problem.start == today
    assert history(changed) == [(day.isoformat(), True) for day in days[:2]]
    assert changed.series.get(key="mesobotox.neck").done == 2


def test_a_session_that_was_planned_and_not_given_does_not_count(signed_in, coordinator, begun):
    first, second, *_ = booked(begun)
    came_to(begun, coordinator, 1)
    visits.miss(by=coordinator, booking=second, now=second.at)

    changed = changed_on(
        second.date + datetime.timedelta(days=3), signed_in, coordinator, begun, preference="fewest_visits"
    )

    assert history(changed) == [(first.date.isoformat(), True)]
    assert changed.series.get().done == 1


def test_a_visit_of_which_nobody_said_anything_counts_as_given(signed_in, coordinator, begun):
    first, *_ = booked(begun)

    changed = changed_on(
        first.date + datetime.timedelta(days=3), signed_in, coordinator, begun, preference="fewest_visits"
    )

    assert history(changed) == [(first.date.isoformat(), True)]


def test_what_does_not_count_stays_uncounted_when_the_plan_is_changed(signed_in, coordinator, begun):
    first, *_ = booked(begun)
    came_to(begun, coordinator, 1)
    day = first.date + datetime.timedelta(days=30)
    record_elsewhere(
        by=coordinator,
        patient=begun.plan.patient,
        plan=begun.plan,
        name=first.sessions.all()[0].name,
        date=day,
        now=first.at + datetime.timedelta(days=31),
    )

    changed = changed_on(
        day + datetime.timedelta(days=4), signed_in, coordinator, begun, preference="fewest_visits"
    )

    assert history(changed) == [(first.date.isoformat(), True), (day.isoformat(), False)]
    assert changed.series.get().done == 1
    assert changed.first_date >= day + datetime.timedelta(days=90)


def test_a_withdrawn_treatment_leaves_the_history_of_the_next_version(signed_in, coordinator, begun):
    first, *_ = booked(begun)
    came_to(begun, coordinator, 1)
    today = first.date + datetime.timedelta(days=3)
    second = changed_on(today, signed_in, coordinator, begun, preference="fewest_visits")
    visits.withdraw(by=coordinator, given=Given.objects.get(), now=first.at)
    visits.miss(by=coordinator, booking=first, now=first.at + datetime.timedelta(hours=1))

    third = changed_on(today, signed_in, coordinator, second, preference="closest_to_protocol")

    assert (history(second), history(third)) == ([(first.date.isoformat(), True)], [])


def test_rounds_that_were_given_are_not_planned_again(signed_in, coordinator, provider, patient, location):
    open_practice(location)
    work(provider, location)
    three = recommend(read_intake(raw(NECK, rounds={"mesobotox.neck": 3})))
    version = approved_plan(patient, coordinator, provider, three)
    book_all(version, coordinator)
    first, *_ = booked(version)
    came_to(version, coordinator, 1)

    changed = changed_on(
        first.date + datetime.timedelta(days=3), signed_in, coordinator, version, preference="fewest_visits"
    )

    assert changed.content["intake"]["rounds"] == {"mesobotox.neck": 2}


def test_a_second_plan_knows_what_was_given_by_the_first(signed_in, coordinator, begun):
    first, *_ = booked(begun)
    came_to(begun, coordinator, 1)

    with time_machine.travel(first.at + datetime.timedelta(days=3), tick=False):
        composer = signed_in(coordinator).get(f"/patients/{begun.plan.patient_id}/plan/").context["composer"]

    assert composer.history.initial == [{"what": "mesobotox.neck", "date": first.date}]


def test_changing_nothing_is_no_new_version(signed_in, coordinator, make_patient):
    young = make_patient("Bea", "Blum", birth_date=datetime.date(1985, 3, 14))
    found = recommend(read_intake(raw(NECK, age=41)))
    version = make_plan(young, coordinator, found)

    response = edited(signed_in(coordinator), version, action="propose")

    assert (response.status_code, PlanVersion.objects.count()) == (409, 1)
    assert "Nothing was changed" in response.text


def test_an_event_that_was_entered_can_be_taken_out_again(signed_in, coordinator, patient):
    wedding = recommend(read_intake(raw(NECK, events=[{"name": "Wedding", "date": "2027-06-12"}])))
    version = make_plan(patient, coordinator, wedding)

    edited(signed_in(coordinator), version, action="propose", **{"events-0-name": "", "events-0-date": ""})

    assert PlanVersion.objects.current().get().content["intake"]["events"] == []


def test_rounds_that_no_choice_stands_for_are_kept(signed_in, coordinator, patient):
    two = recommend(read_intake(raw(NECK, rounds={"mesobotox.neck": 2})))
    version = make_plan(patient, coordinator, two)

    edited(signed_in(coordinator), version, action="propose", preference="fewest_visits")

    assert PlanVersion.objects.current().get().content["intake"]["rounds"] == {"mesobotox.neck": 2}


def test_what_a_provider_recorded_survives_a_refusal(compose, provider):
    wish = {"concern": ["perioral.pores"], "discussed.mesobotox.perioral": "agreed"}

    refused = compose(provider, start="2020-01-01", headers=HTMX, **wish)

    assert refused.status_code == 422
    assert 'type="hidden" form="composer" name="discussed.mesobotox.perioral" value="agreed"' in refused.text


def test_every_list_has_an_empty_row_without_script(compose):
    response = compose(action="preview", **{"events-0-name": "Wedding", "events-0-date": "2027-06-12"})

    assert 'name="events-1-name"' in response.text


def test_options_that_hold_no_plan_say_so(compose):
    response = compose(
        action="options", **{"away-0-first": "2027-01-05", "away-0-last": "2029-12-31"}, headers=HTMX
    )

    assert {option.gives_up for option in response.context["options"].preferences} == {"No dates fit"}


def test_options_of_what_cannot_be_read_are_not_answered(compose):
    assert compose(action="options", start="2020-01-01", headers=HTMX).status_code == 204


@pytest.mark.parametrize(
    "concerns", [["neck.texture"], ["neck.texture", "cheeks.pores", "cheeks.smile_lines"]]
)
def test_a_preview_asks_the_same_questions_however_much_is_wished(
    signed_in, coordinator, patient, django_assert_num_queries, concerns
):
    browser = signed_in(coordinator)

    with django_assert_num_queries(25):
        response = browser.post(f"/patients/{patient.pk}/plan/", GIVEN | {"concern": concerns}, headers=HTMX)

    assert response.context["preview"].summary.series == len({one.split(".")[1] for one in concerns})


def test_proposing_twice_from_one_form_is_one_plan(compose):
    once = {"action": "propose", "key": "7b0c7b3e-33a5-4b0e-8d6a-3f2f5c1d9e10"}

    first, second = compose(**once), compose(**once)

    assert first["Location"] == second["Location"]
    assert saved() == (1, 1)


def test_another_wish_from_the_same_form_is_another_plan(compose):
    once = {"action": "propose", "key": "7b0c7b3e-33a5-4b0e-8d6a-3f2f5c1d9e10"}

    compose(**once)
    compose(**once, preference="fewest_visits")

    assert Plan.objects.count() == 2


def test_a_row_that_is_only_begun_waits_in_the_preview_and_is_refused_when_proposed(compose):
    begun = {"events-0-name": "Wedding"}

    preview, proposed = compose(headers=HTMX, **begun), compose(action="propose", **begun)

    assert (preview.status_code, proposed.status_code) == (200, 422)
    assert preview.context["composer"].intake.events == ()


def test_a_start_too_far_ahead_is_refused_at_the_start(compose):
    response = compose(action="propose", start="2199-06-01")

    assert response.status_code == 422
    assert "Start within three years, by 4 January 2030. ($.start)" in response.text


def test_a_very_old_patient_can_be_planned_for(signed_in, coordinator, make_patient):
    old = make_patient("Ida", "Illig", birth_date=datetime.date(1900, 1, 1))

    response = signed_in(coordinator).post(f"/patients/{old.pk}/plan/", GIVEN | {"action": "propose"})

    assert response.status_code == 302


def test_what_is_planned_and_still_to_discuss_is_not_called_unplanned(compose):
    held = compose(headers=HTMX, concern=["neck.texture", "perioral.pores"])

    lines = {line.topic: line.held for line in held.context["preview"].advice.discuss}
    assert lines == {"mesobotox.perioral": True}
