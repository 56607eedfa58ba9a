"""Questions to the doctor and their answers; check-ins after 2, 6 and 10 weeks."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from clinic.models import AccessEntry
from scheduling.actions import check_ins, questions
from scheduling.actions.visits import complete
from scheduling.models import CheckIn, Question
from scheduling.patient_page.check_ins import weeks_due
from tests.scheduling.builders import NECK, NOON, found_for
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
WEEK = datetime.timedelta(weeks=1)


@pytest.fixture
def done(location, coordinator, provider, patient_user):
    """Maya's first visit, completed on 4 January."""
    work(provider, open_practice(location))
    version = approved_plan(patient_user.patient, coordinator, provider, found_for(NECK))
    book_all(version, coordinator)
    first = booked(version)[0]
    keys = [one.key for one in first.sessions.all()]
    return complete(by=provider, booking=first, treated=keys, now=NOON)


def asked(patient_user, topic="other") -> Question:
    """Let Maya ask something."""
    return questions.ask(
        by=patient_user, patient=patient_user.patient, topic=topic, text="May I swim?", now=NOON
    )


def test_a_question_is_sent_answered_and_read(maya, signed_in, coordinator, patient_user):
    maya.post("/my/ask/", {"topic": "other", "text": "May I swim?"})
    question = Question.objects.get()
    page = f"/patients/{patient_user.patient.pk}/"

    response = signed_in(coordinator).post(f"/questions/{question.pk}/answer/", {"text": "From tomorrow on."})

    assert response["Location"] == page
    assert "From tomorrow on." in maya.get("/my/ask/").text
    assert AccessEntry.objects.filter(actor=coordinator, page="patient").count() == 0
    signed_in(coordinator).get(page)
    assert AccessEntry.objects.filter(actor=coordinator, page="patient").count() == 1


@pytest.mark.parametrize("topic", ["near_mouth", "rf_microneedling", "lift"])
def test_what_is_to_be_discussed_only_a_provider_answers(
    topic, signed_in, coordinator, provider, patient_user
):
    question = asked(patient_user, topic)
    url, page = f"/questions/{question.pk}/answer/", f"/patients/{patient_user.patient.pk}/"

    assert signed_in(coordinator).post(url, {"text": "No."}).status_code == 403
    assert "a provider answers it" in signed_in(coordinator).get(page).text
    assert signed_in(provider).post(url, {"text": "Let us talk."}).status_code == 302
    question.refresh_from_db()
    assert (question.answer, question.settled_by) == ("Let us talk.", provider)


def test_a_question_is_answered_once(coordinator, provider, patient_user):
    question = asked(patient_user)
    questions.answer(by=provider, question=question, text="Yes.", now=NOON)

    with pytest.raises(ValidationError, match="Somebody answered this meanwhile"):
        questions.answer(by=coordinator, question=question, text="No.", now=NOON)


def test_an_empty_question_is_asked_for_again(maya, patient_user):
    response = maya.post("/my/ask/", {"topic": "other", "text": "  "})

    assert (response.status_code, Question.objects.count()) == (422, 0)
    assert "Write your question." in response.text


def test_nobody_asks_in_anothers_name(coordinator, patient_user):
    with pytest.raises(PermissionDenied):
        questions.ask(by=coordinator, patient=patient_user.patient, topic="other", text="?", now=NOON)


def test_questions_cost_the_same_at_1_and_at_30(maya, patient_user, provider, django_assert_num_queries):
    asked(patient_user)
    with django_assert_num_queries(4):
        maya.get("/my/ask/")
    for _ in range(29):
        questions.answer(by=provider, question=asked(patient_user), text="Yes.", now=NOON)

    with django_assert_num_queries(4):
        page = maya.get("/my/ask/")

    assert len(page.context["questions"]) == 30


@pytest.mark.parametrize(
    ("days", "weeks"), [(13, 0), (14, 2), (41, 2), (42, 6), (69, 6), (70, 10), (97, 10), (98, 0)]
)
def test_a_check_in_is_due_until_the_next_one(days, weeks):
    visit = datetime.date(2027, 1, 4)

    assert weeks_due(visit, visit + datetime.timedelta(days=days)) == weeks


def test_a_check_in_takes_two_taps_and_says_what_is_usual(done, signed_in, patient_user, monday):
    monday.move_to(NOON + 2 * WEEK)
    maya = signed_in(patient_user)
    url = f"/my/more/check-ins/{done.pk}/2/"
    assert url in maya.get("/my/plan/").text

    first, second = maya.get(url), maya.get(url, {"smile": "restricted"})
    response = maya.post(url, {"smile": "restricted", "fading": "not"}, follow=True)

    assert "How is your smile?" in first.text
    assert "Is your result fading?" in second.text
    assert "usually for 4 to 6 weeks" in response.text
    assert "Call them today" in response.text
    assert url not in maya.get("/my/plan/").text


def test_a_check_in_is_answered_once_not_early_and_only_by_the_patient(done, patient_user, coordinator):
    facts = {"booking": done, "weeks": 2, "smile": "full", "fading": "not"}

    with pytest.raises(ValidationError, match="due 2 weeks after"):
        check_ins.answer(by=patient_user, now=NOON, **facts)
    with pytest.raises(PermissionDenied):
        check_ins.answer(by=coordinator, now=NOON + 3 * WEEK, **facts)
    check_ins.answer(by=patient_user, now=NOON + 3 * WEEK, **facts)
    with pytest.raises(ValidationError, match="answered already"):
        check_ins.answer(by=patient_user, now=NOON + 3 * WEEK, **facts)


def test_staff_see_a_check_in_and_say_that_it_was_read(done, patient_user, signed_in, coordinator):
    facts = {"booking": done, "weeks": 2, "smile": "restricted", "fading": "not"}
    found = check_ins.answer(by=patient_user, now=NOON + 2 * WEEK, **facts)
    nora, page = signed_in(coordinator), f"/patients/{patient_user.patient.pk}/"
    assert "Smile clearly less full" in nora.get(page).text

    nora.post(f"/check-ins/{found.pk}/read/")

    assert CheckIn.objects.get().settled_by == coordinator
    assert "Read by Nora" in nora.get(page).text
