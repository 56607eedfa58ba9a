"""The JSON interface: moving a visit, the free times of a day, booking a whole series."""

import datetime
import json
import uuid

import pytest
import time_machine
from django.test import Client

from clinic.actions.hours import add_absence
from clinic.models import Absence
from scheduling.actions.undoing import undo
from scheduling.models import Booking, Change
from tests.scheduling.asking import FACE_KEY, NECK_KEY
from tests.scheduling.builders import NECK, NOON, UPPER_FACE, found_for, make_plan
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work

pytestmark = pytest.mark.django_db
KEY = "6ce2a2e0-1f1b-4d5c-9a53-6d9f2b1c0a01"
TO = {"date": "2027-04-06", "time": "11:05", "key": KEY}
JSON = "application/json"


@pytest.fixture(autouse=True)
def now():
    """Monday 4 January 2027, noon in New York."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def version(location, coordinator, provider, make_patient):
    """Alice's approved plan of the neck and the upper face."""
    open_practice(location)
    work(provider, location)
    return approved_plan(make_patient(), coordinator, provider, found_for(NECK, UPPER_FACE))


@pytest.fixture
def visit(version, coordinator) -> Booking:
    """Alice's second visit, on Monday 5 April at nine."""
    book_all(version, coordinator)
    return booked(version)[1]


@pytest.fixture
def post(signed_in, coordinator):
    """Send JSON to an address as Nora unless told."""

    def send(path: str, body, by=coordinator, content_type=JSON):
        content = body if isinstance(body, bytes) else json.dumps(body)
        return signed_in(by).post(path, content, content_type=content_type)

    return send


@pytest.fixture
def move(post, visit):
    """Move Alice's second visit."""
    return lambda by=None, **fields: post(
        f"/api/visits/{visit.pk}/move", TO | fields, **({"by": by} if by else {})
    )


def test_a_move_answers_with_the_visit_where_it_is_now(move, visit):
    response = move()

    answer = response.json()["visit"]
    assert response.status_code == 200
    assert (answer["date"], answer["time"], answer["ends"], answer["at"]) == (
        "2027-04-06",
        "11:05",
        "12:35",
        "2027-04-06T11:05:00-04:00",
    )
    assert answer["sessions"][0] == {
        "series": NECK_KEY,
        "ordinal": 2,
        "name": "MesoBotox, neck",
    }
    visit.refresh_from_db()
    assert (visit.date, visit.minute) == (datetime.date(2027, 4, 6), 665)


def test_the_same_key_moves_once_and_answers_the_same(move, visit):
    first = move()

    again = move()

    assert again.json() == first.json()
    assert Change.objects.filter(action="visit.moved").count() == 1


def test_a_move_to_another_provider_and_room_holds_them(move, visit, make_user, location):
    other = work(make_user("Samir", "provider", location), location)
    room = location.rooms.get(name="Room 2")

    answer = move(provider=other.pk, room=room.pk).json()["visit"]

    assert (answer["provider"]["name"], answer["room"]["name"]) == ("Samir", "Room 2")


def test_a_move_keeps_its_room_and_takes_another_where_it_is_taken(
    move, visit, coordinator, provider, make_patient
):
    bea = approved_plan(make_patient("Bea", "Ball"), coordinator, provider, found_for(NECK))
    book_all(bea, coordinator)
    taken = booked(bea)[1]
    Booking.objects.filter(pk=taken.pk).update(date=datetime.date(2027, 4, 5))

    answer = move(date="2027-04-05", time="10:30").json()["visit"]

    assert (taken.starts, taken.room.name, answer["room"]["name"]) == ("10:00", "Room 2", "Room 1")


def test_a_refused_move_changes_nothing_and_names_everything(move, visit):
    response = move(date="2027-04-10", time="10:00")

    answer = response.json()
    assert response.status_code == 409
    assert answer["against"][0] == {
        "kind": "place",
        "rule": "",
        "text": "Sat 10 Apr 2027, 10:00: not open then; it is not open on Saturdays.",
        "date": "2027-04-10",
    }
    assert len(answer["nearest"]) == 3
    visit.refresh_from_db()
    assert visit.date == datetime.date(2027, 4, 5)


def test_every_nearest_time_that_is_offered_can_be_had(move, visit):
    nearest = move(time="08:00").json()["nearest"]

    for number, one in enumerate(nearest):
        to = {"date": one["date"], "time": one["time"], "provider": one["provider"]["id"]}
        response = move(**to, room=one["room"]["id"], key=str(uuid.UUID(int=number)))
        assert response.status_code == 200
    assert len(nearest) == 3


