"""The demo practice lives: a true past, a day under way, and well booked weeks."""

import datetime
from collections import Counter, defaultdict

import pytest
from django.apps import apps
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import transaction

from clinic.demo import COORDINATOR, email_of
from clinic.models import Absence, Location, Patient, Provider, Shift, User
from scheduling.actions.sending import send_again
from scheduling.availability.bits import span
from scheduling.availability.days import PLAIN, day_of
from scheduling.boards.freed import freed_times
from scheduling.boards.waiting import Matching
from scheduling.claiming.free_times import place_of
from scheduling.course.standing import Standing, Standings
from scheduling.demo.cast import Cast
from scheduling.demo.guests import Visit, seed_guest
from scheduling.demo.load import loads, total
from scheduling.demo.practice import seed_demo
from scheduling.demo.room import SAFE_DAYS, make_room, safe_days
from scheduling.demo.wishes import CHEEKS
from scheduling.logs.words import ACTIONS
from scheduling.models import Booking, BusyDay, Change, Claim, Given, Message, Offer, PlanVersion, Waiting
from scheduling.patient_page.check_ins import due
from scheduling.patient_page.course import Course
from treatments.current import current_library
from treatments.library import load_library
from treatments.models import Credential
from treatments.shipping import ship

NOW = datetime.datetime(2026, 11, 24, 16, 30, tzinfo=datetime.UTC)
TODAY = NOW.date()
WEEKS = 1
DAY = datetime.timedelta(days=1)
KINDS = ("patient", "provider", "room", "device")


@pytest.fixture(scope="module")
def seeded(django_db_setup, django_db_blocker):
    """Fill the demo practice once for all tests here, a week ahead, on a Tuesday at half past eleven."""
    with django_db_blocker.unblock(), transaction.atomic():
        ship(load_library())
        seed_demo(TODAY, NOW, WEEKS)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def practice(seeded, db) -> dict[str, Location]:
    """The demo's locations by their short names; what a test changes is undone."""
    return {one.slug: one for one in Location.objects.all()}


