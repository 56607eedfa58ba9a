"""manage.py send_messages: reminders by the wall clock, each message once, none that is not true."""

import datetime
import zoneinfo

import pytest
from django.core import mail
from django.core.management import call_command

from clinic.models import Location, Patient, User
from scheduling.actions.outbox import forget_words, write_due
from scheduling.actions.sending import TRIES, NotSent, send_again, send_one
from scheduling.messages import mail as mailing
from scheduling.models import Booking, CheckIn, Message, Offer, Waiting, Wishes
from tests.scheduling.asking import NECK_KEY, asked, do, moved
from tests.scheduling.builders import NOON
from tests.scheduling.mailboxes import BUSY, CLOSED, REFUSING
from tests.scheduling.practice import approved_plan, booked, open_practice, work

pytestmark = pytest.mark.django_db
NEW_YORK = zoneinfo.ZoneInfo("America/New_York")
APRIL = datetime.date(2027, 4, 5)
MINUTE, DAY = datetime.timedelta(minutes=1), datetime.timedelta(days=1)


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime.datetime:
    """A moment of 2027 on the wall of Park Street."""
    return datetime.datetime(2027, month, day, hour, minute, tzinfo=NEW_YORK)


@pytest.fixture
def version(location, coordinator, provider, patient_user):
    """Maya's plan of the neck, its first visit booked for Tuesday 5 January; she was told so."""
    open_practice(location)
    work(provider, location)
    version = approved_plan(Patient.objects.with_details().get(user=patient_user), coordinator, provider)
    do(version, coordinator, asked(version, [(NECK_KEY, 1)], datetime.date(2027, 1, 5)), tells=False)
    Message.objects.all().delete()
    return version