def test_a_time_at_which_the_provider_is_booked_says_who(move, visit, coordinator, provider, make_patient):
    bea = approved_plan(make_patient("Bea", "Ball"), coordinator, provider, found_for(NECK))
    book_all(bea, coordinator)

    answer = move(date="2027-04-05", time="10:05").json()

    assert [one["text"] for one in answer["against"]] == [
        "Mon 5 Apr 2027, 10:05: Dr. June Ellis is booked already."
    ]


def test_a_rule_names_itself_and_a_provider_may_override_it(move, visit, provider):
    refused = move(provider, date="2027-05-20")
    done = move(provider, date="2027-05-20", override_reason="She travels until then")

    assert refused.status_code == 409
    assert {one["kind"] for one in refused.json()["against"]} == {"rule"}
    assert refused.json()["against"][0]["rule"] != ""
    assert done.status_code == 200


def test_a_coordinator_may_not_override(move, visit):
    response = move(date="2027-05-20", override_reason="Please")

    assert response.status_code == 403
    assert response.json() == {"error": "Only a provider may override a rule."}


@pytest.mark.parametrize(
    ("day", "time", "text"),
    [
        ("2027-03-14", "02:30", "02:30 does not exist on 2027-03-14: the clocks go forward."),
        ("2027-11-07", "01:30", "01:30 comes twice on 2027-11-07: say the first or the second."),
    ],
)
def test_wall_times_that_are_missing_or_ambiguous_are_refused_clearly(move, day, time, text):
    response = move(date=day, time=time)

    assert response.status_code == 422
    assert response.json() == {"errors": {"time": text}}


def test_fold_says_which_of_two_times_is_meant(move):
    response = move(date="2027-11-07", time="01:30", fold=1)

    assert response.status_code == 409


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"date": "2027-02-30"}, {"date"}),
        ({"date": 5, "time": "25:00"}, {"date", "time"}),
        ({"time": "11:02"}, {"time"}),
        ({"time": "١١:٠٥"}, {"time"}),
        ({"fold": True}, {"fold"}),
        ({"provider": "1"}, {"provider"}),
        ({"provider": 10**30}, {"provider"}),
        ({"room": -1}, {"room"}),
        ({"key": "again"}, {"key"}),
        ({"override_reason": "bell\u0007"}, {"override_reason"}),
        ({"override_reason": "x" * 301}, {"override_reason"}),
        ({"override_reason": {"a": [1]}}, {"override_reason"}),
        ({"colour": "red"}, {"'colour'"}),
    ],
)
def test_a_malformed_field_is_named(move, visit, change, fields):
    response = move(**change)

    assert response.status_code == 422
    assert set(response.json()["errors"]) == fields


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"[]", JSON, 422),
        (b"{", JSON, 422),
        (b'{"key": 1, "key": 2}', JSON, 422),
        (b'{"time": NaN}', JSON, 422),
        (b"\xff\xfe", JSON, 422),
        (b'{"key": ' + b"[" * 4000 + b"]" * 4000 + b"}", JSON, 422),
        (b'{"key": "' + b"x" * 10_000 + b'"}', JSON, 413),
        (b"date=2027-04-06", "application/x-www-form-urlencoded", 415),
    ],
)
def test_a_body_that_is_no_small_json_object_is_refused(post, visit, content, content_type, status):
    response = post(f"/api/visits/{visit.pk}/move", content, content_type=content_type)

    assert response.status_code == status
    assert set(response.json()["errors"]) == {"body"}


def test_every_missing_field_is_named_at_once(post, visit):
    response = post(f"/api/visits/{visit.pk}/move", {})

    assert response.json() == {"errors": {"date": "is missing", "time": "is missing", "key": "is missing"}}


def test_another_locations_visit_does_not_exist(post, visit, other_coordinator):
    response = post(f"/api/visits/{visit.pk}/move", TO, by=other_coordinator)

    assert (response.status_code, "Ames" in response.text) == (404, False)
    visit.refresh_from_db()
    assert visit.date == datetime.date(2027, 4, 5)


def test_a_manager_may_not_move(post, visit, manager):
    assert post(f"/api/visits/{visit.pk}/move", TO, by=manager).status_code == 403


