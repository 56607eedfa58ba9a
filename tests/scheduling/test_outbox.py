"""What patients are told: with the change it is about, once, them alone, and nothing of what is treated."""

import datetime
import re

import pytest
from django.core import mail
from django.db import transaction

from clinic.actions.invitations import invite
from clinic.models import Location, Patient
from scheduling.actions import questions, transfers, visits
from scheduling.actions.approvals import approve
from scheduling.actions.bookings import Order, book
from scheduling.actions.outbox import tell_change, write
from scheduling.actions.undoing import undo
from scheduling.messages.differences import Telling
from scheduling.messages.mail import mail_of
from scheduling.messages.texts import kinds, preview
from scheduling.models import Booking, Message, MessageText
from tests.scheduling.asking import NECK_KEY, asked, do, moved
from tests.scheduling.builders import NOON, make_plan
from tests.scheduling.mailboxes import CLOSED
from tests.scheduling.practice import approved_plan, booked, open_practice, work
from tests.staff import let_work
from treatments.library import load_library

pytestmark = pytest.mark.django_db
FIRST, FEBRUARY = datetime.date(2027, 1, 5), datetime.date(2027, 2, 1)
MARCH, APRIL = datetime.date(2027, 3, 1), datetime.date(2027, 4, 5)
MINUTE = datetime.timedelta(minutes=1)
ON_APRIL_5 = "Mon 5 Apr 2027 at 10:00"


@pytest.fixture
def version(location, coordinator, provider, patient):
    """Alice's plan of the neck; nothing is booked."""
    Location.objects.filter(pk=location.pk).update(phone="555 0100", address="12 Park Street")
    open_practice(location)
    work(provider, location)
    version = approved_plan(Patient.objects.with_details().get(pk=patient.pk), coordinator, provider)
    Message.objects.all().delete()
    return version


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """Do something as if it were committed: `commit(action, argument, name=…)` gives what it gives."""

    def committed(action, *arguments, **named):
        with django_capture_on_commit_callbacks(execute=True):
            return action(*arguments, **named)

    return committed


def wanted(version, *days: datetime.date) -> list:
    """The first visits of the plan, on some days."""
    return [asked(version, [(NECK_KEY, number)], day) for number, day in enumerate(days, start=1)]


def told() -> list[tuple[str, str]]:
    """Every message by its kind and where it stands, the oldest first."""
    return list(Message.objects.order_by("pk").values_list("key", "state"))


def test_a_booking_is_told_once_to_its_patient_alone_after_it_is_saved(version, coordinator, commit):
    commit(do, version, coordinator, *wanted(version, FIRST))

    sent, row = mail.outbox[0], Message.objects.get()
    assert (len(mail.outbox), sent.to, sent.cc, sent.bcc) == (1, ["alice@example.com"], [], [])
    assert (row.key, row.state, row.booking, row.attempts) == ("visit_booked", "sent", booked(version)[0], 1)
    assert "Tue 5 Jan 2027 at 10:00 (New York time)" in sent.body
    assert "Park Street, 12 Park Street" in sent.body
    assert "call us on 555 0100" in sent.body


def test_what_is_rolled_back_was_never_told(version, coordinator, commit):
    def undone():
        with transaction.atomic():
            do(version, coordinator, *wanted(version, FIRST))
            transaction.set_rollback(True)

    commit(undone)

    assert (Booking.objects.count(), Message.objects.count(), mail.outbox) == (0, 0, [])


def test_the_same_key_again_tells_nothing_again(version, coordinator, commit):
    order = Order(tuple(wanted(version, FIRST)))

    for _ in range(2):
        commit(book, by=coordinator, version=version, order=order, now=NOON)

    assert (len(mail.outbox), Message.objects.count()) == (1, 1)


def test_a_series_is_told_in_one_mail(version, coordinator, commit):
    commit(do, version, coordinator, *wanted(version, FIRST, APRIL))

    assert told() == [("series_booked", "sent")]
    assert f"Tue 5 Jan 2027 at 10:00\n{ON_APRIL_5}" in mail.outbox[0].body


def test_a_move_says_both_times(version, coordinator, provider, commit):
    do(version, coordinator, *wanted(version, FIRST, APRIL))
    Message.objects.update(state="sent", sent_at=NOON)

    commit(do, version, provider, moved(version, booked(version)[1], MARCH, 13 * 60), override="Leaves")

    assert mail.outbox[0].subject == "Your visit has moved to Mon 1 Mar 2027"
    assert "Your visit of Mon 5 Apr 2027 at 10:00 has moved. It is now on Mon 1 Mar 2027 at 13:00" in (
        mail.outbox[0].body
    )


def test_a_cancellation_is_told(version, coordinator, commit):
    do(version, coordinator, *wanted(version, FIRST))
    Message.objects.update(state="sent", sent_at=NOON)

    commit(visits.cancel, by=coordinator, booking=booked(version)[0], reason="Allergic", now=NOON)

    assert mail.outbox[0].subject == "Your visit on Tue 5 Jan 2027 is cancelled"
    assert "Allergic" not in mail.outbox[0].body


