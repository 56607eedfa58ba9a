"""Booking a plan by click: approve, book all at once, what has no time, re-plan, apply, undo."""

import datetime
import re
import uuid

import pytest
import time_machine

from clinic.actions.hours import add_absence, close_days
from clinic.models import AuditEntry, Patient, Provider, Room
from scheduling.actions import visits as visit_actions
from scheduling.models import Booking, Change, Claim, Given, PlanVersion, Wishes
from tests.scheduling.builders import NECK, NOON, UPPER_FACE, another, found_for, make_plan
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, order_for, work

BOTH = (NECK, UPPER_FACE)


@pytest.fixture(autouse=True)
def monday():
    """Monday 4 January 2027, noon in New York."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def practice(location, provider):
    """Park Street, open with Dr. Ellis at work."""
    work(provider, open_practice(location))
    return location


@pytest.fixture
def version(practice, coordinator, provider, patient):
    """Alice's approved plan of the neck and the upper face."""
    return approved_plan(patient, coordinator, provider, found_for(*BOTH))


def book_by_click(browser, version: PlanVersion, **extra):
    """Press the button that books the series."""
    return browser.post(f"/plans/{version.plan_id}/book/", {"key": uuid.uuid4(), **extra})


def hidden(response, name: str) -> str:
    """Read a hidden field of a page."""
    return re.search(rf'name="{name}" value="([^"]+)"', response.text)[1]


def told(response) -> list[str]:
    """Read the messages of the page that a redirect led to."""
    return [str(message) for message in response.context["messages"]]


# Approving


def test_a_provider_approves_a_plan_and_its_page_says_who(
    practice, coordinator, provider, patient, signed_in, nora
):
    plan = make_plan(patient, coordinator).plan

    before = nora.get(f"/plans/{plan.pk}/").text
    signed_in(provider).post(f"/plans/{plan.pk}/approve/", {"version": 1})
    after = nora.get(f"/plans/{plan.pk}/").text

    assert "Waits for review" in before
    assert "Approved by Dr. June Ellis on Mon 4 Jan 2027" in after


def test_a_version_that_was_overtaken_while_it_was_read_is_not_approved(
    practice, coordinator, provider, patient, signed_in
):
    version = make_plan(patient, coordinator)
    another(version, coordinator, found_for(preference="fewest_visits"))

    signed_in(provider).post(f"/plans/{version.plan_id}/approve/", {"version": 1})

    assert PlanVersion.objects.approved().count() == 0


@pytest.mark.parametrize("sent", [{}, {"version": "x"}, {"version": 0}, {"version": 9**9}])
def test_approving_without_saying_which_version_approves_nothing(
    practice, coordinator, provider, patient, signed_in, sent
):
    plan = make_plan(patient, coordinator).plan

    response = signed_in(provider).post(f"/plans/{plan.pk}/approve/", sent)

    assert (response.status_code, PlanVersion.objects.approved().count()) == (302, 0)


def test_approving_is_offered_to_providers_alone(practice, coordinator, provider, patient, signed_in, nora):
    plan = make_plan(patient, coordinator).plan
    address = f"/plans/{plan.pk}/approve/"

    assert address in signed_in(provider).get(f"/plans/{plan.pk}/").text
    assert address not in nora.get(f"/plans/{plan.pk}/").text


def test_a_plan_that_no_provider_approved_is_not_booked(practice, coordinator, patient, nora):
    version = make_plan(patient, coordinator)

    response = book_by_click(nora, version)

    assert response["Location"] == f"/plans/{version.plan_id}/"
    assert told(nora.get(response["Location"])) == [
        "A provider has to approve this plan before it is booked."
    ]
    assert Booking.objects.count() == 0


# Booking the series


def test_the_button_names_the_patient_safe_without_a_photo(version, nora):
    text = nora.get(f"/plans/{version.plan_id}/").text

    card = text[text.index('class="confirm"') : text.index("Book all")]
    assert "Alice Ames" in card
    assert "14 March 1985" in card
    assert "<dt>Plan</dt><dd>1</dd>" in card