def put(booking: Booking, day: datetime.date) -> Booking:
    """Let a booking be on another day, at the same time on the clock, whatever the rules say."""
    zone = booking.location.zone
    moment = datetime.datetime.combine(day, datetime.time(booking.minute // 60, booking.minute % 60), zone)
    unit = int(moment.timestamp()) // 300
    Booking.objects.filter(pk=booking.pk).update(date=day, unit=unit)
    return Booking.objects.with_details().get(pk=booking.pk)


def message(patient: Patient, once: str = "x", **fields) -> Message:
    """Write a message that is due at noon of 4 January."""
    facts = {
        "key": "plan_signed",
        "to": "maya@example.com",
        "subject": "Read",
        "body": "Here.",
        "due_at": NOON,
    }
    return Message.objects.create(patient=patient, once=once, written_at=NOON, **{**facts, **fields})


@pytest.fixture
def maya(patient_user) -> Patient:
    """Maya, with an account."""
    return Patient.objects.with_details().get(user=patient_user)


# The clocks go forward on Sunday 14 March 2027 and back on Sunday 7 November.
@pytest.mark.parametrize(
    ("visit", "before", "due"),
    [
        (datetime.date(2027, 3, 15), at(3, 13, 9, 59), at(3, 13, 10)),
        (datetime.date(2027, 3, 16), at(3, 14, 9, 59), at(3, 14, 10)),
        (datetime.date(2027, 11, 9), at(11, 7, 9, 59), at(11, 7, 10)),
    ],
)
def test_a_reminder_goes_out_at_ten_by_the_wall_clock(version, visit, before, due):
    put(booked(version)[0], visit)

    early, now, again = write_due(before), write_due(due), write_due(due + MINUTE)

    assert (early, now, again) == ((0, 0), (1, 0), (0, 0))
    row = Message.objects.get()
    assert (row.key, row.to, row.useful_until) == ("reminder", "maya@example.com", booked(version)[0].at)


@pytest.mark.parametrize(
    ("choice", "written"), [(None, 1), (Wishes.Reminders.EMAIL, 1), (Wishes.Reminders.NONE, 0)]
)
def test_who_wants_no_reminders_gets_none(version, maya, choice, written):
    put(booked(version)[0], APRIL)
    if choice:
        Wishes.objects.create(patient=maya, reminders=choice)

    assert write_due(at(4, 3, 12))[0] == written


@pytest.mark.parametrize(
    ("moment", "status", "written"),
    [
        (at(4, 5, 9, 59), "booked", 1),
        (at(4, 5, 10), "booked", 0),
        (at(4, 4, 12), "cancelled", 0),
        (at(4, 4, 12), "arrived", 0),
    ],
)
def test_only_a_booked_visit_that_has_not_begun_is_reminded_of(version, moment, status, written):
    visit = put(booked(version)[0], APRIL)
    Booking.objects.filter(pk=visit.pk).update(status=status)

    assert write_due(moment)[0] == written


def test_a_visit_moved_after_its_reminder_has_another(version):
    visit = put(booked(version)[0], APRIL)
    write_due(at(4, 3, 10))
    put(visit, datetime.date(2027, 4, 12))

    written = write_due(at(4, 10, 10))

    assert (written[0], Message.objects.filter(key="reminder").count()) == (1, 2)


def test_who_was_told_the_time_after_the_reminders_moment_is_not_reminded(version, maya):
    visit = put(booked(version)[0], APRIL)
    facts = {"key": "visit_moved", "booking": visit, "useful_until": visit.at}
    row = message(maya, **facts)
    Message.objects.filter(pk=row.pk).update(written_at=at(4, 3, 11))

    assert write_due(at(4, 3, 12)) == (0, 0)


@pytest.mark.parametrize(
    ("days", "written", "weeks"),
    [(13, 0, ""), (14, 1, "2"), (20, 1, "2"), (22, 0, ""), (42, 1, "6"), (70, 1, "10"), (90, 0, "")],
)
def test_a_check_in_is_asked_for_in_the_week_in_which_it_is_due(version, days, written, weeks):
    visit = put(booked(version)[0], APRIL)
    Booking.objects.filter(pk=visit.pk).update(status="completed")

    found = write_due(datetime.datetime.combine(APRIL + days * DAY, datetime.time(10), NEW_YORK))

    assert found == (0, written)
    assert [one.subject for one in Message.objects.all()] == [
        f"How are you, {weeks} weeks after your visit?" for _ in range(written)
    ]


def test_an_answered_check_in_is_not_asked_for_and_not_sent(version, maya):
    visit = put(booked(version)[0], APRIL)
    Booking.objects.filter(pk=visit.pk).update(status="completed")
    write_due(at(4, 19, 10))

    CheckIn.objects.create(patient=maya, booking=visit, weeks=2, smile="full", fading="not")
    sent = send_one(Message.objects.get().pk, at(4, 19, 11))

    assert (sent.state, mail.outbox) == ("dropped", [])
    Message.objects.all().delete()
    assert write_due(at(4, 19, 12)) == (0, 0)


def test_the_command_sends_what_waits_in_order_and_says_so_in_one_line(maya, capsys):
    first, second = message(maya, "a", subject="First"), message(maya, "b", subject="Second")
    Message.objects.update(due_at=NOON - 100 * DAY)

    call_command("send_messages")
    call_command("send_messages")

    assert [one.subject for one in mail.outbox] == ["First", "Second"]
    assert set(Message.objects.filter(pk__in=[first.pk, second.pk]).values_list("state", "attempts")) == {
        ("sent", 1)
    }
    assert (
        capsys.readouterr()
        .out.splitlines()[0]
        .startswith("Reminders written: 0. Check-ins written: 0. Sent: 2.")
    )


def test_a_run_is_bounded(maya):
    for number in range(3):
        message(maya, str(number), due_at=NOON - 100 * DAY)

    call_command("send_messages", limit=2)

    assert len(mail.outbox) == 2


def test_while_the_server_is_down_one_message_is_tried_and_the_others_wait(maya, settings):
    settings.EMAIL_BACKEND = CLOSED
    for number in range(3):
        message(maya, str(number), due_at=NOON - 100 * DAY)

    call_command("send_messages")

    assert list(Message.objects.order_by("pk").values_list("attempts", flat=True)) == [1, 0, 0]


def test_who_sends_a_message_keeps_everybody_else_from_it(maya, monkeypatch):
    row, seconds = message(maya), []
    real = mailing.EmailMessage.send

    def sends_while_another_looks(self, *arguments, **named):
        seconds.append(send_one(row.pk, NOON + MINUTE))
        return real(self, *arguments, **named)

    monkeypatch.setattr(mailing.EmailMessage, "send", sends_while_another_looks)

    sent = send_one(row.pk, NOON)

    assert (sent.state, seconds, len(mail.outbox)) == ("sent", [None], 1)


def test_a_message_whose_sender_died_goes_out_again_when_its_lease_is_over(maya):
    row = message(maya, state="sending", attempts=1, lease_until=NOON + 5 * MINUTE)

    before, after = send_one(row.pk, NOON + 4 * MINUTE), send_one(row.pk, NOON + 5 * MINUTE)

    assert (before, after.state, len(mail.outbox)) == (None, "sent", 1)


def test_tries_are_further_apart_each_time_and_end(maya, settings):
    settings.EMAIL_BACKEND = BUSY
    row, now, waits = message(maya), NOON, []

    for _ in range(TRIES - 1):
        send_one(row.pk, now)
        row.refresh_from_db()
        waits.append((row.due_at - now) // MINUTE)
        now = row.due_at
    last = send_one(row.pk, now)

    row.refresh_from_db()
    assert waits == [1, 5, 30, 120, 120, 120, 120, 120, 120, 120, 120]
    assert (last.state, row.problem) == (
        "failed",
        "Given up after 12 tries. The mail server refused the mail or its address (451).",
    )


def test_a_refused_address_is_given_up_at_once_and_named_nowhere_but_in_its_row(maya, settings, caplog):
    settings.EMAIL_BACKEND = REFUSING
    row = message(maya)

    sent = send_one(row.pk, NOON)

    row.refresh_from_db()
    assert (sent.state, row.problem) == (
        "failed",
        "The mail server refused the mail or its address (550).",
    )
    assert "maya@" not in caplog.text


@pytest.mark.parametrize(("attempts", "state"), [(0, "dropped"), (2, "failed")])
def test_nothing_is_sent_once_it_is_of_no_use(maya, attempts, state):
    row = message(maya, attempts=attempts, useful_until=NOON)

    sent = send_one(row.pk, NOON)

    assert (sent.state, mail.outbox) == (state, [])


@pytest.mark.parametrize("becomes", ["moved", "cancelled"])
def test_a_reminder_of_a_visit_that_changed_is_dropped(version, becomes):
    visit = put(booked(version)[0], APRIL)
    write_due(at(4, 3, 10))
    if becomes == "moved":
        put(visit, datetime.date(2027, 4, 6))
    else:
        Booking.objects.filter(pk=visit.pk).update(status="cancelled")

    sent = send_one(Message.objects.get().pk, at(4, 3, 11))

    assert (sent.state, mail.outbox) == ("dropped", [])
    assert Message.objects.get().problem == "The visit was moved or cancelled since."


def test_a_late_answer_about_visits_gives_way_to_a_newer_one(version, maya, coordinator, provider):
    older = message(maya, "visits:1:0:1", key="visits_changed", state="failed")
    message(maya, "visits:1:0:2", key="visits_changed")

    with pytest.raises(NotSent, match="A newer message says where the visits stand"):
        send_again(by=coordinator, message=older, now=NOON)


def test_an_offer_that_is_over_is_not_sent(version, coordinator, maya):
    visit = booked(version)[0]
    waiting = Waiting.objects.create(plan=version.plan, added_by=coordinator)
    facts = {"version": version, "provider": visit.provider, "offered_by": coordinator, "sessions": []}
    times = {"date": visit.date, "minute": visit.minute, "decided_at": NOON}
    offer = Offer.objects.create(waiting=waiting, state="declined", **facts, **times)
    row = message(maya, f"offer:{offer.pk}", key="waitlist_offer", useful_until=NOON + 15 * MINUTE)

    assert (send_one(row.pk, NOON + MINUTE).state, mail.outbox) == ("dropped", [])


def test_words_are_kept_for_thirty_days(maya):
    old = message(maya, "old", state="sent", sent_at=NOON)
    new = message(maya, "new", state="sent", sent_at=NOON + DAY)
    waits = message(maya, "waits")

    counts = [forget_words(NOON + 30 * DAY + MINUTE) for _ in range(2)]

    assert counts == [1, 0]
    assert [Message.objects.get(pk=one.pk).body for one in (old, new, waits)] == ["", "Here.", "Here."]


def test_a_failed_message_goes_again_to_the_address_of_now(
    signed_in, coordinator, maya, patient_user, django_capture_on_commit_callbacks
):
    User.objects.filter(pk=patient_user.pk).update(email="new@example.com")
    row = message(maya, state="failed", attempts=12, problem="Given up.")

    with django_capture_on_commit_callbacks(execute=True):
        response = signed_in(coordinator).post(f"/messages/{row.pk}/again/", follow=True)

    row.refresh_from_db()
    assert "The message to Maya Okafor goes out again." in response.text
    assert (row.state, row.to, mail.outbox[0].to) == ("sent", "new@example.com", ["new@example.com"])


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"state": "sent", "sent_at": NOON}, "Only a message that was not delivered is sent again"),
        ({"state": "failed", "body": ""}, "Its words were removed after 30 days"),
        ({"state": "failed", "useful_until": NOON}, "It is too late for this message to help"),
    ],
)
def test_what_would_not_help_is_not_sent_again(coordinator, maya, fields, why):
    row = message(maya, **fields)

    with pytest.raises(NotSent, match=why):
        send_again(by=coordinator, message=row, now=NOON)


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_asks_as_often_for_one_message_as_for_thirty(
    signed_in, coordinator, make_patient, django_assert_num_queries, count
):
    for number in range(count):
        message(make_patient("Pat", f"Number {number}"), str(number), state="failed")
    browser = signed_in(coordinator)

    with django_assert_num_queries(4):
        response = browser.get("/messages/")

    assert response.text.count("Send again") == min(count, 25)


