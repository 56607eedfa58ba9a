"""Where a message goes by the time it is sent, whom a broken server keeps waiting, who is reminded again."""

import datetime
import zoneinfo

import pytest
from django.core import mail

from clinic.actions import people
from clinic.models import Patient, User
from scheduling.actions.outbox import write_due
from scheduling.actions.sending import known_down, send, send_one
from scheduling.messages.differences import Difference, When, lists
from scheduling.models import Booking, Message
from tests.scheduling.asking import NECK_KEY, asked, do, moved
from tests.scheduling.builders import NOON
from tests.scheduling.mailboxes import BUSY, CLOSED
from tests.scheduling.practice import approved_plan, booked, open_practice, work

pytestmark = pytest.mark.django_db
MINUTE, DAY = datetime.timedelta(minutes=1), datetime.timedelta(days=1)
THURSDAY, FRIDAY = datetime.date(2027, 1, 7), datetime.date(2027, 1, 8)
# An hour after the moment of Thursday's reminder.
TUESDAY = datetime.datetime(2027, 1, 5, 11, tzinfo=zoneinfo.ZoneInfo("America/New_York"))


@pytest.fixture
def maya(patient_user) -> Patient:
    """Maya, with an account and the same address on record."""
    Patient.objects.filter(user=patient_user).update(email="maya@example.com")
    return Patient.objects.with_details().get(user=patient_user)


@pytest.fixture
def version(location, coordinator, provider, maya):
    """Maya's plan of the neck, its first visit booked for Thursday; nobody was told."""
    open_practice(location)
    work(provider, location)
    version = approved_plan(maya, coordinator, provider)
    do(version, coordinator, asked(version, [(NECK_KEY, 1)], THURSDAY), tells=False)
    Message.objects.all().delete()
    return version


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """Do something as if it were committed."""

    def committed(action, *arguments, **named):
        with django_capture_on_commit_callbacks(execute=True):
            return action(*arguments, **named)

    return committed


def message(patient: Patient, once: str = "x", **fields) -> Message:
    """Write a message that is due at noon of 4 January."""
    facts = {"key": "visit_booked", "to": "maya@example.com", "subject": "Booked", "body": "Come."}
    row = {"written_at": NOON, "due_at": NOON, **facts, **fields}
    return Message.objects.create(patient=patient, once=once, **row)


def move(version, coordinator, day: datetime.date, now=TUESDAY):
    """Move the visit to another day, at the same time on the clock."""
    return do(version, coordinator, moved(version, booked(version)[0], day), now=now)


def reminders() -> list[tuple[str, str]]:
    """Every reminder by what its name ends with and where it stands."""
    rows = Message.objects.filter(key="reminder").order_by("pk").values_list("once", "state")
    return [(":".join(once.split(":")[3:]), state) for once, state in rows]


def test_a_message_that_waits_goes_to_the_address_that_was_corrected_meanwhile(maya, patient_user):
    row = message(maya, attempts=1)
    User.objects.filter(pk=patient_user.pk).update(email="right@example.com")

    send_one(row.pk, NOON)

    row.refresh_from_db()
    assert (row.state, row.to, mail.outbox[0].to) == ("sent", "right@example.com", ["right@example.com"])


def test_an_account_that_ended_gets_nothing_and_the_row_says_why(maya, patient_user, manager):
    Patient.objects.filter(pk=maya.pk).update(email="")
    row = message(maya, attempts=1)
    people.deactivate(by=manager, person=patient_user)

    send_one(row.pk, NOON)

    row.refresh_from_db()
    assert (row.state, mail.outbox) == ("dropped", [])
    assert row.problem == "The patient has no e-mail address any more. Call them instead."


def test_what_only_an_account_can_read_is_not_sent_to_the_record(maya, patient_user, manager):
    row = message(maya, key="plan_signed")
    people.deactivate(by=manager, person=patient_user)

    assert (send_one(row.pk, NOON).state, mail.outbox) == ("dropped", [])


