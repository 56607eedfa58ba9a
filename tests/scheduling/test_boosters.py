"""An extra treatment before an event (R14): when it could be, wished, booked for the day, refused, erased."""

import datetime

import pytest

from clinic.models import AuditEntry
from scheduling.actions import events
from scheduling.actions.bookings import Refused
from scheduling.actions.erasing import empty_texts
from scheduling.actions.undoing import undo
from scheduling.booking_page.told_events import booster_notes
from scheduling.course.situation import Situation
from scheduling.models import Change, PatientEvent, Question
from scheduling.patient_page import boosters
from scheduling.patient_page.course import Course
from scheduling.patient_page.effects import effects
from tests.scheduling.asking import DAY, asked, do, said
from tests.scheduling.builders import NOON, UPPER_FACE, found_for
from tests.scheduling.practice import approved_plan, booked, open_practice, work
from tests.scheduling.wishing import (
    CHEEKS_KEY,
    FREE,
    LATE,
    NECK_KEY,
    WEDDING,
    booked_as_planned,
    chances,
    signed_plan,
    tied,
    told,
    wished,
)
from treatments.claims import claims
from treatments.library import load_library

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def signed(location, coordinator, provider, patient_user):
    """Maya's signed plan of the cheeks and the neck, with nothing booked."""
    return signed_plan(location, coordinator, provider, patient_user.patient)


@pytest.fixture
def version(signed, coordinator):
    """The same plan, booked as it was planned."""
    return booked_as_planned(signed, coordinator)


def test_a_visit_in_good_time_and_both_edges_of_the_smile_are_said(version, patient_user):
    word, words = chances(patient_user, WEDDING)[CHEEKS_KEY]

    assert word == "Well timed already"
    assert words == (
        "Your visit on Mon 5 Apr 2027 already lies on the recommended days before your day.",
        boosters.SMILE,
        "So one could cost you part of your smile on your day: for a few people from Wed 21 Apr 2027 on, "
        "for more people from Mon 10 May 2027 on, most likely from Mon 24 May 2027 on.",
    )


@pytest.mark.parametrize(
    ("date", "cheeks", "neck"),
    [
        (
            LATE,
            ("There is time for it", "It could be from Fri 30 Jun 2028 to Fri 18 Aug 2028."),
            ("There is time for it", "It could be from Tue 5 Sep 2028 to Fri 22 Sep 2028."),
        ),
        (
            datetime.date(2028, 7, 20),
            ("Close to your day", "It could be from Mon 5 Jun 2028 to Thu 8 Jun 2028."),
            (
                "Well timed already",
                "Your visit on Wed 7 Jun 2028 already lies on the recommended days before your day.",
            ),
        ),
        (
            datetime.date(2027, 1, 20),
            ("No day fits", f"{boosters.NO_TIME} {boosters.ASK_ANYWAY}"),
            ("No day fits", f"{boosters.TOO_NEAR} 90 days apart. {boosters.ASK_ANYWAY}"),
        ),
    ],
)
def test_the_days_keep_the_lead_of_the_event_and_the_distance_to_every_visit(
    version, patient_user, date, cheeks, neck
):
    found = chances(patient_user, date)

    assert {key: (word, words[0]) for key, (word, words) in found.items()} == {
        CHEEKS_KEY: cheeks,
        NECK_KEY: neck,
    }


def test_days_close_before_another_event_are_none_that_are_recommended(version, patient_user):
    PatientEvent.objects.create(
        patient=patient_user.patient, name="Reunion", date=datetime.date(2028, 9, 20), told_at=NOON
    )

    word, words = chances(patient_user, LATE)[CHEEKS_KEY]
    notes = booster_notes(Situation(version, NOON), wished(patient_user))

    assert (word, words[0]) == (
        "There is time for it",
        "It could be from Fri 30 Jun 2028 to Wed 19 Jul 2028.",
    )
    assert notes[0].endswith("Recommended from Fri 30 Jun 2028 to Wed 19 Jul 2028.")
    assert notes[2] == (
        "Also Reunion on Wed 20 Sep 2028: closer than recommended fewer than 63 days before it, "
        "fewer than 42 days before it only with a provider's reason."
    )


def test_days_left_only_close_before_an_event_name_it(version, patient_user):
    PatientEvent.objects.create(
        patient=patient_user.patient, name="Reunion", date=datetime.date(2028, 8, 30), told_at=NOON
    )

    word, words = chances(patient_user, LATE)[CHEEKS_KEY]

    assert (word, words[:3]) == (
        "Close to your day",
        (
            "It could be from Fri 30 Jun 2028 to Wed 19 Jul 2028 or from Thu 31 Aug 2028 to Fri 8 Sep 2028.",
            "From Fri 30 Jun 2028 to Wed 19 Jul 2028 is closer to Reunion on Wed 30 Aug 2028 "
            "than recommended.",
            "From Thu 31 Aug 2028 to Fri 8 Sep 2028 is closer to your day than recommended: "
            "42 to 50 days before it.",
        ),
    )