def test_what_did_not_arrive_stands_first_and_other_locations_nowhere(
    signed_in, coordinator, maya, make_patient, other_location
):
    message(maya, "a", state="failed", subject="Did not arrive")
    message(maya, "b", state="sent", sent_at=NOON, subject="Arrived")
    message(make_patient("Bob", "Bell", location=other_location), "c", subject="Of Lakeside")
    browser = signed_in(coordinator)

    everything, sent = browser.get("/messages/").text, browser.get("/messages/?state=sent").text

    assert everything.index("Did not arrive") < everything.index("Arrived</p>")
    assert ("Of Lakeside" in everything, "Did not arrive" in sent, "Arrived</p>" in sent) == (
        False,
        False,
        True,
    )


def test_a_patients_page_shows_their_newest_messages(signed_in, provider, maya):
    message(maya, subject="About your visit")

    assert "About your visit" in signed_in(provider).get(f"/patients/{maya.pk}/").text


def test_a_location_without_a_phone_says_only_to_call(version, maya):
    Location.objects.update(phone="")
    put(booked(version)[0], APRIL)

    write_due(at(4, 3, 10))

    assert "If you cannot come, call us. With an account" in Message.objects.get().body


def test_a_moved_visit_is_reminded_of_at_its_new_time_alone(version, coordinator, provider):
    do(version, provider, moved(version, booked(version)[0], datetime.date(2027, 1, 12)), override="Leaves")

    assert write_due(at(1, 3, 12)) == (0, 0)
    assert write_due(at(1, 10, 12)) == (1, 0)
