"""Bringing bookings of another system in: by the rules of the pages, all or none, errors by line."""

import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from clinic.actions.hours import add_absence
from clinic.models import AuditEntry
from scheduling.importing.file import import_bookings
from scheduling.importing.rows import BadImport, read_rows
from scheduling.models import BookedSession, Booking, Change, Claim, Message
from tests.scheduling.builders import NECK, NOON, UPPER_FACE, found_for, make_plan
from tests.scheduling.claims import claimed, marked
from tests.scheduling.practice import approved_plan, booked, open_practice, work

pytestmark = pytest.mark.django_db
HEAD = "patient_email,birth_date,plan,series,number,date,time,provider,room\n"
FIRST = "alice@example.com,1985-03-14,1,mesobotox.neck,1,2027-01-12,10:00,Dr. June Ellis,\n"
FACE = FIRST.replace("mesobotox.neck", "botox.upper_face")
SECOND = "alice@example.com,1985-03-14,1,mesobotox.neck,2,2027-04-13,14:30,dr. june ellis,Room 2\n"


@pytest.fixture
def version(location, coordinator, provider, patient):
    """Alice's approved plan of the neck and the upper face."""
    open_practice(location)
    work(provider, location)
    return approved_plan(patient, coordinator, provider, found_for(NECK, UPPER_FACE))


@pytest.fixture
def bea(version, coordinator, provider, make_patient):
    """Bea, with a plan of the same, and her rows."""
    patient = make_patient("Bea", "Brook", email="bea@example.com")
    return approved_plan(patient, coordinator, provider, found_for(NECK, UPPER_FACE))


@pytest.fixture
def bring_in(coordinator):
    """Import some lines: `bring_in(FIRST, SECOND)`."""

    def run(*lines: str, **options):
        return import_bookings(
            by=coordinator, rows=read_rows((HEAD + "".join(lines)).encode()), now=NOON, **options
        )

    return run


@pytest.fixture
def refused(bring_in):
    """Import some lines that are refused; what is said of them."""

    def run(*lines: str) -> list[str]:
        before = stored()
        with pytest.raises(BadImport) as bad:
            bring_in(*lines)
        assert stored() == before
        return str(bad.value).split("\n")

    return run


def stored() -> list[int]:
    """Count what a refusal must leave alone."""
    return [one.objects.count() for one in (Booking, BookedSession, Claim, Change, AuditEntry)]


def test_rows_of_one_patient_at_one_time_are_one_visit(version, bring_in):
    done = bring_in(FIRST, SECOND, FACE)

    first, second = booked(version)
    assert (done.visits, done.sessions, done.plans) == (2, 3, 1)
    assert [(one.key, one.ordinal) for one in first.sessions.all()] == [
        ("mesobotox.neck", 1),
        ("botox.upper_face", 1),
    ]
    assert (first.date, first.starts, first.provider.printed_name) == (
        datetime.date(2027, 1, 12),
        "10:00",
        "Dr. June Ellis",
    )
    assert (second.date, second.starts, second.room.name) == (datetime.date(2027, 4, 13), "14:30", "Room 2")


def test_who_is_brought_in_from_another_system_is_told_nothing(version, bring_in):
    bring_in(FIRST, SECOND)

    assert (len(booked(version)), Message.objects.count()) == (2, 0)


def test_the_visits_are_claimed_and_on_record(version, bring_in, coordinator):
    bring_in(FIRST, SECOND)

    change = Change.objects.get()
    entry = AuditEntry.objects.get(action="bookings.imported")
    assert {str(one.pk) for one in booked(version)} == set(change.after)
    assert (entry.actor, entry.detail["booked"]) == (coordinator, 2)
    assert marked() == claimed() != set()


def test_without_a_room_it_is_the_first_that_fits(version, bea, bring_in):
    bring_in(FIRST)

    bring_in(FIRST.replace("alice", "bea").replace("10:00", "11:30").replace(",\n", ",Room 1\n"))

    assert [one.room.name for one in Booking.objects.order_by("unit")] == ["Room 1", "Room 1"]


