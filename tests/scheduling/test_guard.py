"""The guard: every rule and place against a visit, in words, on whichever path it is asked for."""

import dataclasses
import datetime

import pytest
from django.core.exceptions import PermissionDenied

from clinic.actions.hours import add_absence, close_days
from clinic.models import Device, Provider, Room
from scheduling.actions import visits
from scheduling.intake.parse import read_intake
from scheduling.intake.recommend import recommend
from tests.scheduling.asking import DAY, FACE_KEY, NECK_KEY, asked, do, found, moved, noon, said
from tests.scheduling.builders import NECK, UPPER_FACE, found_for
from tests.scheduling.intake.intakes import SMILE, raw
from tests.scheduling.practice import approved_plan, booked, work
from treatments.models import Credential, RoomUse

pytestmark = pytest.mark.django_db
FIRST = datetime.date(2027, 1, 5)
APRIL = datetime.date(2027, 4, 5)
FILLER_KEY = "dynamic_filler.cheek_smile"


def test_a_visit_within_its_window_has_nothing_against_it(neck):
    assert said(neck, moved(neck, booked(neck)[1], APRIL + 7 * DAY)) == []


def test_too_soon_names_the_treatment_before_and_the_first_day(neck):
    (one,) = found(neck, moved(neck, booked(neck)[1], datetime.date(2027, 3, 1)))

    assert one.text == (
        "MesoBotox, neck, session 2: too soon after the treatment on Tue 5 Jan 2027, "
        "Mon 5 Apr 2027 is the first day."
    )
    assert (one.kind, one.rule, one.date) == ("rule", "R33", datetime.date(2027, 3, 1))
    assert one.source != ""


def test_too_late_names_the_last_day(neck):
    assert said(neck, moved(neck, booked(neck)[1], datetime.date(2027, 6, 8))) == [
        "MesoBotox, neck, session 2: too late after the treatment on Tue 5 Jan 2027, "
        "Fri 4 Jun 2027 is the last day."
    ]


def test_moving_a_visit_may_not_bring_the_next_one_too_close(neck, coordinator):
    do(neck, coordinator, asked(neck, [(NECK_KEY, 3)], datetime.date(2027, 7, 5)))

    assert said(neck, moved(neck, booked(neck)[1], APRIL + 7 * DAY)) == [
        "MesoBotox, neck, session 3: too soon after the treatment on Mon 12 Apr 2027, "
        "Mon 12 Jul 2027 is the first day."
    ]


def test_a_later_session_keeps_its_minimum_while_the_one_before_has_no_date(neck, coordinator):
    visits.cancel(by=coordinator, booking=booked(neck)[1], reason="Ill", now=noon(FIRST - DAY))
    visits.complete(by=coordinator, booking=booked(neck)[0], treated=[NECK_KEY], now=noon(FIRST))

    later = said(neck, asked(neck, [(NECK_KEY, 3)], datetime.date(2027, 2, 1)), now=noon(FIRST + DAY))

    assert later == [
        "MesoBotox, neck, session 3: too soon after the treatment on Tue 5 Jan 2027, "
        "Mon 5 Apr 2027 is the first day."
    ]


def test_what_is_broken_already_does_not_stand_against_another_visit(neck, provider, coordinator):
    do(neck, provider, moved(neck, booked(neck)[1], datetime.date(2027, 3, 1)), override="Leaves for a year")

    assert said(neck, asked(neck, [(NECK_KEY, 3)], datetime.date(2027, 6, 1))) == []


def test_breaking_a_rule_worse_than_before_needs_a_provider_again(neck, provider, coordinator):
    do(neck, provider, moved(neck, booked(neck)[1], datetime.date(2027, 3, 1)), override="Leaves for a year")
    closer = moved(neck, booked(neck)[0], datetime.date(2027, 1, 12))

    with pytest.raises(PermissionDenied):
        do(neck, coordinator, closer, override="Let us do it")

    assert said(neck, closer) == [
        "MesoBotox, neck, session 2: too soon after the treatment on Tue 12 Jan 2027, "
        "Mon 12 Apr 2027 is the first day."
    ]


