"""A patient moves to another location: shown before, done as one, and seen from there only."""

import datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models.signals import pre_save

from clinic.actions import patients as identities
from clinic.models import AuditEntry, Location, Patient, User
from scheduling.actions import visits, waitlist
from scheduling.actions.bookings import Order, book
from scheduling.actions.given import record_elsewhere
from scheduling.actions.refusals import Refused, TooLate
from scheduling.actions.transfers import NotTransferred, transfer
from scheduling.actions.undoing import undo
from scheduling.actions.wishes import save as save_wishes
from scheduling.boards.freed import freed_times
from scheduling.course.standing import Standings
from scheduling.models import Booking, BusyDay, Change, Claim, Given, Offer, PlanVersion, Waiting
from tests.scheduling.builders import NECK, NOON, TODAY, UPPER_FACE, found_for
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, order_for, work
from tests.staff import let_work

DAY, HOUR = datetime.timedelta(days=1), datetime.timedelta(hours=1)
MORNING = NOON - 4 * HOUR


@pytest.fixture(autouse=True)
def monday(location, other_location, provider):
    """Monday 4 January 2027, eight in the morning in New York; Dr. Ellis works at both locations."""
    open_practice(location)
    open_practice(other_location)
    work(provider, location)
    work(provider, other_location, weekdays=(6,))
    let_work(provider, other_location)
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def version(patient, coordinator, provider) -> PlanVersion:
    """Alice's plan, booked whole."""
    version = approved_plan(patient, coordinator, provider, found_for(NECK, UPPER_FACE))
    book_all(version, coordinator, MORNING)
    return version


@pytest.fixture
def nora(coordinator, other_location) -> User:
    """Nora, who works at both locations."""
    let_work(coordinator, other_location)
    return coordinator


@pytest.fixture
def move(nora, patient, other_location):
    """Move Alice to Lakeside."""

    def moved(by=nora, to=other_location, now=MORNING, **seen) -> Patient:
        return transfer(by=by, patient=patient, to=to, now=now, **seen)

    return moved


def state() -> list[tuple]:
    """Everything a transfer could write, to be compared."""
    tables = (Patient, Booking, Claim, BusyDay, Change, Waiting, Offer, AuditEntry)
    return [tuple(model.objects.order_by("pk").values_list()) for model in tables]


def freed_first(version: PlanVersion, by: User):
    """Give up the plan's first visit, and the time it had."""
    gone = booked(version)[0]
    visits.cancel(by=by, booking=gone, reason="ill", now=MORNING)
    return next(one for one in freed_times(gone.location, MORNING) if one.date == gone.date)


def test_coming_visits_are_given_back_and_need_a_date_at_the_new_location(
    move, version, patient, other_location
):
    coming = booked(version)

    move()

    patient.refresh_from_db()
    version = PlanVersion.objects.with_details().get(pk=version.pk)
    standings = Standings.of(version, TODAY)
    assert patient.location == other_location
    assert {one.status for one in booked(version)} == {"cancelled"}
    assert (Claim.objects.count(), len(coming)) == (0, 7)
    assert len(standings.needs_a_date) == len(standings.sessions)
    assert version.is_approved


def test_what_was_given_stays_and_counts(move, version, coordinator, provider):
    first = booked(version)[0]
    keys = [one.key for one in first.sessions.all()]
    evening = NOON + 6 * HOUR
    visits.complete(by=provider, booking=first, treated=keys, now=evening)

    move(now=evening)

    version = PlanVersion.objects.with_details().get(pk=version.pk)
    done = [one.key for one in Standings.of(version, TODAY).sessions if one.state == "done"]
    assert sorted(done) == sorted(keys)
    assert Booking.objects.get(pk=first.pk).status == "completed"


def test_the_plan_is_booked_at_the_new_location(move, version, nora, other_location):
    move()
    version = PlanVersion.objects.with_details().get(pk=version.pk)

    with pytest.raises(ValidationError):
        book(by=nora, version=version, order=Order(), now=MORNING)
    work(User.objects.get(name="Ellis"), other_location, weekdays=(2, 3, 4, 5))
    book(by=nora, version=version, order=order_for(version, MORNING), now=MORNING)

    live = Booking.objects.live().filter(plan=version.plan_id)
    assert {one.location for one in live} == {other_location}
    assert live.count() == 7