def test_a_change_undone_after_it_was_told_is_corrected(version, coordinator, commit):
    change = commit(do, version, coordinator, *wanted(version, FIRST, APRIL))

    commit(undo, by=coordinator, change=change, now=NOON + MINUTE)

    assert told() == [("series_booked", "sent"), ("visits_changed", "sent")]
    assert f"Tue 5 Jan 2027 at 10:00 is cancelled\n{ON_APRIL_5} is cancelled" in mail.outbox[1].body


def test_a_change_undone_before_it_was_told_is_never_told(version, coordinator):
    change = do(version, coordinator, *wanted(version, FIRST, APRIL))

    undo(by=coordinator, change=change, now=NOON + MINUTE)

    assert told() == [("series_booked", "dropped")]


def test_undoing_what_nobody_was_told_of_is_not_told_either(version, coordinator, commit):
    change = do(version, coordinator, *wanted(version, FIRST), tells=False)

    commit(undo, by=coordinator, change=change, now=NOON + MINUTE)

    assert (Message.objects.count(), mail.outbox) == (0, [])


def test_a_message_that_did_not_go_out_gives_way_to_one_that_says_it_as_well(version, coordinator, provider):
    do(version, coordinator, *wanted(version, FIRST, APRIL))

    do(version, provider, moved(version, booked(version)[1], MARCH, 13 * 60), override="Leaves")

    assert told() == [("series_booked", "dropped"), ("series_booked", "waiting")]
    assert "Tue 5 Jan 2027 at 10:00\nMon 1 Mar 2027 at 13:00" in Message.objects.latest("pk").body


def test_an_undoing_that_did_not_go_out_is_told_with_the_next_change(version, coordinator, commit):
    change = commit(do, version, coordinator, *wanted(version, FIRST))
    undo(by=coordinator, change=change, now=NOON + MINUTE)

    do(version, coordinator, *wanted(version, FEBRUARY))

    assert told()[1:] == [("visit_cancelled", "dropped"), ("visits_changed", "waiting")]
    body = Message.objects.latest("pk").body
    assert "Tue 5 Jan 2027 at 10:00 is cancelled\nMon 1 Feb 2027 at 10:00" in body


def test_a_broken_mail_server_undoes_no_booking_and_is_tried_again(version, coordinator, commit, settings):
    settings.EMAIL_BACKEND = CLOSED

    commit(do, version, coordinator, *wanted(version, FIRST))

    row = Message.objects.get()
    assert booked(version)[0].status == "booked"
    assert (row.state, row.attempts, row.due_at, row.sent_at) == ("waiting", 1, NOON + MINUTE, None)
    assert row.problem == "The mail server could not be reached (ConnectionRefusedError)."


def test_nobody_waits_for_a_mail_server_that_is_known_to_be_down(
    version, coordinator, commit, settings, make_patient
):
    settings.EMAIL_BACKEND = CLOSED
    commit(do, version, coordinator, *wanted(version, FIRST))
    other = make_patient("Zoe", "Zell", email="zoe@example.com")
    second = approved_plan(other, coordinator, version.approved_by)

    commit(do, second, coordinator, asked(second, [(NECK_KEY, 1)], FIRST, 11 * 60))

    assert list(Message.objects.order_by("pk").values_list("to", "attempts")) == [
        ("alice@example.com", 1),
        ("zoe@example.com", 0),
    ]


@pytest.mark.parametrize("address", ["", "alice@example.com, eve@example.com", "a\nBcc: eve@example.com"])
def test_who_has_no_address_of_one_mailbox_is_not_written_to(version, coordinator, patient, address):
    Patient.objects.filter(pk=patient.pk).update(email=address)

    do(version, coordinator, *wanted(version, FIRST))

    assert (Booking.objects.count(), Message.objects.count()) == (1, 0)


def test_the_account_is_written_to_rather_than_the_record(location, coordinator, provider, patient_user):
    open_practice(location)
    work(provider, location)
    Patient.objects.filter(user=patient_user).update(email="typo@example.com")
    approved_plan(Patient.objects.get(user=patient_user), coordinator, provider)

    assert Message.objects.get().to == "maya@example.com"


def test_a_name_ends_no_header(patient_user, manager):
    Patient.objects.filter(user=patient_user).update(first_name="Eve\r\nBcc: eve@example.com")
    text = {"key": "plan_signed", "number": 1, "subject": "For {first_name}", "body": "Read {link}"}
    MessageText.objects.create(written_by=manager, **text)

    write(Patient.objects.with_details().get(), Telling("plan_signed"), "x", NOON)

    assert Message.objects.get().subject == "For Eve Bcc: eve@example.com"


def test_only_who_can_sign_in_is_told_what_to_read_there(location, coordinator, provider, patient, commit):
    open_practice(location)
    work(provider, location)

    approve(by=provider, version=make_plan(patient, coordinator), now=NOON)

    assert Message.objects.count() == 0