def test_checking_tries_everything_and_keeps_nothing(version, bring_in):
    before = stored()

    done = bring_in(FIRST, SECOND, check=True)

    assert (done.visits, stored()) == (2, before)


def test_columns_may_stand_in_any_order_and_series_by_name(version, coordinator):
    content = (
        "\ufeffprovider,TIME,date,number,series,plan,birth_date,patient_email\r\n"
        'Dr. June Ellis,9:05,2027-01-12,1,"mesobotox, neck",1,1985-03-14,ALICE@example.com\r\n\r\n'
    ).encode()

    done = import_bookings(by=coordinator, rows=read_rows(content), now=NOON)

    assert (done.visits, booked(version)[0].starts) == (1, "09:05")


def test_one_bad_row_keeps_all_others_out(version, bea, refused):
    said = refused(FIRST, SECOND, FIRST.replace("alice", "bea").replace("Ellis", "Nobody"))

    assert said == [
        "line 4: no provider “Dr. June Nobody” can be booked at Park Street; there is: Dr. June Ellis."
    ]


def test_every_bad_row_is_named(version, bea, refused):
    said = refused(FIRST.replace(",1,2027", ",9,2027"), SECOND, FIRST.replace("alice", "zoe"))

    assert said == [
        "line 2: mesobotox.neck has no session 9 in this plan; it has 1 to 6.",
        "line 4: no patient at your locations has the e-mail “zoe@example.com” "
        "and the date of birth 1985-03-14.",
    ]


def test_a_patient_of_another_location_is_not_known(version, other_coordinator):
    with pytest.raises(BadImport) as bad:
        import_bookings(by=other_coordinator, rows=read_rows((HEAD + FIRST).encode()), now=NOON)

    assert str(bad.value) == (
        "line 2: no patient at your locations has the e-mail “alice@example.com” "
        "and the date of birth 1985-03-14."
    )


def test_two_patients_with_one_address_are_not_guessed(version, make_patient, refused):
    make_patient("Alicia", email="Alice@example.com")

    said = refused(FIRST)

    assert said == [
        "line 2: more than one patient has the e-mail “alice@example.com” and the date of birth 1985-03-14."
    ]


def test_the_plan_has_to_be_there_and_approved(version, patient, coordinator, refused):
    make_plan(patient, coordinator)

    said = refused(FIRST.replace("14,1,", "14,2,"), FIRST.replace("14,1,", "14,7,"))

    assert said == [
        "line 2: a provider has to approve plan 2 before it is booked.",
        "line 3: the patient has no plan 7; there is: 1, 2.",
    ]


def test_an_unknown_series_names_those_of_the_plan(version, refused):
    assert refused(FIRST.replace("mesobotox.neck", "botox.neck")) == [
        "line 2: the plan has no series “botox.neck”; it has: botox.upper_face, mesobotox.neck."
    ]


def test_a_rule_is_named_with_what_would_work(version, refused):
    (line,) = refused(FIRST, SECOND.replace("2027-04-13", "2027-03-01"))

    assert line.startswith("line 3: MesoBotox, neck, session 2: too soon")
    assert line.endswith(
        "What would work: Mon 12 Apr 2027, 14:30; Tue 13 Apr 2027, 14:30; Wed 14 Apr 2027, 14:30."
    )


def test_a_provider_who_is_away_is_named_with_what_would_work(version, provider, coordinator, refused):
    day = datetime.date(2027, 1, 12)
    add_absence(by=coordinator, provider=provider.provider, first=day, last=day, reason="Training")

    said = refused(FIRST)

    assert said == [
        "line 2: Tue 12 Jan 2027, 10:00: Dr. June Ellis is away (Training). "
        "What would work: Wed 13 Jan 2027, 10:00; Mon 11 Jan 2027, 10:00; Thu 14 Jan 2027, 10:00."
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("10:00", "07:00", "Tue 12 Jan 2027, 07:00: not open then; it is open from 09:00 to 17:00."),
        ("2027-01-12", "2027-01-10", "Sun 10 Jan 2027, 10:00: not open then; it is not open on Sundays."),
        ("2027-01-12", "2027-01-03", "Sun 3 Jan 2027 has passed."),
        ("2027-01-12,10:00", "2027-01-04,11:55", "Mon 4 Jan 2027, 11:55: this time has passed."),
        (",\n", ",Cellar\n", "no room “Cellar” can be booked at Park Street; there is: Room 1, Room 2."),
    ],
)
def test_a_time_that_cannot_be_had_says_why(version, refused, old, new, said):
    (line,) = refused(FIRST.replace(old, new))

    assert line.startswith(f"line 2: {said}")


