"""An extra treatment before an event on the pages: asked for, booked for the day, or not possible."""

import datetime
import json

import pytest

from clinic.models import AuditEntry
from scheduling.actions import events, visits
from scheduling.booking_page.told_events import told_events
from scheduling.models import Booking, Message, PatientEvent, Question
from tests.scheduling.asking import DAY, asked, do
from tests.scheduling.builders import NOON, make_plan
from tests.scheduling.practice import booked
from tests.scheduling.wishing import (
    CHEEKS_KEY,
    LATE,
    NECK_KEY,
    booked_as_planned,
    signed_plan,
    tied,
    told,
    wished,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def signed(location, coordinator, provider, patient_user):
    """Maya's signed plan of the cheeks and the neck, with nothing booked."""
    return signed_plan(location, coordinator, provider, patient_user.patient)


@pytest.fixture
def version(signed, coordinator):
    """The same plan, booked as it was planned."""
    return booked_as_planned(signed, coordinator)


def test_the_page_asks_as_many_questions_for_one_series_as_for_two(
    version, maya, patient_user, django_assert_num_queries
):
    event = told(patient_user)

    with django_assert_num_queries(25):
        page = maya.get(f"/my/events/{event.pk}/")

    assert len(page.context["boosters"].chances) == 2


def test_a_patient_asks_and_takes_it_back(signed, maya, patient_user):
    event = told(patient_user)
    address = f"/my/events/{event.pk}/"

    asked_page = maya.post(f"{address}booster/", {"series": CHEEKS_KEY}, follow=True)
    event.refresh_from_db()

    assert (event.booster_key, event.booster_asked_at) == (CHEEKS_KEY, NOON)
    assert "Asked: the practice decides" in asked_page.text
    assert "Ask for it" not in asked_page.text
    back = maya.post(f"{address}booster/take-back/", follow=True)
    event.refresh_from_db()
    assert (event.booster_key, event.booster_asked_at) == ("", None)
    assert "Ask for it" in back.text
    assert list(AuditEntry.objects.filter(action__startswith="event.").values_list("action", flat=True)) == [
        "event.booster_asked",
        "event.booster_taken_back",
    ]


@pytest.mark.parametrize("key", ["", "botox.upper_face", "lift.face"])
def test_only_what_the_signed_plan_holds_can_be_asked_for(signed, maya, patient_user, key):
    event = told(patient_user)

    page = maya.post(f"/my/events/{event.pk}/booster/", {"series": key}, follow=True)

    assert [str(one) for one in page.context["messages"]] == ["Choose one of the treatments of your plan."]
    assert PatientEvent.objects.get().booster_key == ""


def test_without_a_signature_nothing_is_offered(coordinator, maya, patient_user):
    make_plan(patient_user.patient, coordinator)
    event = told(patient_user)

    page = maya.get(f"/my/events/{event.pk}/")

    assert page.context["boosters"].chances == ()
    assert "Once your doctor has signed a plan" in page.text


def test_staff_see_the_wish_with_its_days_and_book_it_for_the_event(version, maya, nora, patient_user):
    event = wished(patient_user)
    patient = patient_user.patient
    (shown,) = nora.get(f"/patients/{patient.pk}/").context["events"]

    page = nora.get(shown.book_url).context["times"]
    slot = next(day for day in page.days if day.offered).groups[0].slots[0]
    sent = {"key": page.key, "at": slot.at, **dict(page.sessions)}
    response = nora.post(f"/plans/{version.plan_id}/visits/new/", sent)

    event.refresh_from_db()
    visit = event.booster
    assert shown.words == "Recommended from Fri 30 Jun 2028 to Fri 18 Aug 2028."
    assert response.status_code == 302
    assert (visit.kind, visit.date) == ("booster", datetime.date(2028, 6, 30))
    assert page.notes[0].startswith("For Wedding on Fri 20 Oct 2028, asked for by the patient.")
    assert "Booked for Wedding on Fri 20 Oct 2028." in nora.get(f"/visits/{visit.pk}/").text
    assert "Extra treatment booked" in nora.get(f"/patients/{patient.pk}/").text
    assert "An extra treatment before" in maya.get(f"/my/visits/{visit.pk}/").text
    assert f"/my/visits/{visit.pk}/" in maya.get(f"/my/events/{event.pk}/").text


def test_a_booked_one_stands_in_the_strip_and_among_the_visits_as_what_it_is(
    version, coordinator, maya, nora, patient_user
):
    before = {one.name.key: one for one in maya.get("/my/plan/").context["page"].lanes}
    tied(version, coordinator, patient_user)

    lanes = {one.name.key: one for one in maya.get("/my/plan/").context["page"].lanes}
    counts = nora.get(f"/plans/{version.plan_id}/").context["stand"].counts

    said = "Extra visit, no round of the series: booked for Fri 30 Jun 2028"
    assert [one.words for one in lanes[CHEEKS_KEY].dots if one not in before[CHEEKS_KEY].dots] == [said]
    assert lanes[CHEEKS_KEY].dots[-1].words == said
    assert lanes[NECK_KEY] == before[NECK_KEY]
    assert [(number, state.word) for number, state in counts][-1] == (1, "extra Booked")


def test_an_extra_visit_before_the_next_round_is_said_to_be_next(version, provider, maya):
    first = booked(version)[0]
    keys = [one.key for one in first.sessions.all()]
    visits.complete(by=provider, booking=first, treated=keys, now=first.at + DAY / 8)
    booster = asked(version, [(CHEEKS_KEY, 0)], NOON.date() + 7 * DAY)
    do(version, provider, booster, override="She knows what it costs")

    lane = next(one for one in maya.get("/my/plan/").context["page"].lanes if one.name.key == CHEEKS_KEY)

    assert lane.words == "an extra visit on Mon 11 Jan 2027 is next"
    assert [one.words for one in lane.dots if one.look == "next"] == [
        "Extra visit, no round of the series: booked for Mon 11 Jan 2027"
    ]


def test_what_cannot_be_had_is_not_asked_for(version, maya, patient_user):
    event = told(patient_user, datetime.date(2027, 5, 15))

    page = maya.get(f"/my/events/{event.pk}/")

    assert "No day fits" in page.text
    assert "Ask for it" not in page.text


def test_a_cancelled_visit_leaves_the_wish_open_again(version, coordinator, patient_user, nora):
    event = tied(version, coordinator, patient_user)
    before = PatientEvent.objects.asking(NOON.date()).count()

    visits.cancel(by=coordinator, booking=event.booster, reason="Ill", now=NOON)

    (shown,) = nora.get(f"/patients/{patient_user.patient.pk}/").context["events"]
    assert (before, PatientEvent.objects.asking(NOON.date()).count()) == (0, 1)
    assert (shown.wish.word, shown.book_url != "") == ("Extra treatment asked for", True)


def test_a_booked_one_is_not_taken_back_by_the_patient(version, coordinator, maya, patient_user):
    event = tied(version, coordinator, patient_user)

    page = maya.post(f"/my/events/{event.pk}/booster/take-back/", follow=True)
    withdrawn = maya.post(f"/my/events/{event.pk}/withdraw/", follow=True)

    assert [str(one) for one in page.context["messages"]] == [
        "It is booked for Fri 30 Jun 2028. Ask the practice to cancel the visit."
    ]
    assert [str(one) for one in withdrawn.context["messages"]] == [
        "Taken back: Wedding. Your visit on Fri 30 Jun 2028 stays booked."
    ]
    assert Booking.objects.get(pk=event.booster_id).status == "booked"


def test_nothing_is_booked_for_a_wish_that_was_taken_back_meanwhile(signed, nora, coordinator, patient_user):
    event = wished(patient_user)
    (shown,) = nora.get(f"/patients/{patient_user.patient.pk}/").context["events"]
    page = nora.get(shown.book_url).context["times"]
    slot = next(day for day in page.days if day.offered).groups[0].slots[0]
    sent = {"key": page.key, "at": slot.at, **dict(page.sessions)}
    events.refuse_booster(by=coordinator, event=event, because="Travels", now=NOON)

    response = nora.post(f"/plans/{signed.plan_id}/visits/new/", sent)

    assert response.status_code == 409
    assert "Nothing was booked" in response.text
    assert Booking.objects.filter(sessions__ordinal=None).count() == 0


@pytest.mark.parametrize(
    ("session", "event"),
    [(f"{CHEEKS_KEY}:0", "neighbour"), (f"{NECK_KEY}:0", "own"), (f"{CHEEKS_KEY}:0", 99)],
)
def test_an_event_of_somebody_else_or_of_another_series_is_not_carried(
    signed, nora, patient_user, make_patient, session, event
):
    own = wished(patient_user)
    wish = {"booster_key": CHEEKS_KEY, "booster_asked_at": NOON}
    theirs = PatientEvent.objects.create(patient=make_patient("Ines"), name="Ball", date=LATE, **wish)
    pk = {"own": own.pk, "neighbour": theirs.pk}.get(event, event)

    response = nora.get(f"/plans/{signed.plan_id}/visits/new/", {"session": session, "event": pk})

    assert response.status_code == (404 if pk != own.pk or session != f"{CHEEKS_KEY}:0" else 200)


def test_a_day_after_the_event_is_refused_with_what_would_work(signed, nora, patient_user):
    event = wished(patient_user, datetime.date(2028, 6, 29))
    query = {"session": f"{CHEEKS_KEY}:0", "event": event.pk, "day": "2028-06-30"}
    page = nora.get(f"/plans/{signed.plan_id}/visits/new/", query).context["times"]
    slot = next(day for day in page.days if day.groups).groups[0].slots[0]

    sent = {"key": page.key, "at": slot.at, "session": f"{CHEEKS_KEY}:0", "event": event.pk}
    response = nora.post(f"/plans/{signed.plan_id}/visits/new/", sent)

    assert response.status_code == 409
    assert "choose a day before it" in response.text


def test_it_is_settled_as_not_possible_with_a_reason_the_patient_reads(signed, nora, maya, patient_user):
    event = wished(patient_user)
    address, patient = f"/events/{event.pk}/booster/refuse/", patient_user.patient

    empty = nora.post(address, {"reason": " "})
    done = nora.post(address, {"reason": "Your skin needs a rest."})
    again = nora.post(address, {"reason": "Twice"}, follow=True)

    question = Question.objects.get()
    assert (empty.status_code, done["Location"]) == (422, f"/patients/{patient.pk}/")
    assert "Say why: the patient reads it." in empty.text
    assert "settled or taken back meanwhile" in again.text
    assert question.text == (
        "An extra treatment before Wedding on Fri 20 Oct 2028: MesoBotox, cheeks to jawline"
    )
    page = maya.get(f"/my/events/{event.pk}/")
    assert (page.context["boosters"].wish.state.word, page.context["boosters"].wish.reason) == (
        "Not possible",
        "Your skin needs a rest.",
    )
    assert "Ask for it" in page.text
    assert "Your skin needs a rest." in maya.get("/my/ask/").text
    assert Message.objects.filter(patient=patient, key="question_answered").count() == 1


def test_the_board_lists_questions_and_wishes_the_oldest_first(signed, nora, patient_user):
    wished(patient_user)
    asked_at = NOON - DAY
    Question.objects.create(patient=patient_user.patient, text="May I swim?", asked_at=asked_at)

    board = nora.get("/today/")

    assert [(one.words, one.part) for one in board.context["board"].asked.first] == [
        ("Something else: May I swim?", "questions"),
        ("Extra treatment before Wedding, Fri 20 Oct 2028: MesoBotox, cheeks to jawline", "events"),
    ]
    assert f"/patients/{patient_user.patient.pk}/#events" in board.text


@pytest.mark.parametrize("rows", [1, 6])
def test_a_patients_page_with_wishes_asks_so_many_questions(
    version, nora, patient_user, django_assert_num_queries, rows
):
    for ahead in range(rows):
        wished(patient_user, LATE + ahead * DAY)

    with django_assert_num_queries(29):
        page = nora.get(f"/patients/{patient_user.patient.pk}/")

    assert len(page.context["events"]) == rows


def test_the_download_carries_the_wish(signed, maya, patient_user):
    wished(patient_user)

    (event,) = json.loads(b"".join(maya.get("/my/more/data/download/").streaming_content))["events"]

    assert (event["booster_key"], event["booster__date"]) == (CHEEKS_KEY, None)


def test_staff_of_another_place_see_no_wish(signed, patient_user, other_coordinator, signed_in):
    event = wished(patient_user)

    response = signed_in(other_coordinator).post(f"/events/{event.pk}/booster/refuse/", {"reason": "No"})

    assert response.status_code == 404
    assert told_events(other_coordinator, patient_user.patient, NOON) == ()