def test_a_visit_close_to_the_day_for_one_area_is_well_timed_for_none(version, patient_user):
    event = PatientEvent(patient=patient_user.patient, name="Wedding", date=datetime.date(2027, 5, 15))
    course = Course(patient_user, patient_user.patient, NOON)

    shown = {one.key: one for one in boosters.EventBoosters(course, event).chances}

    bands = {one.date: one.band for one in effects(course, event.date)}
    visit = datetime.date(2027, 4, 5)
    assert (bands[visit], shown[NECK_KEY].state.word) == ("AMBER", "No day fits")
    assert shown[NECK_KEY].words[0] == boosters.CLOSE_VISIT.format("Mon 5 Apr 2027")
    assert [one.can_ask for one in shown.values()] == [False, False]


def test_the_days_and_the_words_about_swelling_agree(signed, patient_user):
    word, words = chances(patient_user, datetime.date(2027, 1, 25))[NECK_KEY]

    assert (word, words) == (
        "Close to your day",
        (
            "It could be from Tue 5 Jan 2027 to Mon 11 Jan 2027.",
            "That is closer to your day than recommended: 14 to 20 days before it.",
            "At least 28 days before your day are recommended: swelling and bruises need time to settle.",
        ),
    )


def test_a_round_without_a_date_comes_before_an_extra_one(location, coordinator, provider, patient_user):
    work(provider, open_practice(location))
    approved_plan(patient_user.patient, coordinator, provider, found_for(UPPER_FACE))

    word, words = chances(patient_user, datetime.date(2027, 5, 20))["botox.upper_face"]

    assert (word, words[0]) == ("There is time for it", boosters.ROUND)


def test_every_word_about_it_claims_nothing(version, patient_user):
    days = [WEDDING, LATE, datetime.date(2027, 1, 20), datetime.date(2028, 7, 20)]
    said_of = [text for day in days for _, words in chances(patient_user, day).values() for text in words]
    perioral = load_library().protocols["mesobotox.perioral"]
    said_of += [*boosters.cost_words(perioral, WEDDING, NOON.date()), boosters.DECIDES, boosters.ROUND]

    assert [text for text in said_of if claims(text)] == []


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"withdrawn_at": NOON}, "You took this day back."),
        ({"date": NOON.date()}, "No day is left before it."),
        ({"booster_key": NECK_KEY, "booster_asked_at": NOON}, "You asked for another treatment"),
    ],
)
def test_what_cannot_be_wished_says_why(signed, patient_user, fields, why):
    event = told(patient_user, **fields)

    with pytest.raises(events.NotAsked, match=why):
        events.ask_for_booster(by=patient_user, event=event, key=CHEEKS_KEY, now=NOON)


def test_after_a_refusal_it_can_be_asked_for_anew(signed, coordinator, patient_user):
    event = wished(patient_user)
    events.refuse_booster(by=coordinator, event=event, because="Too soon", now=NOON)

    again = events.ask_for_booster(by=patient_user, event=event, key=CHEEKS_KEY, now=NOON + DAY)

    assert (again.is_asking, again.settled_at) == (True, None)


def test_a_booster_too_near_before_a_told_day_takes_a_providers_reason(version, provider, patient_user):
    told(patient_user, datetime.date(2028, 7, 20))
    booster = asked(version, [(CHEEKS_KEY, 0)], datetime.date(2028, 6, 9))
    in_time = asked(version, [(CHEEKS_KEY, 0)], datetime.date(2028, 6, 8))

    against = said(version, booster)

    assert against == [
        "MesoBotox, cheeks to jawline, booster on Fri 9 Jun 2028: fewer than 42 days before "
        "Wedding on Thu 20 Jul 2028."
    ]
    assert said(version, in_time) == []
    with pytest.raises(Refused):
        do(version, provider, booster)
    do(version, provider, booster, override="She accepts a smaller smile")
    assert booked(version)[-1].date == datetime.date(2028, 6, 9)


def test_a_booster_moved_past_its_day_takes_a_providers_reason(version, coordinator, provider, patient_user):
    event = tied(version, coordinator, patient_user)
    PatientEvent.objects.filter(pk=event.pk).update(date=FREE + 20 * DAY)
    days = {n: asked(version, [(CHEEKS_KEY, 0)], FREE + n * DAY, booking=event.booster) for n in (14, 24)}

    with pytest.raises(Refused, match="has to lie before that day"):
        do(version, coordinator, days[24])
    do(version, provider, days[24], override="She will be away on the day itself.")

    assert not [one for one in said(version, days[14]) if "has to lie before" in one]


def test_tying_the_same_visit_again_is_done_once(version, coordinator, patient_user):
    event = tied(version, coordinator, patient_user)

    again = events.tie(by=coordinator, event=event, change=Change.objects.order_by("-pk").first())

    assert again.booster == event.booster
    assert AuditEntry.objects.filter(action="event.booster_booked").count() == 1


def test_what_books_it_can_be_undone_and_the_wish_is_open_again(version, coordinator, patient_user):
    tied(version, coordinator, patient_user)

    undo(by=coordinator, change=Change.objects.latest("pk"), now=NOON)

    assert PatientEvent.objects.asking(NOON.date()).count() == 1


def test_erasing_takes_the_wish_and_its_reason_away(signed, coordinator, manager, patient_user):
    event = wished(patient_user)
    events.refuse_booster(by=coordinator, event=event, because="Your skin needs a rest.", now=NOON)

    empty_texts(manager, patient_user.patient, NOON)

    event.refresh_from_db()
    assert (event.booster_key, event.booster_asked_at, event.booster) == ("", None, None)
    assert Question.objects.filter(answer__contains="rest").count() == 0