def test_a_time_that_is_taken_names_by_whom_it_is_missed(version, bea, bring_in, refused):
    bring_in(FIRST)

    said = refused(FIRST.replace("alice", "bea"))

    assert said == [
        "line 2: Tue 12 Jan 2027, 10:00: Dr. June Ellis is booked already. "
        "What would work: Tue 12 Jan 2027, 09:30; Wed 13 Jan 2027, 10:00; Mon 11 Jan 2027, 10:00."
    ]


def test_two_rows_of_a_file_are_not_booked_at_one_time(version, bea, refused):
    (line,) = refused(FIRST, FIRST.replace("alice", "bea"))

    assert line.startswith(
        "line 3: Tue 12 Jan 2027, 10:00: Dr. June Ellis is booked already. What would work:"
    )


def test_visits_of_one_patient_do_not_overlap(version, refused):
    said = refused(FIRST, FACE.replace("10:00", "10:30"))

    assert said == ["line 3: the visit of line 2 lasts until 11:10."]


def test_a_booked_session_is_not_booked_again(version, bring_in, refused):
    bring_in(FIRST)

    (line,) = refused(FIRST.replace("10:00", "14:00"))

    assert line.startswith("line 2: MesoBotox, neck, session 1 is booked for Tue 12 Jan 2027, 10:00 already.")


def test_rows_of_a_visit_agree(version, refused):
    said = refused(FIRST, FACE.replace("June Ellis,", "Okoro,Room 1"), FIRST)

    assert said == [
        "line 3: another provider than in line 2; one visit has one.",
        "line 3: another room than in line 2; one visit has one.",
        "line 4: the same session stands in line 2 already.",
    ]


def run(*arguments: str) -> str:
    """Run the command; what it printed."""
    out = StringIO()
    call_command("import_bookings", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_books_from_a_file(version, coordinator, tmp_path, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)
    file = tmp_path / "bookings.csv"
    file.write_text(HEAD + FIRST + SECOND)

    said = run(str(file), "--by", "Nora@example.com", "--check"), run(str(file), "--by", "nora@example.com")

    assert said == (
        "Sessions: 2, visits: 2, plans: 1. All can be booked; nothing was changed.\n",
        "Sessions: 2, visits: 2, plans: 1. All are booked.\n",
    )
    assert [one.booked_by for one in booked(version)] == [coordinator] * 2


def test_the_command_refuses_with_status_2(version, coordinator, tmp_path):
    file = tmp_path / "bookings.csv"
    file.write_text(HEAD + FIRST.replace("10:00", "ten"))

    with pytest.raises(CommandError) as error:
        run(str(file), "--by", "nora@example.com")

    assert error.value.returncode == 2
    assert str(error.value) == (
        "line 2: time: “ten” is no time. Write it as 09:05, in steps of 5 minutes.\nNothing was booked."
    )


@pytest.mark.parametrize("by", ["maya@example.com", "vera@example.com", "nobody@example.com"])
def test_only_those_who_book_import(version, patient_user, manager, tmp_path, by):
    file = tmp_path / "bookings.csv"
    file.write_text(HEAD + FIRST)

    with pytest.raises(CommandError) as error:
        run(str(file), "--by", by)

    assert (error.value.returncode, str(error.value)) == (2, f"{by} is no coordinator or provider here.")


def test_a_missing_file_is_named(coordinator, tmp_path):
    missing = str(tmp_path / "none.csv")

    with pytest.raises(CommandError) as error:
        run(missing, "--by", "nora@example.com")

    assert (error.value.returncode, str(error.value)) == (2, f"{missing}: No such file or directory")