def test_treatments_that_keep_apart_name_the_visit_and_the_first_day(
    practice, coordinator, provider, patient
):
    found_plan = recommend(read_intake(raw(UPPER_FACE, SMILE)))
    version = approved_plan(patient, coordinator, provider, found_plan)
    do(version, coordinator, asked(version, [(FACE_KEY, 1)], FIRST))

    (one,) = found(version, asked(version, [(FILLER_KEY, 1)], datetime.date(2027, 1, 20)))

    assert one.text.partition(": ")[2] == (
        "fewer than 84 days after the visit on Tue 5 Jan 2027, Tue 30 Mar 2027 is the first day. "
        "Soon after toxin the lines do not show well enough to fill."
    )
    assert one.rule == "R40"


def test_the_days_before_an_event_are_named(practice, coordinator, provider, patient):
    wedding = recommend(read_intake(raw(NECK, events=[{"name": "Wedding", "date": "2027-02-01"}])))
    version = approved_plan(patient, coordinator, provider, wedding)

    (one,) = found(version, asked(version, [(NECK_KEY, 1)], datetime.date(2027, 1, 26)))

    assert one.text == (
        "MesoBotox, neck, session 1: not from Tue 19 Jan 2027 to Mon 1 Feb 2027: event: Wedding."
    )
    assert one.rule == "R23"


@pytest.mark.parametrize(
    "day, minute, words",
    [
        (FIRST, 8 * 60 + 55, "Tue 5 Jan 2027, 08:55: not open then; it is open from 09:00 to 17:00."),
        (FIRST, 16 * 60, "Tue 5 Jan 2027, 16:00: not open then; it is open from 09:00 to 17:00."),
        (
            datetime.date(2027, 1, 9),
            600,
            "Sat 9 Jan 2027, 10:00: not open then; it is not open on Saturdays.",
        ),
        (datetime.date(2027, 1, 4), 600, "Mon 4 Jan 2027, 10:00: this time has passed."),
        (datetime.date(2027, 1, 4), 720, "Mon 4 Jan 2027, 12:00: this time has passed."),
    ],
)
def test_the_clock_and_the_hours_are_no_rule_to_override(
    practice, coordinator, provider, patient, day, minute, words
):
    version = approved_plan(patient, coordinator, provider)

    (one,) = found(version, asked(version, [(NECK_KEY, 1)], day, minute))

    assert (one.kind, one.text) == ("place", words)


def test_the_next_five_minutes_can_still_be_booked(practice, coordinator, provider, patient):
    version = approved_plan(patient, coordinator, provider)

    assert said(version, asked(version, [(NECK_KEY, 1)], datetime.date(2027, 1, 4), 12 * 60 + 5)) == []


def test_a_day_after_the_plan_is_not_booked(practice, coordinator, provider, patient):
    version = approved_plan(patient, coordinator, provider)
    far = asked(version, [(NECK_KEY, 1)], datetime.date(2031, 1, 7))

    assert "Tue 7 Jan 2031, 10:00: after the plan, which ends on Sat 18 Nov 2028." in said(version, far)


def test_a_time_that_the_clock_does_not_show_is_refused(practice, coordinator, provider, patient):
    version = approved_plan(patient, coordinator, provider)

    wrong = asked(version, [(NECK_KEY, 1)], FIRST, unit=asked(version, [(NECK_KEY, 1)], FIRST).unit + 1)

    assert said(version, wrong) == ["Tue 5 Jan 2027, 10:00: the clock at Park Street shows another time."]


