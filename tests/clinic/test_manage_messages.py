"""The words of messages: what ships, what a manager writes, and what is refused."""

import pytest
from django.core.exceptions import ValidationError

from scheduling.actions import messages
from scheduling.messages.checking import placeholder_problems
from scheduling.messages.placeholders import EXAMPLES, refused
from scheduling.messages.texts import in_force, kinds, written
from scheduling.models import MessageText

SUBJECT, BODY = "Your visit", "Hello {first_name}, until {visit_date} at {visit_time}."


def write(by, body=BODY, base=0, subject=SUBJECT) -> MessageText:
    """Write other words for the reminder."""
    return messages.write(by=by, key="reminder", subject=subject, body=body, base=base)


@pytest.mark.parametrize("key", list(kinds()))
def test_the_shipped_words_use_only_what_can_be_replaced(key):
    kind = kinds()[key]

    assert list(placeholder_problems(kind, kind.subject, kind.body)) == []
    assert set(kind.allowed) <= set(EXAMPLES)


def test_a_message_is_written_from_the_newest_words(manager):
    write(manager)
    write(manager, body=BODY + " Bye.", base=1)

    found = written("reminder", EXAMPLES)

    assert found == (SUBJECT, "Hello Maya, until Tue 13 Apr 2027 at 09:30. Bye.")


def test_what_a_fact_says_is_no_placeholder_and_ends_no_subject(manager):
    write(manager, subject="For {first_name}")

    found = written("reminder", EXAMPLES | {"first_name": "{visit_date}\r\nBcc: eve@example.com"})

    assert found.subject == "For {visit_date} Bcc: eve@example.com"
    assert "{visit_date}" in found.body


@pytest.mark.parametrize(
    "trick",
    [
        "{patient.__class__}",
        "{{ first_name }}",
        "{% include 'x' %}",
        "%(password)s",
        "${first_name}",
        "{0}",
        "{}",
        "{first_name!r}",
        "{first_name:>10}",
        "{old_date}",
        "{First_name}",
        "{",
        "}",
    ],
)
def test_anything_but_the_messages_own_placeholders_is_refused_with_those_it_has(manager, trick):
    with pytest.raises(ValidationError, match=r"It knows: {visit_date}, {visit_time}, {first_name}"):
        write(manager, body=f"{BODY} {trick}")

    assert MessageText.objects.count() == 0


def test_a_claim_refuses_the_words_and_marks_the_place(signed_in, manager):
    sent = {"subject": "Lift your face", "body": f"{BODY} It is guaranteed.", "base": 0}

    response = signed_in(manager).post("/manage/messages/reminder/", sent)

    marked = [part.text for part in response.context["marked"] if part.claim]
    assert (response.status_code, marked) == (422, ["Lift", "guaranteed"])
    assert "There is no guarantee" in response.text
    assert MessageText.objects.count() == 0


def test_words_without_what_the_patient_must_know_are_refused(manager):
    with pytest.raises(ValidationError, match=r"needs {visit_time}"):
        write(manager, body="See you on {visit_date}.")


def test_words_edited_from_old_ones_are_refused(signed_in, manager):
    write(manager)

    response = signed_in(manager).post(
        "/manage/messages/reminder/", {"subject": "Mine", "body": BODY, "base": 0}
    )

    assert response.status_code == 422
    assert "Somebody else changed these words" in response.text
    assert in_force("reminder").subject == SUBJECT


def test_the_shipped_words_are_restored_as_a_new_version(signed_in, manager):
    write(manager)

    signed_in(manager).post("/manage/messages/reminder/restore/", {"base": 1})

    assert (in_force("reminder").number, in_force("reminder").body) == (2, kinds()["reminder"].body)


def test_a_preview_saves_nothing(signed_in, manager):
    sent = {"subject": "Hi {first_name}", "body": BODY, "base": 0, "preview": "1"}

    response = signed_in(manager).post("/manage/messages/reminder/", sent)

    assert (response.status_code, response.context["preview"].subject) == (200, "Hi Maya")
    assert MessageText.objects.count() == 0


def test_an_unknown_message_does_not_exist(signed_in, manager):
    assert signed_in(manager).get("/manage/messages/no-such/").status_code == 404


def test_the_placeholders_of_other_languages_are_found_as_they_are_written():
    found = refused("{{ a }} {% b %} %(c)s ${d} {e.f} {visit_date}", ["visit_date"])

    assert found == ("{{ a }}", "{% b %}", "%(c)s", "${d}", "{e.f}")