def test_a_request_without_the_pages_token_is_refused(client, coordinator, visit):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(coordinator)

    response = strict.post(f"/api/visits/{visit.pk}/move", json.dumps(TO), content_type=JSON)

    assert response.status_code == 403
    visit.refresh_from_db()
    assert visit.date == datetime.date(2027, 4, 5)


@pytest.fixture
def times(signed_in, coordinator, version):
    """Ask for the free times of a day for a visit of Alice's neck."""

    def ask(day="2027-04-06", by=coordinator, **query):
        query = {"plan": version.plan_id, "series": NECK_KEY} | query
        return signed_in(by).get(f"/api/days/{day}/times", query)

    return ask


def test_the_times_of_a_day_are_those_of_its_grid_with_whom_and_where(times, location):
    answer = times("2027-01-05").json()

    assert [one["time"] for one in answer["times"]][:3] == ["09:00", "09:15", "09:30"]
    assert answer["times"][-1]["ends"] == "16:55"
    assert answer["times"][0]["room"]["name"] == "Room 1"
    assert answer["sessions"] == [{"series": NECK_KEY, "ordinal": 1, "name": "MesoBotox, neck"}]
    assert (answer["against"], answer["blockers"]) == ([], [])


def test_a_day_that_a_rule_forbids_says_so_beside_its_times(times):
    answer = times("2027-06-01", series=[NECK_KEY, FACE_KEY]).json()

    assert answer["times"] != []
    assert {one["kind"] for one in answer["against"]} == {"rule"}


def test_a_day_without_a_time_names_what_stands_in_its_way(times, provider, coordinator):
    day = datetime.date(2027, 4, 6)
    add_absence(by=coordinator, provider=provider.provider, first=day, last=day, reason="Congress")

    answer = times().json()

    assert answer["times"] == []
    assert answer["blockers"] == [
        {"kind": "provider", "text": "Dr. June Ellis is away (Congress)", "rule": ""}
    ]


@pytest.mark.parametrize("day", ["2026-12-31", "2035-01-01"])
def test_a_day_outside_the_plan_has_no_times(times, day):
    answer = times(day).json()

    assert answer["times"] == []
    assert len(answer["blockers"]) == 1


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"plan": "x"}, "plan"),
        ({"plan": ""}, "plan"),
        ({"series": []}, "series"),
        ({"series": ["nose.job"]}, "series"),
        ({"series": [NECK_KEY, NECK_KEY]}, "series"),
    ],
)
def test_a_question_that_names_no_series_is_malformed(times, query, field):
    response = times(**query)

    assert (response.status_code, set(response.json()["errors"])) == (422, {field})


def test_the_times_of_another_locations_plan_do_not_exist(times, other_coordinator):
    assert times(by=other_coordinator).status_code == 404


def test_a_series_is_booked_whole_and_once(post, version):
    first = post(f"/api/plans/{version.plan_id}/book", {"key": KEY})
    again = post(f"/api/plans/{version.plan_id}/book", {"key": KEY})

    assert first.status_code == 200
    assert first.json() == again.json()
    assert len(first.json()["visits"]) == version.visits.count() == Booking.objects.count()


def test_a_booked_series_has_nothing_left_to_book(post, version, coordinator):
    book_all(version, coordinator)

    response = post(f"/api/plans/{version.plan_id}/book", {"key": KEY})

    text = "Nothing is left to book: every session of this plan is booked or done."
    assert (response.status_code, response.json()) == (
        409,
        {"against": [{"kind": "place", "rule": "", "text": text, "date": None}]},
    )


def test_a_series_without_a_time_for_every_visit_is_not_booked_and_names_each(
    post, version, provider, coordinator
):
    Absence.objects.create(
        provider=provider.provider,
        first=datetime.date(2027, 3, 1),
        last=datetime.date(2027, 6, 30),
        reason="Sabbatical",
    )

    response = post(f"/api/plans/{version.plan_id}/book", {"key": KEY})

    (*_, last) = unplaced = response.json()["unplaced"]
    assert response.status_code == 409
    assert [one["blockers"][0]["text"] for one in unplaced][:1] == ["Dr. June Ellis is away (Sabbatical)"]
    assert set(last) == {"sessions", "wanted", "blockers", "nearest"}
    assert Booking.objects.count() == 0


def test_a_plan_nobody_approved_is_not_booked(post, coordinator, location, make_patient):
    waiting = make_plan(make_patient("Bea", "Ball"), coordinator)

    response = post(f"/api/plans/{waiting.plan_id}/book", {"key": KEY})

    assert response.status_code == 409
    assert response.json()["against"][0]["text"] == "A provider has to approve this plan before it is booked."