def test_absences_shifts_and_credentials_name_the_provider(
    practice, coordinator, provider, manager, make_user, patient
):
    version = approved_plan(patient, coordinator, provider)
    ellis, brandt = (
        provider.provider,
        work(make_user("Brandt", "provider", practice), practice, hours=(540, 720)),
    )
    outsider = Provider.objects.create(user=make_user("Okoye", "provider"), printed_name="Chidi Okoye")
    Credential.objects.filter(provider=brandt, treatment__key="mesobotox").delete()
    add_absence(by=manager, provider=ellis, first=FIRST, last=FIRST, reason="Training")
    work(trainee := make_user("Moreau", "provider", practice), practice, hours=(540, 720))

    said_of = [
        said(version, asked(version, [(NECK_KEY, 1)], day, 13 * 60, provider=pk))
        for day, pk in (
            (FIRST, ellis.pk),
            (FIRST, brandt.pk),
            (FIRST, outsider.pk),
            (FIRST, trainee.provider.pk),
        )
    ]

    assert said_of == [
        ["Tue 5 Jan 2027, 13:00: Dr. June Ellis is away (Training)."],
        ["Tue 5 Jan 2027, 13:00: Brandt does not give this treatment."],
        ["Tue 5 Jan 2027, 13:00: this provider cannot be booked here."],
        ["Tue 5 Jan 2027, 13:00: Moreau works from 09:00 to 12:00."],
    ]


def test_rooms_and_devices_must_serve_the_visit(practice, coordinator, provider, patient, other_location):
    version = approved_plan(patient, coordinator, provider)
    first, second = Room.objects.filter(location=practice)
    RoomUse.objects.filter(room=first).delete()
    Room.objects.filter(pk=second.pk).update(is_active=False)
    elsewhere = Room.objects.create(location=other_location, name="Far away")
    device = Device.objects.get(location=practice)

    said_of = [
        said(version, asked(version, [(NECK_KEY, 1)], FIRST, room=room.pk))
        for room in (first, second, elsewhere)
    ]
    with_device = said(version, asked(version, [(NECK_KEY, 1)], FIRST, room=second.pk, device=device.pk))

    assert said_of == [
        ["Tue 5 Jan 2027, 10:00: Room 1 does not serve this treatment."],
        ["Tue 5 Jan 2027, 10:00: this room cannot be booked here."],
        ["Tue 5 Jan 2027, 10:00: this room cannot be booked here."],
    ]
    assert with_device[-1] == "Tue 5 Jan 2027, 10:00: this visit needs no device."


def test_a_closed_day_is_named_once(practice, coordinator, provider, manager, patient):
    version = approved_plan(patient, coordinator, provider)
    close_days(by=manager, location=practice, first=FIRST, last=FIRST, reason="Moving house")

    assert said(version, asked(version, [(NECK_KEY, 1)], FIRST)) == [
        "Tue 5 Jan 2027, 10:00: closed (Moving house)."
    ]


def test_days_the_patient_cannot_come_are_rules(practice, coordinator, provider, patient):
    away = [{"from": "2027-01-05", "to": "2027-01-08"}]
    version = approved_plan(
        patient, coordinator, provider, recommend(read_intake(raw(NECK, away=away, weekdays=[1, 2])))
    )

    gone = said(version, asked(version, [(NECK_KEY, 1)], FIRST))
    wednesday = said(version, asked(version, [(NECK_KEY, 1)], datetime.date(2027, 1, 13)))

    assert gone == ["MesoBotox, neck, session 1: the patient is away from Tue 5 Jan 2027 to Fri 8 Jan 2027."]
    assert wednesday == [
        "MesoBotox, neck, session 1: the patient does not come on a Wednesday, only on Mon, Tue."
    ]


def test_a_visit_takes_no_longer_than_the_practice_allows(practice, coordinator, provider, patient):
    whole = found_for(NECK, UPPER_FACE)
    short = dataclasses.replace(whole, problem=dataclasses.replace(whole.problem, max_visit_minutes=60))
    version = approved_plan(patient, coordinator, provider, short, override="The practice closes early.")

    assert said(version, asked(version, [(NECK_KEY, 1), (FACE_KEY, 1)], FIRST)) == [
        "The visit on Tue 5 Jan 2027: longer than the 60 minutes a visit may take; split it."
    ]