def test_one_click_books_every_visit_and_says_when_the_first_is(version, nora):
    response = book_by_click(nora, version)

    rows = booked(version)
    first = rows[0]
    words = f"the first on {first.date:%a} {first.date.day} {first.date:%b %Y} at {first.starts}."
    assert [one.date for one in rows] == [one.date for one in version.visits.order_by("date")]
    assert told(nora.get(response["Location"])) == [f"{len(rows)} visits have their time, {words}"]


def test_the_same_click_twice_books_once(version, nora):
    key = uuid.uuid4()

    for _ in range(2):
        nora.post(f"/plans/{version.plan_id}/book/", {"key": key})

    assert Change.objects.count() == 1
    assert len(booked(version)) == version.visits.count()


def test_where_a_visit_has_no_time_nothing_is_booked_and_every_visit_is_named(
    version, nora, coordinator, location
):
    third = version.visits.order_by("date")[2].date
    month = datetime.timedelta(days=60)
    close_days(
        by=coordinator, location=location, first=third - month, last=third + month, reason="Renovation"
    )

    response = book_by_click(nora, version)

    replan = response.context["replan"]
    named = [line.name + line.place for one in replan.lines for line in one.sessions]
    assert response.status_code == 409
    assert Booking.objects.count() == 0
    assert "closed (Renovation)" in [one.text for line in replan.unplaced for one in line.blockers]
    assert [line.date for line in replan.unplaced] == [third]
    assert len({*named}) == len(named) == sum(len(one.sessions) for one in found_for(*BOTH).problem.series)
    assert "nothing is booked" in response.text.lower()


def test_those_that_fit_are_booked_and_the_others_need_a_date(version, nora, coordinator, location):
    third = version.visits.order_by("date")[2].date
    month = datetime.timedelta(days=60)
    close_days(
        by=coordinator, location=location, first=third - month, last=third + month, reason="Renovation"
    )
    page = book_by_click(nora, version)
    shown = [line.after.day for line in page.context["replan"].placed]

    nora.post(
        f"/plans/{version.plan_id}/apply/", {"key": hidden(page, "key"), "order": hidden(page, "order")}
    )

    stand = nora.get(f"/plans/{version.plan_id}/").context["stand"]
    assert [row.day for row in stand.rows if row.booking] == shown
    assert stand.to_book == page.context["replan"].undated == 1


def test_a_time_taken_meanwhile_is_said_and_nothing_is_booked(version, nora):
    first = order_for(version).wanted[0]
    Claim.objects.create(
        booking=visit_elsewhere(version), unit=first.unit + first.units - 1, room_id=first.room
    )

    response = book_by_click(nora, version)

    assert response.status_code == 409
    assert response.context["refused"] == (
        "The room was booked a moment ago. Nothing was changed; look again.",
    )
    assert not Booking.objects.filter(plan=version.plan_id).exists()


def visit_elsewhere(version: PlanVersion) -> Booking:
    """A visit of somebody else whose claims, as in a race, are there before its busy bits."""
    stranger = Patient.objects.create(
        first_name="Bea",
        last_name="Brook",
        birth_date=datetime.date(1980, 1, 1),
        location=version.plan.location,
    )
    return Booking.objects.create(
        patient=stranger,
        plan=stranger.plans.create(number=1),
        location=stranger.location,
        provider=Provider.objects.get(),
        room=Room.objects.order_by("pk")[0],
        date=version.first_date,
        minute=540,
        unit=1,
        units=1,
        steps=[],
        booked_by=version.proposed_by,
    )


# Wishes


def test_wishes_are_kept_with_an_audit_entry_and_booked_by(version, nora, coordinator, patient):
    wishes = {"weekdays": [2, 3], "starts": 540, "ends": 720, "provider": ""}

    nora.post(f"/plans/{version.plan_id}/wishes/", wishes)
    book_by_click(nora, version)

    kept = Wishes.objects.get(patient=patient)
    assert (kept.weekdays, kept.starts, kept.ends) == ([2, 3], 540, 720)
    assert AuditEntry.objects.filter(action="wishes.saved", actor=coordinator).count() == 1
    assert {one.date.isoweekday() for one in booked(version)} <= {2, 3}
    assert max(one.minute for one in booked(version)) < 720