def test_the_old_location_sees_nothing_and_the_new_one_everything(
    signed_in, move, version, patient, provider, make_user, location, other_coordinator
):
    first, second = booked(version)[:2]
    keys = [one.key for one in first.sessions.all()]
    evening = NOON + 6 * HOUR
    visits.complete(by=provider, booking=first, treated=keys, now=evening)
    old = make_user("Rae", "coordinator", location)
    pages = [f"/patients/{patient.pk}/", f"/plans/{version.plan_id}/"]
    pages += [f"/visits/{one.pk}/" for one in (first, second)]
    lists = ["/patients/", "/due/", "/find/?q=ames", f"/calendar/{first.date}/", f"/calendar/{second.date}/"]

    def seen(user: User) -> tuple[list[int], list[bool]]:
        browser = signed_in(user)
        found = [browser.get(path) for path in lists]
        return [browser.get(path).status_code for path in pages], ["Ames" in one.text for one in found]

    before = seen(old), seen(other_coordinator)
    with time_machine.travel(evening, tick=False):
        move(now=evening)
        after = seen(old), seen(other_coordinator)

    everything, nothing = ([200] * 4, [True] * 5), ([404] * 4, [False] * 5)
    assert before[1] == nothing
    assert before[0][0] == everything[0]
    assert after[0] == nothing
    # The day of the old location is its own: the new one reads the visit on its page, not in its calendar.
    assert after[1] == ([200] * 4, [True, True, True, False, False])


def test_the_old_location_can_do_nothing_with_a_visit_any_more(signed_in, move, version, make_user, location):
    visit = booked(version)[1]
    move()
    browser = signed_in(make_user("Rae", "coordinator", location))

    statuses = [
        browser.post(f"/visits/{visit.pk}/{what}/", {"reason": "x"}).status_code
        for what in ("cancel", "miss", "arrive", "complete", "move")
    ]

    assert statuses == [404] * 5


def test_the_audit_says_who_moved_whom_and_why_each_visit_was_cancelled(
    move, version, nora, patient, location, other_location
):
    coming = [one.pk for one in booked(version)]

    move()

    entry = AuditEntry.objects.get(action="patient.transferred")
    cancelled = AuditEntry.objects.filter(action="visit.cancelled")
    assert (entry.actor, entry.object_id, entry.location) == (nora, patient.pk, other_location)
    assert entry.detail == {"from": location.pk, "to": other_location.pk, "given_back": coming}
    assert [one.object_id for one in cancelled] == coming
    assert {one.detail["reason"] for one in cancelled} == {"Moved to Lakeside"}


def test_waiting_ends_and_wishes_stay(move, version, patient, nora, provider):
    waiting = waitlist.wait(by=nora, plan=version.plan, now=MORNING, weekdays=[1, 2])
    save_wishes(by=nora, patient=patient, weekdays=[1], starts=0, ends=1440, provider=provider.provider)

    move()

    waiting.refresh_from_db()
    patient.refresh_from_db()
    assert waiting.is_active is False
    assert patient.wishes.weekdays == [1]


def test_an_offer_whose_time_is_up_does_not_stand_in_the_way(move, version, nora):
    waiting = waitlist.wait(by=nora, plan=version.plan, now=MORNING, weekdays=[1, 2, 3, 4, 5])
    waitlist.offer(by=nora, waiting=waiting, time=freed_first(version, nora), now=MORNING)

    move(now=MORNING + HOUR)

    assert Offer.objects.get().state == "expired"
    assert Booking.objects.live().count() == 0


@pytest.mark.parametrize("what", ["arrived", "begun", "past", "held"])
def test_what_is_open_has_to_be_settled_first_and_nothing_is_written(move, version, nora, provider, what):
    first, now = booked(version)[0], MORNING
    if what == "arrived":
        visits.arrive(by=nora, booking=first, now=now)
        said = f"Alice is here for the visit on Mon 4 Jan 2027, {first.starts}. Complete it first."
    elif what == "held":
        waiting = waitlist.wait(by=nora, plan=version.plan, now=now, weekdays=[1, 2, 3, 4, 5])
        offer = waitlist.offer(by=nora, waiting=waiting, time=freed_first(version, nora), now=now)
        said = "is held until 08:15. Book that time or give it back first."
        said = f"Mon 4 Jan 2027, {offer.hold.starts} {said}"
    else:
        now = first.at + (2 * DAY if what == "past" else datetime.timedelta(0))
        said = "Nobody said yet what became of the visit on Mon 4 Jan 2027"
        said = f"{said}, {first.starts}. Record that first."
    before = state()

    with pytest.raises(NotTransferred) as refusal:
        move(now=now)

    assert refusal.value.messages == [said]
    assert [one.text for one in refusal.value.unsettled] == [said]
    assert state() == before