def test_a_signed_plan_and_an_answer_are_told_with_a_link_alone(
    location, coordinator, provider, patient_user, commit, settings
):
    settings.SITE_URL = "https://practice.example"
    open_practice(location)
    work(provider, location)
    maya = Patient.objects.with_details().get(user=patient_user)
    question = questions.ask(by=patient_user, patient=maya, topic="other", text="May I swim?", now=NOON)

    commit(approve, by=provider, version=make_plan(maya, coordinator), now=NOON)
    commit(questions.answer, by=coordinator, question=question, text="After a day.", now=NOON)

    links = [line.split()[-1] for one in mail.outbox for line in one.body.splitlines() if "https" in line]
    assert links == ["https://practice.example/my/plan/", "https://practice.example/my/ask/"]
    assert "swim" not in mail.outbox[1].body + mail.outbox[1].subject
    assert "After a day" not in mail.outbox[1].body


def test_a_move_to_another_location_tells_of_the_visits_given_back(
    version, coordinator, other_location, commit
):
    do(version, coordinator, *wanted(version, FIRST, APRIL))
    Message.objects.update(state="sent", sent_at=NOON)
    let_work(coordinator, other_location)

    commit(transfers.transfer, by=coordinator, patient=version.plan.patient, to=other_location, now=NOON)

    assert mail.outbox[0].subject == "Your visits have changed"
    assert f"{ON_APRIL_5} is cancelled" in mail.outbox[0].body


def test_telling_costs_a_change_three_questions_however_many_visits(
    version, coordinator, django_assert_num_queries
):
    change = do(version, coordinator, *wanted(version, FIRST, APRIL), tells=False)

    with django_assert_num_queries(3):  # what was not told yet, the words in force, the row
        tell_change(change, version.plan.patient, NOON)


def test_an_order_that_does_not_tell_tells_nobody(version, coordinator, commit):
    order = Order(tuple(wanted(version, FIRST)), tells=False)

    commit(book, by=coordinator, version=version, order=order, now=NOON)

    assert (Message.objects.count(), mail.outbox) == (0, [])


def test_words_that_hold_what_is_not_said_any_more_give_way_to_the_shipped(
    version, coordinator, manager, signed_in
):
    old = "Hello, on {visit_date} at {visit_time}: {treatments}."
    MessageText.objects.create(key="visit_booked", number=1, subject="Old", body=old, written_by=manager)

    do(version, coordinator, *wanted(version, FIRST))

    assert Message.objects.get().subject == "Your visit on Tue 5 Jan 2027"
    assert "Own words cannot be sent" in signed_in(manager).get("/manage/messages/").text
    page = signed_in(manager).get("/manage/messages/visit_booked/")
    assert (page.status_code, "The shipped words are sent until" in page.text) == (200, True)


@pytest.mark.parametrize("key", list(kinds()))
def test_the_shipped_words_name_nothing_of_the_catalogue(key):
    library, said = load_library(), "\n".join(preview(kinds()[key].subject, kinds()[key].body)).lower()
    named = [one.name for one in (*library.treatments.values(), *library.areas.values())]
    clinical = [*named, *library.products, "treatment", "toxin", "units", "inject", "needle", "skin"]

    assert [word for word in clinical if re.search(rf"\b{re.escape(word.lower())}\b", said)] == []


def test_no_message_names_what_is_treated_or_by_whom(version, coordinator, provider, commit):
    for kind in kinds().values():
        assert not {"treatments", "provider", "price", "notes"} & set(kind.allowed)
    change = commit(do, version, coordinator, *wanted(version, FIRST, APRIL))
    commit(undo, by=coordinator, change=change, now=NOON + MINUTE)
    commit(do, version, coordinator, *wanted(version, FIRST), override="Canary-9021")
    commit(
        visits.cancel, by=coordinator, booking=Booking.objects.latest("pk"), reason="Canary-7310", now=NOON
    )

    said = "\n".join(one.message().as_string() for one in mail.outbox).lower()
    series = version.series.get(key=NECK_KEY)
    clinical = (series.treatment, series.area, "botox", "filler", provider.name, "dermatolog", "canary")
    assert len(mail.outbox) == 4
    assert [word for word in clinical if word.lower() in said] == []


def test_the_message_id_stays_the_same_at_every_try(version, coordinator, commit):
    do(version, coordinator, *wanted(version, FIRST))
    row = Message.objects.get()

    tries = {str(mail_of(Message.objects.get(pk=row.pk)).message()["Message-ID"]) for _ in range(2)}

    assert len(tries) == 1
    assert tries.pop().endswith("@127.0.0.1>")


def test_an_invitation_is_no_message_of_the_practices_own_words(manager, patient, commit):
    commit(invite, by=manager, email="a@example.com", name="A", role="patient", now=NOON, patient=patient)

    assert "invitation" not in kinds()
    assert (Message.objects.count(), len(mail.outbox)) == (0, 1)