def test_all_open_days_mean_that_the_patient_minds_none(version, nora, patient):
    wishes = {"weekdays": [1, 2, 3, 4, 5], "starts": 0, "ends": 1440, "provider": ""}

    nora.post(f"/plans/{version.plan_id}/wishes/", wishes)

    assert Wishes.objects.get(patient=patient).weekdays == [1, 2, 3, 4, 5, 6, 7]


def test_hours_that_end_before_they_start_are_refused(version, nora):
    wishes = {"weekdays": [1], "starts": 720, "ends": 540, "provider": ""}

    response = nora.post(f"/plans/{version.plan_id}/wishes/", wishes)

    assert response.status_code == 422
    assert response.context["form"].errors["ends"] == ["The preferred hours end after they start."]
    assert Wishes.objects.count() == 0


# How it stands


def test_each_visit_stands_with_its_day_time_people_room_and_round(version, nora, coordinator):
    book_all(version, coordinator)

    row = nora.get(f"/plans/{version.plan_id}/").context["stand"].rows[0]

    assert (row.day, row.hours) == ("Mon 4 Jan 2027", booked_hours(version))
    assert row.held == ("Dr. June Ellis", "Room 1")
    assert row.state.word == "Booked"
    assert [line.place for line in row.sessions] == ["round 1 of 5", "round 1 of 5"]


def booked_hours(version: PlanVersion) -> str:
    """Say from when to when the first visit is."""
    first = booked(version)[0]
    return f"{first.starts} to {first.ends}"


def test_a_session_in_need_of_a_date_shows_its_live_window(version, nora, coordinator):
    book_all(version, coordinator)
    second = booked(version)[1]
    visit_actions.cancel(by=coordinator, booking=second, reason="Travels", now=NOON)

    stand = nora.get(f"/plans/{version.plan_id}/").context["stand"]

    row = next(row for row in stand.rows if row.needs_a_date)
    assert row.state.word == "Needs a date"
    assert "overdue after that" in " ".join((*row.notes, *(line.more for line in row.sessions)))
    assert stand.ledger[0].because == "Travels. No round."


def test_a_visit_whose_provider_is_away_says_so(version, nora, coordinator, provider):
    book_all(version, coordinator)
    second = booked(version)[1]
    add_absence(
        by=coordinator,
        provider=provider.provider,
        first=second.date,
        last=second.date,
        reason="Holiday",
    )

    stand = nora.get(f"/plans/{version.plan_id}/").context["stand"]

    assert stand.upset == 1
    assert stand.rows[1].warnings == ("Dr. June Ellis is away then (Holiday)",)


def test_bookings_of_an_earlier_version_are_shown_apart(version, nora, coordinator):
    book_all(version, coordinator)
    another(version, coordinator, found_for(NECK))

    stand = nora.get(f"/plans/{version.plan_id}/").context["stand"]

    assert all("upper face" in line.name for row in stand.stray for line in row.sessions)
    assert len(stand.stray) >= 1


@pytest.mark.parametrize("wants", [(NECK,), BOTH])
def test_a_booked_plan_asks_the_same_questions_however_many_visits(
    practice, coordinator, provider, patient, nora, django_assert_num_queries, wants
):
    version = approved_plan(patient, coordinator, provider, found_for(*wants))
    book_all(version, coordinator)

    with django_assert_num_queries(14):
        nora.get(f"/plans/{version.plan_id}/")


# Undo


def test_what_was_booked_is_undone_as_one_within_ten_minutes(version, nora):
    book_by_click(nora, version)
    page = nora.get(f"/plans/{version.plan_id}/")
    change = page.context["stand"].last_change

    response = nora.post(f"/changes/{change.pk}/undo/")

    assert f"/changes/{change.pk}/undo/" in page.text
    assert {one.status for one in booked(version)} == {"cancelled"}
    after = nora.get(response["Location"])
    assert told(after) == ["Undone: every visit is where it was before."]
    assert after.context["stand"].ledger == ()


def test_after_ten_minutes_undo_is_not_offered_and_refused(version, nora, monday):
    book_by_click(nora, version)
    change = Change.objects.get()
    assert f"/changes/{change.pk}/undo/" in nora.get(f"/plans/{version.plan_id}/").text

    monday.shift(datetime.timedelta(minutes=11))
    page = nora.get(f"/plans/{version.plan_id}/")
    response = nora.post(f"/changes/{change.pk}/undo/")

    assert "/undo/" not in page.text
    assert "cannot be undone" in told(nora.get(response["Location"]))[0]
    assert {one.status for one in booked(version)} == {"booked"}