def test_a_failure_in_the_middle_takes_back_what_was_written(move, version):
    before, cancelled = state(), []

    def fails(**kwargs):
        cancelled.append(Booking.objects.filter(status="cancelled").count())
        raise ValidationError("The disk is full.")

    pre_save.connect(fails, sender=Patient)
    try:
        with pytest.raises(ValidationError, match="disk is full"):
            move()
    finally:
        pre_save.disconnect(fails, sender=Patient)

    assert cancelled == [len(booked(version))]
    assert state() == before


def test_visits_that_were_not_shown_are_not_given_back(move, version, nora):
    shown = [one.pk for one in booked(version)]
    visits.cancel(by=nora, booking=booked(version)[0], reason="ill", now=MORNING)
    before = state()

    with pytest.raises(NotTransferred, match="changed meanwhile"):
        move(seen=shown)
    assert state() == before
    move(seen=shown[1:])

    assert Booking.objects.live().count() == 0


def test_only_somebody_who_works_at_both_locations_may_move_a_patient(
    move, version, make_user, location, other_coordinator
):
    before = state()

    for user in (make_user("Rae", "coordinator", location), other_coordinator):
        with pytest.raises(PermissionDenied):
            move(by=user)

    assert state()[:-1] == before[:-1]


def test_moving_to_where_the_patient_comes_already_is_refused(move, location):
    with pytest.raises(NotTransferred, match="Alice Ames comes to Park Street already"):
        move(to=location)


def test_a_change_of_before_cannot_bring_a_visit_of_the_old_location_back(move, version, nora):
    first = booked(version)[0]
    order = Order(dropped=(first.pk,), action="plan.replanned")
    given_up = book(by=nora, version=version, order=order, now=MORNING)

    move()

    with pytest.raises(TooLate):
        undo(by=nora, change=given_up, now=MORNING)
    moved = Change.objects.get(action="patient.transferred")
    assert moved.undoable(MORNING) is False
    with pytest.raises(TooLate):
        undo(by=nora, change=moved, now=MORNING)
    assert Booking.objects.live().count() == 0


def test_a_plan_that_was_open_when_the_patient_moved_books_nothing_at_the_old_location(
    move, patient, nora, provider
):
    version = approved_plan(patient, nora, provider, found_for(NECK))
    order = order_for(version, MORNING)

    move()

    with pytest.raises(Refused):
        book(by=nora, version=version, order=order, now=MORNING)
    assert Booking.objects.count() == 0


def test_given_elsewhere_goes_along(move, version, patient, nora):
    name = next(iter(version.series.all())).name
    facts = {"plan": version.plan, "name": name, "date": TODAY - 30 * DAY, "now": MORNING}
    given = record_elsewhere(by=nora, patient=patient, **facts)

    move()

    assert list(Given.objects.standing()) == [given]


def test_the_page_shows_every_coming_visit_and_what_becomes_of_it(signed_in, nora, version, patient):
    response = signed_in(nora).get(f"/patients/{patient.pk}/transfer/")

    page = response.context["page"]
    assert page.visits[0].day == "Mon 4 Jan 2027"
    assert {one.after for one in page.visits} == {"Given back; needs a date at Lakeside"}
    assert len(page.visits) == len(booked(version))
    assert [(one.what, one.words) for one in page.points] == [("Plan 1", "As it is, approved.")]
    assert "Move to Lakeside" in response.text
    assert Patient.objects.get(pk=patient.pk).location.slug == "park-street"


def test_the_page_says_what_the_other_location_cannot_do(
    signed_in, nora, version, patient, provider, other_location, make_user, location
):
    haddad = make_user("Haddad", "provider", location)
    wished = work(haddad, location)
    save_wishes(by=nora, patient=patient, weekdays=[1], starts=0, ends=1440, provider=wished)
    other_location.rooms.all().delete()

    response = signed_in(nora).get(f"/patients/{patient.pk}/transfer/?to=lakeside")

    minded = [one.words for one in response.context["page"].points if one.state.word == "Mind this"]
    assert minded == [
        "Lakeside has no room for MesoBotox: such a visit finds no time there.",
        "Lakeside has no room for Botox: such a visit finds no time there.",
        "Haddad does not work at Lakeside; others give the visits there.",
    ]