def rows() -> dict[str, int]:
    """Count the rows of every table."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def claimed() -> dict[tuple[str, int, int], int]:
    """Give the units of all claims as bits of each holder's UTC days."""
    found: dict[tuple[str, int, int], int] = defaultdict(int)
    for unit, *holders in Claim.objects.values_list("unit", *KINDS):
        for kind, holder in zip(KINDS, holders, strict=True):
            if holder:
                found[kind, holder, unit // PLAIN] |= 1 << unit % PLAIN
    return dict(found)


def plan_of(number: int) -> PlanVersion:
    """Give the current version of the plan of the person on a line."""
    versions = PlanVersion.objects.current().with_details()
    return versions.get(plan__patient__email=email_of(number))


def test_seeding_again_adds_nothing(practice):
    before = rows()

    seed_demo(TODAY, NOW, WEEKS)

    assert rows() == before


def test_nobody_is_written_to_but_three_reminders_of_each_location_and_one_that_did_not_arrive(practice):
    found = Counter(Message.objects.values_list("patient__location__slug", "key", "state"))

    sent = {(slug, "reminder", "sent"): 3 for slug in practice}
    assert found == sent | {(slug, "reminder", "failed"): 1 for slug in practice}
    assert mail.outbox == []


def test_the_reminder_that_did_not_arrive_can_be_sent_again(practice):
    failed = Message.objects.select_related("patient__location", "booking__location").filter(state="failed")

    for message in failed:
        send_again(by=User.objects.get(email=COORDINATOR.email), message=message, now=NOW)

    assert Message.objects.filter(state="waiting").count() == 2


def test_only_a_demo_is_filled(practice, settings):
    settings.DEMO = False
    Patient.objects.filter(email=email_of(6)).delete()
    before = rows()

    with pytest.raises(CommandError, match="Set DEMO=1 if you mean it"):
        call_command("seed_demo")

    assert rows() == before


def test_every_week_is_about_seventy_percent_booked(practice):
    weeks = [(TODAY + 7 * week * DAY, TODAY + (7 * week + 6) * DAY) for week in range(WEEKS)]

    shares = [total(loads(one, *week).values()).share for one in practice.values() for week in weeks]

    assert [share for share in shares if not 0.7 <= share < 0.9] == []
    assert len(shares) == 2


def test_the_share_counts_only_hours_in_which_somebody_works(practice):
    provider = Provider.objects.get(user__email="ellis@example.com")
    monday = TODAY + 6 * DAY

    before = loads(practice["park-street"], monday, monday)
    Absence.objects.create(provider=provider, first=monday, last=monday, reason="Ill")

    assert before[monday].minutes == 4 * 60
    assert loads(practice["park-street"], monday, monday) == {}
    assert total([]).share == 1


def test_busy_days_are_what_the_claims_say(practice):
    busy = {
        (one.kind, one.holder, one.day): int.from_bytes(one.bits, "little") for one in BusyDay.objects.all()
    }

    assert {key: bits for key, bits in busy.items() if bits} == claimed()


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_and_nothing_is_in_two_places(practice, kind):
    held = Counter(Claim.objects.exclude(**{kind: None}).values_list(kind, "unit"))

    assert held.most_common(1)[0][1] == 1


def test_every_visit_lies_inside_the_opening_hours_and_the_shift(practice):
    outside = []
    for location in practice.values():
        place = place_of(location, TODAY - 500 * DAY, TODAY + 1000 * DAY)
        for one in Booking.objects.expected().filter(location=location):
            day = day_of(location.zone, one.date)
            whole = span(one.unit - day.first, one.units)
            if place.open(day) & whole != whole or not works(one):
                outside.append(one)

    assert outside == []


def works(booking: Booking) -> bool:
    """Whether the provider of a visit has a shift there on that weekday while they are needed."""
    minute, needed = booking.minute, []
    for _, minutes, holds in booking.steps:
        if "provider" in holds:
            needed += [minute, minute + minutes]
        minute += minutes
    shifts = Shift.objects.filter(provider=booking.provider, location=booking.location)
    return shifts.filter(
        weekday=booking.date.isoweekday(), starts__lte=min(needed), ends__gte=max(needed)
    ).exists()


def test_sessions_are_counted_without_a_gap(practice):
    given = defaultdict(list)
    for plan, key, ordinal in (
        Given.objects.filter(counts=True).order_by("date").values_list("plan", "key", "ordinal")
    ):
        given[plan, key].append(ordinal)

    assert {key: found for key, found in given.items() if found != list(range(1, len(found) + 1))} == {}
    assert len(given) > 100


def test_no_session_lies_outside_its_window(practice):
    asked, outside = 0, []
    for version in PlanVersion.objects.approved().filter(plan__bookings__override_reason="").distinct():
        standings = Standings.of(PlanVersion.objects.with_details().get(pk=version.pk), TODAY)
        if not standings.needs_a_date:
            asked += len(standings.sessions)
            outside += [one for one in standings.sessions if not within_its_window(one)]

    assert [one for one in outside if not one.booking or not one.booking.override_reason] == []
    assert asked > 500


def within_its_window(one: Standing) -> bool:
    """Whether a session was given or is booked on a legal day."""
    return one.window.earliest <= one.date <= one.window.latest


def test_today_somebody_is_treated_somebody_waits_and_one_is_late(practice):
    for location in practice.values():
        today = Booking.objects.filter(location=location, date=TODAY)
        late = [one for one in today.filter(status="booked").order_by("unit") if one.at < NOW]

        assert today.count() >= 4
        assert today.filter(status="completed").exists()
        assert today.filter(status="arrived").exists()
        assert len(late) == 1


def test_a_visit_of_last_week_was_forgotten(practice):
    last_week = Booking.objects.filter(status="booked", date__range=(TODAY - 7 * DAY, TODAY - DAY))

    assert {one.location.slug for one in last_week} == set(practice)


def test_what_was_given_too_early_or_elsewhere_is_no_round(practice):
    early, elsewhere = Given.objects.filter(counts=False).order_by("-kind")

    assert (early.patient.email, early.kind) == (email_of(23), "series")
    assert early.because.startswith("Too early after")
    assert early.booking.override_reason == "Leaves for half a year; knows that this round will not count"
    assert (elsewhere.patient.email, elsewhere.kind) == (email_of(3), "elsewhere")


@pytest.mark.parametrize("number", [9, 17, 26])
def test_a_missed_visit_was_booked_again(practice, number):
    plan = plan_of(number).plan

    missed = plan.bookings.get(status="missed")
    change = Change.objects.get(plan=plan, action="plan.replanned")

    assert change.at.date() == missed.date
    assert Standings.of(plan_of(number), TODAY).needs_a_date == ()


@pytest.mark.parametrize("number", [22, 33])
def test_one_session_that_was_not_given_still_needs_a_date(practice, number):
    assert len(Standings.of(plan_of(number), TODAY).needs_a_date) == 1


def test_some_plans_wait_some_are_unbooked_and_some_patients_are_new(practice):
    unbooked = PlanVersion.objects.approved().exclude(plan__bookings__isnull=False)

    assert PlanVersion.objects.filter(status="proposed").count() == 5
    assert {one.plan.patient.email for one in unbooked} == {email_of(number) for number in (14, 32)}
    assert Patient.objects.filter(plans=None).count() == 5


def test_the_patient_with_an_account_has_something_on_every_page(practice):
    maya = Patient.objects.select_related("user", "location").get(email=email_of(0))
    course = Course(maya.user, maya, NOW)

    assert [one.weeks for one in course.check_ins] == [2]
    assert [one.weeks for one in due(course)] == [6]
    assert (len(course.versions), course.next is not None, len(course.past)) == (1, True, 1)
    assert sorted(bool(one.answer) for one in maya.questions.all()) == [False, True]
    assert [one.name for one in course.told] == ["Portrait session"]


def test_their_next_visit_could_be_on_two_other_days_however_full_these_are(practice):
    maya = Patient.objects.select_related("user", "location").get(email=email_of(0))
    cast, booking = Cast(NOW, current_library()), Course(maya.user, maya, NOW).next
    before = safe_days(cast, booking)
    crowd(cast, booking)

    full = safe_days(cast, booking)
    make_room(cast, maya)

    assert len(before) > len(full) < SAFE_DAYS
    assert len(safe_days(cast, booking)) == SAFE_DAYS


def crowd(cast: Cast, booking: Booking) -> None:
    """Let guests take every time of the provider of a visit near its day, while all others are away."""
    first, last = booking.date - 30 * DAY, booking.date + 30 * DAY
    for other in Provider.objects.exclude(pk=booking.provider_id):
        Absence.objects.create(provider=other, first=first, last=last, reason="Ill")
    for number in range(9000, 9240, 8):  # each for the first visit of a plan
        if not (days := safe_days(cast, booking)):
            return
        seed_guest(cast, Visit(booking.location, days[-1], (CHEEKS,), number))


def test_an_absence_about_five_weeks_ahead_affects_booked_visits(practice):
    absence = Absence.objects.get()

    affected = Booking.objects.live().filter(
        provider=absence.provider, date__range=(absence.first, absence.last)
    )

    assert 31 <= (absence.first - TODAY).days <= 66
    assert affected.exists()


def test_three_wait_at_each_location_and_a_time_freed_this_week_suits_one_of_them(practice):
    for location in practice.values():
        waiting = list(Waiting.objects.active().filter(plan__patient__location=location).with_details())
        times = freed_times(location, NOW)

        suited = {
            one.waiting.pk: time.date for time in times for one in Matching(time, waiting, NOW).sorted()[0]
        }

        assert len(waiting) == 3
        assert suited
        assert TODAY < min(suited.values()) <= TODAY + 7 * DAY


def test_a_time_is_held_for_a_second_one_who_waits(practice):
    for location in practice.values():
        offer = Offer.objects.open().get(waiting__plan__patient__location=location)

        assert offer.hold.held_until == NOW + datetime.timedelta(minutes=15)
        assert offer.hold.at > NOW
        assert offer.moves.date > offer.date


def test_two_visits_at_each_location_were_given_up_in_time_with_a_reason(practice):
    deeds = apps.get_model("clinic.AuditEntry").objects.filter(action="visit.cancelled")

    given_up = Booking.objects.filter(pk__in=deeds.values("object_id"), status="cancelled", date__gt=TODAY)

    assert Counter(one.location.slug for one in given_up) == {"park-street": 2, "lakeside": 2}
    assert all(one.detail["reason"] for one in deeds)


def test_dr_ellis_works_in_two_time_zones_on_different_days(practice):
    shifts = Shift.objects.filter(provider__user__email="ellis@example.com")
    days = {
        slug: set(shifts.filter(location=location).values_list("weekday", flat=True))
        for slug, location in practice.items()
    }

    assert days == {"park-street": {1, 2}, "lakeside": {4, 5}}
    assert practice["park-street"].zone != practice["lakeside"].zone


def test_nurse_practitioners_give_no_dynamic_fillers(practice):
    nurses = Provider.objects.filter(title="Nurse practitioner")

    assert Credential.objects.filter(provider__in=nurses, treatment__key="dynamic_filler").count() == 0
    assert Booking.objects.filter(provider__in=nurses, sessions__key__startswith="dynamic").count() == 0
    assert Booking.objects.filter(room__name="Small room", device__isnull=False).count() == 0
    assert Booking.objects.filter(room__name="Small room").exists()


def test_the_audit_tells_who_did_it(practice):
    user = User.objects.get(email=COORDINATOR.email)
    completed = Booking.objects.filter(status="completed")

    done = Counter(apps.get_model("clinic.AuditEntry").objects.values_list("action", flat=True))

    assert done["visit.completed"] == completed.count()
    assert done["plan.approved"] == PlanVersion.objects.approved().count()
    assert done["series.booked"] == Change.objects.filter(action="series.booked").count()
    assert user.deeds.filter(action="series.booked").exists()
    assert set(done) - set(ACTIONS) == set()