# Re-plan


@pytest.fixture
def away(version, coordinator, provider, location, make_user):
    """Everything is booked with Dr. Ellis, who is then away on the second visit's day; Dr. Haddad is not."""
    book_all(version, coordinator)
    haddad = work(make_user("Haddad", "provider", location), location)
    second = booked(version)[1]
    add_absence(
        by=coordinator, provider=provider.provider, first=second.date, last=second.date, reason="Holiday"
    )
    return second, haddad


def test_a_replan_shows_what_moves_with_the_reason_and_what_stays(version, nora, away):
    second, _ = away

    replan = nora.get(f"/plans/{version.plan_id}/replan/").context["replan"]

    (line,) = replan.changes
    assert line.before.day == f"{second.date:%a} {second.date.day} {second.date:%b %Y}"
    assert line.after.held[0] == "Haddad"
    assert line.reason == "Dr. June Ellis is away (Holiday)."
    assert len(replan.kept) == version.visits.count() - 1


def test_applying_a_replan_does_exactly_what_was_shown(version, nora, away):
    second, haddad = away
    page = nora.get(f"/plans/{version.plan_id}/replan/")
    shown = page.context["replan"].changes[0].after

    response = nora.post(
        f"/plans/{version.plan_id}/apply/", {"key": hidden(page, "key"), "order": hidden(page, "order")}
    )

    second.refresh_from_db()
    assert response["Location"] == f"/plans/{version.plan_id}/"
    assert (second.provider_id, f"{second.starts} to {second.ends}") == (haddad.pk, shown.hours)
    assert Change.objects.first().action == "plan.replanned"


def test_a_pinned_visit_stays_whatever_the_replan_does(version, nora, away):
    second, _ = away

    replan = nora.get(f"/plans/{version.plan_id}/replan/", {"pinned": second.pk}).context["replan"]

    assert replan.changes == ()
    assert next(line for line in replan.kept if line.booking == second.pk).pinned


def test_a_replan_of_a_plan_that_changed_meanwhile_is_refused(version, nora, away, coordinator):
    page = nora.get(f"/plans/{version.plan_id}/replan/")
    last = booked(version)[-1]
    visit_actions.cancel(by=coordinator, booking=last, reason="Ill", now=NOON)

    response = nora.post(
        f"/plans/{version.plan_id}/apply/", {"key": hidden(page, "key"), "order": hidden(page, "order")}
    )

    assert response.status_code == 409
    assert response.context["refused"][0].startswith("The plan was changed meanwhile.")
    assert Change.objects.filter(action="plan.replanned").count() == 0


def test_what_was_shown_a_quarter_of_an_hour_ago_is_not_applied(version, nora, away, monday):
    page = nora.get(f"/plans/{version.plan_id}/replan/")
    sent = {"key": hidden(page, "key"), "order": hidden(page, "order")}

    monday.shift(datetime.timedelta(minutes=16))
    response = nora.post(f"/plans/{version.plan_id}/apply/", sent)

    assert response.status_code == 409
    assert response.context["refused"][0].startswith("What was shown is more than 15 minutes old.")


def test_an_order_that_was_tampered_with_is_not_applied(version, nora, away):
    page = nora.get(f"/plans/{version.plan_id}/replan/")
    order = hidden(page, "order")
    changed = ("A" if order[0] != "A" else "B") + order[1:]

    response = nora.post(f"/plans/{version.plan_id}/apply/", {"key": hidden(page, "key"), "order": changed})

    assert response.status_code == 409
    assert Change.objects.filter(action="plan.replanned").count() == 0


def test_a_replan_sent_twice_is_applied_once(version, nora, away):
    page = nora.get(f"/plans/{version.plan_id}/replan/")
    sent = {"key": hidden(page, "key"), "order": hidden(page, "order")}

    statuses = [nora.post(f"/plans/{version.plan_id}/apply/", sent).status_code for _ in range(2)]

    assert statuses == [302, 302]
    assert Change.objects.filter(action="plan.replanned").count() == 1