def test_a_key_of_another_plan_is_refused_in_words(post, version, coordinator, provider, make_patient):
    other = approved_plan(make_patient("Bob", "Burns"), coordinator, provider)
    post(f"/api/plans/{version.plan_id}/book", {"key": KEY})

    response = post(f"/api/plans/{other.plan_id}/book", {"key": KEY})

    assert response.status_code == 409
    assert response.json()["against"][0]["text"].startswith("This form was sent for something else already.")
    assert Booking.objects.filter(plan=other.plan).count() == 0


def test_a_key_moves_one_visit_only(post, move, visit, version):
    move()
    third = booked(version)[2]

    response = post(f"/api/visits/{third.pk}/move", TO | {"date": third.date.isoformat()})

    assert (response.status_code, Booking.objects.get(pk=third.pk).unit) == (409, third.unit)


def test_a_key_sent_again_for_another_time_is_refused(move, visit):
    move()

    response = move(time="14:00")

    assert (response.status_code, Booking.objects.get(pk=visit.pk).minute) == (409, 11 * 60 + 5)


def test_a_key_of_a_move_that_was_undone_is_refused(move, visit, coordinator):
    change = Change.objects.get(pk=move().json()["change"])
    undo(by=coordinator, change=change, now=NOON)

    response = move()

    assert response.status_code == 409
    assert "what it did was undone" in response.json()["against"][0]["text"]


def test_an_override_that_nobody_can_read_is_none(move, visit, provider):
    response = move(by=provider, date="2027-01-06", override_reason="\u200b")

    assert (response.status_code, Booking.objects.get(pk=visit.pk).date) == (409, visit.date)


ADDRESSES = [
    ("post", "/api/visits/1/move", 401),
    ("get", "/api/days/2027-04-06/times", 401),
    ("post", "/api/plans/1/book", 401),
    ("get", "/api/nothing", 404),
    ("get", "/api/days/2027-02-30/times", 404),
]


@pytest.mark.parametrize(("method", "path", "status"), ADDRESSES)
def test_whoever_is_not_signed_in_is_answered_in_json(client, version, method, path, status):
    response = getattr(client, method)(path)

    assert (response.status_code, response["Content-Type"]) == (status, JSON)
    assert set(response.json()) == {"error"}
    assert (status == 401) == (response.get("WWW-Authenticate") == "Session")


@pytest.mark.parametrize(
    ("method", "path", "status", "text"),
    [
        ("get", "/api/visits/1/move", 405, "This address is asked in another way: POST."),
        ("post", "/api/days/2027-04-06/times", 405, "This address is asked in another way: GET, HEAD."),
        ("get", "/api/nothing", 404, "There is no such address."),
        ("get", "/api/days/2027-04-06/times?plan=7%00", 400, "The address or the query holds what nobody"),
    ],
)
def test_what_is_no_question_of_the_interface_is_answered_in_json(
    signed_in, coordinator, version, method, path, status, text
):
    response = getattr(signed_in(coordinator), method)(path)

    assert (response.status_code, response["Content-Type"]) == (status, JSON)
    assert response.json()["error"].startswith(text)


def test_a_token_that_is_missing_is_said_in_json(coordinator, visit):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(coordinator)

    response = strict.post(f"/api/visits/{visit.pk}/move", json.dumps(TO), content_type=JSON)

    assert response.status_code == 403
    assert response.json() == {"error": "Send the page's token as the header x-csrftoken."}


def test_pages_are_no_json(client, version):
    response = client.get("/patients/")

    assert response["Location"] == "/accounts/login/?next=/patients/"


def test_what_is_about_no_visit_has_no_date(post, version, coordinator, provider, make_patient):
    other = approved_plan(make_patient("Bob", "Burns"), coordinator, provider)
    post(f"/api/plans/{version.plan_id}/book", {"key": KEY})

    against = post(f"/api/plans/{other.plan_id}/book", {"key": KEY}).json()["against"]

    assert [one["date"] for one in against] == [None]


def test_a_visit_that_is_not_moved_at_all_is_offered_no_other_time(move, visit):
    Booking.objects.filter(pk=visit.pk).update(status=Booking.Status.ARRIVED)

    answer = move().json()

    assert set(answer) == {"against"}
    assert answer["against"][0]["text"].startswith("The patient is here for the visit on Mon 5 Apr 2027.")
