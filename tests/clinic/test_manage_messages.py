"""The words of messages: what ships, what a manager writes, and what is refused."""

import pytest
from django.core.exceptions import ValidationError

from scheduling.actions import messages
from scheduling.messages.checking import placeholder_problems
from scheduling.messages.placeholders import EXAMPLES, refused
from scheduling.messages.privacy import catalogue_names, telling_words
from scheduling.messages.texts import in_force, kinds, written
from scheduling.models import MessageText
from tests.scheduling.builders import catalogue
from treatments.library import load_library

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


@pytest.fixture(scope="module")
def names() -> list[str]:
    """What the catalogue that ships calls its treatments, areas and products."""
    library = load_library()
    groups = (library.treatments, library.areas, library.products)
    return [one.name for records in groups for one in records.values()] + ["MicroBotox"]


@pytest.mark.parametrize("key", list(kinds()))
def test_the_shipped_words_name_nothing_that_is_treated(names, key):
    assert telling_words(f"{kinds()[key].subject}\n{kinds()[key].body}", names) == ()


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("Your Botox visit", ["Botox"]),
        ("Your ВOTOX visit, your BOTOX", ["ВOTOX", "BOTOX"]),
        ("about MicroBotox or Dysport", ["MicroBotox", "Dysport"]),
        ("for your fillers", ["fillers"]),
        ("Before microneedling, come clean", ["microneedling"]),
        ("your cheek is treated", ["cheek"]),
        ("the nose\nto mouth fold", ["nose\nto mouth fold"]),
        ("Crow’s feet", ["Crow’s feet"]),
        ("your neck", ["neck"]),
        ("We look forward to your smile, face to face, on the whole upper floor. Our lines are open.", []),
    ],
)
def test_words_that_name_what_is_treated_are_found_as_they_stand(names, words, named):
    assert telling_words(words, names) == tuple(named)


def test_words_that_name_what_is_treated_are_refused_with_the_reason(signed_in, manager):
    catalogue()
    sent = {"subject": "Your filler", "body": f"{BODY} It is for your neck.", "base": 0}

    response = signed_in(manager).post("/manage/messages/reminder/", sent)

    why = "Nobody but the patient should read from the mail what it is for"
    errors = response.context["form"].errors
    assert (response.status_code, list(errors), MessageText.objects.count()) == (422, ["subject", "body"], 0)
    assert errors["subject"][0].startswith(f"“filler” names what is treated or where. {why}")
    assert errors["body"][0].startswith(f"“neck” names what is treated or where. {why}")


def test_the_names_of_the_catalogue_are_asked_for_in_one_query(db, django_assert_num_queries):
    catalogue()

    with django_assert_num_queries(1):
        found = catalogue_names()

    assert {"Botox", "MicroBotox", "Crow's feet", "Neck"} <= set(found)