# A single visit, a booster, and the ledger


def test_a_session_in_need_of_a_date_gets_the_time_that_is_chosen(version, nora, coordinator):
    book_all(version, coordinator)
    second = booked(version)[1]
    visit_actions.cancel(by=coordinator, booking=second, reason="Travels", now=NOON)
    row = next(
        row for row in nora.get(f"/plans/{version.plan_id}/").context["stand"].rows if row.needs_a_date
    )
    page = nora.get(row.href).context["times"]
    day = next(day for day in page.days if day.offered)
    slot = day.groups[0][1][3]
    sessions = [value for _, value in page.sessions]

    sent = {"key": page.key, "at": slot.at, "session": sessions}
    responses = [nora.post(f"/plans/{version.plan_id}/visits/new/", sent) for _ in range(2)]

    new = Booking.objects.latest("pk")
    assert [one.status_code for one in responses] == [302, 302]
    assert (new.date, new.starts, new.kind) == (day.date, slot.starts, "series")
    assert Booking.objects.filter(date=day.date, status="booked").count() == 1


def test_a_booster_is_booked_as_no_round_of_the_series(version, nora, coordinator):
    book_all(version, coordinator)
    page = nora.get(
        f"/plans/{version.plan_id}/visits/new/", {"session": "botox.upper_face:0", "day": "2028-10-05"}
    ).context["times"]
    slot = next(day for day in page.days if day.offered).groups[0][1][0]

    nora.post(
        f"/plans/{version.plan_id}/visits/new/",
        {"key": page.key, "at": slot.at, "session": "botox.upper_face:0"},
    )

    new = Booking.objects.latest("pk")
    assert (new.kind, [one.ordinal for one in new.sessions.all()]) == ("booster", [None])


def test_a_treatment_is_chosen_once_a_visit(version, nora):
    query = {"session": ["botox.upper_face:0", "botox.upper_face:1"]}

    response = nora.get(f"/plans/{version.plan_id}/visits/new/", query)

    assert response.status_code == 422
    assert "one session of it" in response.text


def test_given_elsewhere_is_recorded_and_counts_as_no_round(version, nora, patient):
    nora.post(f"/plans/{version.plan_id}/elsewhere/", {"series": "botox.upper_face", "date": "2026-12-01"})

    entry = nora.get(f"/plans/{version.plan_id}/").context["stand"].ledger[0]
    assert (entry.day, entry.state.word) == ("Tue 1 Dec 2026", "Does not count")
    assert entry.because.startswith("Given elsewhere")


def test_given_elsewhere_twice_is_refused_the_second_time(version, nora):
    sent = {"series": "botox.upper_face", "date": "2026-12-01"}
    nora.post(f"/plans/{version.plan_id}/elsewhere/", sent)

    response = nora.post(f"/plans/{version.plan_id}/elsewhere/", sent)

    assert (response.status_code, Given.objects.count()) == (422, 1)


def test_given_elsewhere_tomorrow_is_refused(version, nora):
    response = nora.post(
        f"/plans/{version.plan_id}/elsewhere/", {"series": "botox.upper_face", "date": "2027-01-05"}
    )

    assert response.status_code == 422
    assert Given.objects.count() == 0


def test_what_was_recorded_wrongly_is_withdrawn_and_stays_to_be_read(version, nora):
    nora.post(f"/plans/{version.plan_id}/elsewhere/", {"series": "botox.upper_face", "date": "2026-12-01"})

    nora.post(f"/given/{Given.objects.get().pk}/withdraw/")

    entry = nora.get(f"/plans/{version.plan_id}/").context["stand"].ledger[0]
    assert (entry.state.word, entry.given) == ("Withdrawn", None)


def test_a_manager_sees_how_it_stands_and_changes_nothing(version, signed_in, manager, coordinator):
    book_all(version, coordinator)

    text = signed_in(manager).get(f"/plans/{version.plan_id}/").text

    assert "Dr. June Ellis · Room 1" in text
    for path in ("/book/", "/replan/", "/undo/", "/elsewhere/", "/visits/new/"):
        assert path not in text