def test_one_mailbox_that_asks_for_later_keeps_nobody_else_waiting(maya, make_patient, settings):
    settings.EMAIL_BACKEND = BUSY
    send_one(message(maya).pk, NOON)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    message(make_patient("Zoe", "Zell", email="zoe@example.com"), "y", to="zoe@example.com")

    send("y", NOON)

    assert [one.to for one in mail.outbox] == [["zoe@example.com"]]
    assert Message.objects.get(once="x").state == "waiting"


def test_a_server_that_is_not_there_is_known_to_be_down_until_it_is_tried_again(maya, settings):
    settings.EMAIL_BACKEND = CLOSED

    send_one(message(maya).pk, NOON)

    assert [known_down(NOON), known_down(NOON + MINUTE)] == [True, False]


def test_a_move_away_and_back_that_nobody_was_told_of_is_reminded_of(version, coordinator, commit, settings):
    settings.EMAIL_BACKEND = CLOSED
    commit(move, version, coordinator, FRIDAY)
    commit(move, version, coordinator, THURSDAY, TUESDAY + MINUTE)

    written = write_due(TUESDAY + 2 * MINUTE)

    assert list(Message.objects.order_by("pk").values_list("key", "state")) == [
        ("visit_moved", "dropped"),
        ("reminder", "waiting"),
    ]
    assert written == (1, 0)


def test_who_was_told_of_the_move_back_is_not_reminded(version, coordinator, commit):
    commit(move, version, coordinator, FRIDAY)
    commit(move, version, coordinator, THURSDAY, TUESDAY + MINUTE)

    assert (len(mail.outbox), write_due(TUESDAY + 2 * MINUTE)) == (2, (0, 0))


@pytest.mark.parametrize(
    ("state", "written"), [("waiting", 0), ("sending", 0), ("sent", 0), ("failed", 1), ("dropped", 1)]
)
def test_who_was_told_in_a_message_that_did_not_go_out_is_reminded(version, maya, state, written):
    visit = booked(version)[0]
    facts = {"booking": visit, "useful_until": visit.at, "written_at": TUESDAY, "state": state}
    facts |= {"sent_at": TUESDAY if state == "sent" else None, "lease_until": TUESDAY}

    message(maya, **facts)

    assert write_due(TUESDAY + MINUTE) == (written, 0)


@pytest.mark.parametrize("key", ["visit_cancelled", "waitlist_offer"])
def test_a_message_that_says_something_else_of_the_time_is_no_reminder(version, maya, key):
    visit = booked(version)[0]
    about = {"booking": visit, "useful_until": visit.at} if key == "visit_cancelled" else {}
    body = "Thu 7 Jan 2027 at 10:00"

    message(maya, key=key, body=body, written_at=TUESDAY, state="sent", sent_at=TUESDAY, **about)

    assert write_due(TUESDAY + MINUTE) == (1, 0)


def test_a_list_of_changes_says_the_new_times_alone():
    thursday, friday = (When(day, 600, 0, 14) for day in (THURSDAY, FRIDAY))
    pairs = [(None, thursday), (friday, thursday), (thursday, friday), (thursday, None)]

    said = [lists(f"New: {Difference(1, before, after)}\n", thursday) for before, after in pairs]

    assert said == [True, True, False, False]


def test_a_dropped_reminder_is_written_again_once_its_visit_is_at_that_time_again(version):
    visit = booked(version)[0]
    write_due(TUESDAY)
    Booking.objects.filter(pk=visit.pk).update(date=FRIDAY, unit=visit.unit + 288)
    send_one(Message.objects.get().pk, TUESDAY)
    Booking.objects.filter(pk=visit.pk).update(date=THURSDAY, unit=visit.unit)

    written = [write_due(TUESDAY + MINUTE), write_due(TUESDAY + 2 * MINUTE)]
    send_one(Message.objects.latest("pk").pk, TUESDAY + 3 * MINUTE)

    assert written == [(1, 0), (0, 0)]
    assert reminders() == [("", "dropped"), ("1", "sent")]
    assert write_due(TUESDAY + 4 * MINUTE) == (0, 0)


def test_a_reminder_that_failed_is_not_written_again_by_itself(version):
    write_due(TUESDAY)
    Message.objects.update(state="failed")

    assert write_due(TUESDAY + MINUTE) == (0, 0)