def test_the_page_moves_the_patient_and_says_so(signed_in, nora, version, patient):
    browser = signed_in(nora)
    seen = browser.get(f"/patients/{patient.pk}/transfer/").context["page"].seen

    response = browser.post(
        f"/patients/{patient.pk}/transfer/", {"to": "lakeside", "seen": seen}, follow=True
    )

    count = len(booked(version))
    said = f"Alice Ames comes to Lakeside now. {count} visits were given back: "
    assert f"{said}what was to be given then needs a date there." in response.text
    assert Patient.objects.get(pk=patient.pk).location.slug == "lakeside"


@pytest.mark.parametrize("seen", ["", "999", "x", "1;2", "٣", "9" * 30])
def test_the_page_does_nothing_when_something_else_was_shown(signed_in, nora, version, patient, seen):
    before = state()

    response = signed_in(nora).post(f"/patients/{patient.pk}/transfer/", {"to": "lakeside", "seen": seen})

    assert response.status_code == (409 if seen in ("", "999") else 422)
    assert "Nothing was changed" in response.text
    assert state() == before


def test_what_is_open_leads_to_where_it_is_settled(signed_in, nora, version, patient):
    first = booked(version)[0]
    visits.arrive(by=nora, booking=first, now=MORNING)

    response = signed_in(nora).get(f"/patients/{patient.pk}/transfer/")

    assert [one.href for one in response.context["page"].first] == [f"/visits/{first.pk}/"]
    assert 'name="seen"' not in response.text


def test_who_works_at_one_location_is_told_whom_to_ask(signed_in, coordinator, patient):
    response = signed_in(coordinator).get(f"/patients/{patient.pk}/transfer/")

    assert "ask Ellis." in response.text
    assert 'name="to"' not in response.text


def test_another_location_of_three_is_chosen_first(signed_in, nora, patient, make_user):
    third = Location.objects.create(name="Harbour", slug="harbour", time_zone="America/New_York")
    let_work(nora, third)
    browser = signed_in(nora)

    none, one, foreign = (
        browser.get(f"/patients/{patient.pk}/transfer/{query}")
        for query in ("", "?to=harbour", "?to=park-street")
    )

    assert (none.context["page"], one.context["page"].to) == (None, third)
    assert foreign.status_code == 404


@pytest.mark.parametrize("plans", [1, 30])
def test_the_page_asks_the_same_questions_however_many_plans(
    signed_in, nora, patient, provider, django_assert_num_queries, plans
):
    for _ in range(plans):
        approved_plan(patient, nora, provider)
    browser = signed_in(nora)

    with django_assert_num_queries(19):
        response = browser.get(f"/patients/{patient.pk}/transfer/")

    assert len(response.context["page"].versions) == plans


def test_another_location_in_the_edit_form_is_refused_with_the_way_to_the_transfer(
    signed_in, nora, patient, other_location
):
    identity = {"first_name": "Alicia", "last_name": "Ames", "birth_date": "1985-03-14"}

    response = signed_in(nora).post(
        f"/patients/{patient.pk}/edit/", identity | {"location": other_location.pk}
    )

    patient.refresh_from_db()
    assert response.status_code == 422
    assert f'<a href="/patients/{patient.pk}/transfer/">move to another location</a>' in response.text
    assert (patient.first_name, patient.location.slug) == ("Alice", "park-street")


def test_the_edit_action_changes_no_location(nora, patient, other_location):
    with pytest.raises(ValidationError, match="Not part of a patient's identity: location"):
        identities.edit(by=nora, patient=patient, location=other_location)

    assert Patient.objects.get(pk=patient.pk).location.slug == "park-street"


def test_an_absence_of_a_far_year_is_refused_beside_its_field(signed_in, nora, provider):
    sent = {"provider": provider.provider.pk, "first": "2027-02-01", "last": "9999-12-31", "reason": "x"}

    response = signed_in(nora).post("/absences/", sent)

    said = ["Enter a day of the years 1900 to 2200: 9999 is not one of them."]
    assert (response.status_code, response.context["form"].errors) == (422, {"last": said})
