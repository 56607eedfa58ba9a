"""A patient moves their own visit: among safe times only, with notice, the effect on later visits first."""

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied

from clinic.actions.hours import add_absence
from clinic.models import Location
from scheduling.actions.confirmations import TooNear, move_along, move_own
from scheduling.actions.moves import NotMoved
from scheduling.availability.days import unit_of
from scheduling.course.moving import Destination
from scheduling.course.signed_orders import sign
from scheduling.intake.parse import read_intake
from scheduling.intake.recommend import recommend
from scheduling.models import Booking, Change, PlanVersion
from scheduling.patient_page.along import Along
from scheduling.patient_page.moving import MovePage
from tests.scheduling.builders import NECK, NOON, UPPER_FACE, found_for, raw
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
KEY = uuid.UUID(int=11)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def version(location, coordinator, provider, patient_user) -> PlanVersion:
    """Maya's signed plan of the neck and the upper face, booked with Dr. Ellis."""
    work(provider, open_practice(location))
    found = approved_plan(patient_user.patient, coordinator, provider, found_for(NECK, UPPER_FACE))
    book_all(found, coordinator)
    return found


@pytest.fixture
def visit(version) -> Booking:
    """Maya's second visit, on Monday 5 April at nine."""
    return booked(version)[1]


def offered(browser, visit: Booking, day: datetime.date | None = None):
    """Give the days of the move page."""
    return browser.get(f"/my/visits/{visit.pk}/move/", {"day": day} if day else {}).context["page"].days


def test_only_days_inside_the_window_that_break_no_rule_of_the_visit_are_shown(maya, visit, version):
    page = maya.get(f"/my/visits/{visit.pk}/move/").context["page"]

    first, last = page.span
    days = offered(maya, visit, first)
    assert first <= visit.date <= last
    assert days[0].date >= first
    assert all(not day.against and day.groups for day in days)
    assert all(first <= day.date <= last for day in offered(maya, visit, last))


def test_a_time_shows_its_effect_first_and_moves_nothing(maya, visit):
    slot = offered(maya, visit)[0].groups[0].slots[0]

    page = maya.get(f"/my/visits/{visit.pk}/move/", {"at": slot.value})

    visit.refresh_from_db()
    assert "What this does to later visits" in page.text
    assert len(page.context["later"]) == len(booked_after(visit))
    assert all(one.stays for one in page.context["later"])
    assert (visit.date, visit.starts) == (datetime.date(2027, 4, 5), "09:00")


def booked_after(visit: Booking):
    """Give the plan's visits after one."""
    return Booking.objects.filter(plan=visit.plan_id, unit__gt=visit.unit)


def test_a_visit_moves_to_the_time_that_was_confirmed_and_is_not_confirmed_any_more(maya, visit):
    maya.post(f"/my/visits/{visit.pk}/confirm/")
    slot = offered(maya, visit)[0].groups[0].slots[0]

    for _ in range(2):
        response = maya.post(f"/my/visits/{visit.pk}/move/", {"at": slot.value, "key": KEY})

    visit.refresh_from_db()
    assert response["Location"] == f"/my/visits/{visit.pk}/"
    assert (visit.unit, visit.confirmed_at) == (slot.at, None)
    assert Change.objects.filter(action="visit.moved").count() == 1


def test_where_later_visits_would_break_a_rule_they_move_along_as_shown(maya, visit):
    day = next(one for one in offered(maya, visit, visit.date + DAY) if one.later)
    assert day.date > visit.date
    slot = day.groups[0].slots[0]
    page = maya.get(f"/my/visits/{visit.pk}/move/", {"at": slot.value})
    moved = [one for one in page.context["later"] if not one.stays]
    sent = {"at": slot.value, "key": KEY, "order": page.context["order"]}

    response = maya.post(f"/my/visits/{visit.pk}/move/", sent)

    visit.refresh_from_db()
    assert (response.status_code, visit.unit) == (302, slot.at)
    assert len(page.context["later"]) == booked_after(visit).count()
    shown = [one.after for one in moved]
    assert shown
    assert {
        f"{one.date:%a} {one.date.day} {one.date:%b %Y}, {one.starts}" for one in booked_after(visit)
    } >= set(shown)


def test_a_day_that_would_break_a_rule_of_the_visit_itself_is_refused(maya, visit):
    early = Destination(visit.date - 14 * DAY, 600)
    unit = visit.unit - 14 * 288 + 12

    assert maya.get(f"/my/visits/{visit.pk}/move/", {"at": unit}).context.get("wanted") is None
    response = maya.post(f"/my/visits/{visit.pk}/move/", {"at": unit, "key": KEY})
    with pytest.raises(NotMoved):
        move_own(by=visit.patient.user, booking=visit, to=early, now=NOON)

    visit.refresh_from_db()
    assert (response.status_code, visit.date) == (409, datetime.date(2027, 4, 5))


@pytest.fixture
def notice(location, visit):
    """Say how many hours of notice Park Street asks for: `notice(48)`."""

    def ask(hours: int) -> datetime.timedelta:
        Location.objects.filter(pk=location.pk).update(notice_hours=hours)
        visit.location.refresh_from_db()
        return visit.location.notice

    return ask


@pytest.mark.parametrize(("hours", "words"), [(24, "24 hours"), (48, "2 days")])
def test_nearer_than_the_notice_the_practice_is_asked(
    signed_in, patient_user, visit, monday, notice, hours, words
):
    asked = notice(hours)
    monday.move_to(visit.at - asked + datetime.timedelta(minutes=1))

    page = signed_in(patient_user).get(f"/my/visits/{visit.pk}/move/")
    with pytest.raises(TooNear, match=f"Your visit is less than {words} away. Please call the practice"):
        move_own(
            by=visit.patient.user,
            booking=visit,
            to=Destination(visit.date + 7 * DAY, 600),
            now=visit.at - asked + datetime.timedelta(hours=1),
        )

    assert f"less than {words} away" in page.text
    assert "my-slots" not in page.text


@pytest.mark.parametrize(("hours", "words"), [(24, "24 hours"), (48, "2 days")])
def test_times_keep_the_notice_to_the_minute(signed_in, patient_user, visit, monday, notice, hours, words):
    now = visit.at - notice(hours) - datetime.timedelta(minutes=1)
    monday.move_to(now)
    maya = signed_in(patient_user)

    shown = [slot for day in offered(maya, visit) for group in day.groups for slot in group.slots]
    soon = Destination.on(unit_of(now + visit.location.notice) - 1, visit.location.zone)
    with pytest.raises(TooNear, match=f"This time is less than {words} away"):
        move_own(by=visit.patient.user, booking=visit, to=soon, now=now)

    assert min(one.at for one in shown) > visit.unit
    assert f"Less than {words} before a visit only the practice moves it." in (
        maya.get(f"/my/visits/{visit.pk}/move/").text
    )


@pytest.mark.parametrize(("phone", "links"), [("+1 (518) 555-0100", 1), ("", 0)])
def test_whoever_is_asked_to_call_finds_the_number_where_one_is_kept(
    signed_in, patient_user, maya, visit, monday, phone, links
):
    Location.objects.filter(pk=visit.location_id).update(phone=phone)
    pages = [f"visits/{visit.pk}", f"visits/{visit.pk}/move", "ask", "more/documents/care/toxin"]

    shown = {page: 'href="tel:+15185550100"' in maya.get(f"/my/{page}/").text for page in pages}
    monday.move_to(visit.at - DAY + datetime.timedelta(minutes=5))
    stays = signed_in(patient_user).get(f"/my/visits/{visit.pk}/move/").text

    assert shown == dict.fromkeys(pages, links == 1)
    assert ("less than 24 hours away" in stays, stays.count("Call +1 (518) 555-0100")) == (True, links)


def test_a_patient_has_no_override(maya, visit):
    slot = offered(maya, visit)[0].groups[0].slots[0]

    sent = {"at": slot.value, "key": KEY, "override": "I want it"}
    assert maya.post(f"/my/visits/{visit.pk}/move/", sent).status_code == 403
    visit.refresh_from_db()
    assert visit.starts == "09:00"


def test_nobody_moves_anothers_visit_as_their_own(visit, version, make_user, coordinator):
    for by in (make_user("Bob", "patient"), coordinator):
        with pytest.raises(PermissionDenied):
            move_own(by=by, booking=visit, to=Destination(visit.date + DAY, 600), now=NOON)


def test_an_order_that_gives_a_visit_up_is_not_a_patients(visit, version, patient_user):
    page = MovePage(visit, version, NOON)
    day = next(one for one in page.days if one.later)
    at = day.groups[0].slots[0]
    to = Destination.on(at.at, visit.location.zone, at.provider)
    replan = Along(page, page.wanted(to)).replan
    last = booked(version)[-1]
    order = replan.order()
    forged = sign(type(order)(order.wanted, (last.pk,), order.action), page.situation)

    with pytest.raises(PermissionDenied):
        move_along(by=patient_user, booking=visit, version=version, shown=forged, key=KEY, now=NOON)
    assert Booking.objects.filter(status="cancelled").count() == 0


def test_where_no_day_is_safe_the_rule_the_reason_and_later_days_are_said(
    location, coordinator, provider, patient_user, maya, visit
):
    Location.objects.filter(pk=location.pk).update(phone="+1 (518) 555-0100")
    first, last = visit.date - 40 * DAY, visit.date + 40 * DAY
    add_absence(by=coordinator, provider=visit.provider, first=first, last=last, reason="Surgery of her own")

    page = maya.get(f"/my/visits/{visit.pk}/move/")

    shown = page.context["page"]
    assert shown.days == ()
    assert shown.why_none == (
        "Neither Dr. June Ellis nor anybody else who gives this has a free time that is long enough "
        "on these days.",
    )
    assert all(text in page.text for text in (*shown.why_none, *shown.beyond))
    assert len(shown.beyond) == 3
    assert ("Surgery" in page.text, page.text.count("Call +1 (518) 555-0100")) == (False, 1)


def test_days_that_an_event_keeps_clear_are_named_by_its_rule(location, coordinator, provider, patient_user):
    work(provider, open_practice(location))
    event = [{"name": "Reunion", "date": "2027-05-20"}]
    found = recommend(read_intake(raw(("pores", "cheeks"), events=event)))
    version = approved_plan(patient_user.patient, coordinator, provider, found)
    book_all(version, coordinator)

    page = MovePage(booked(version)[1], version, NOON)

    assert any("event: Reunion. Rule R28." in text for text in page.why_none)


def test_the_reason_of_an_absence_is_not_told_to_patients(maya, visit, coordinator, make_user, location):
    work(make_user("Haddad", "provider", location), location)
    first, last = visit.date + DAY, visit.date + 6 * DAY
    add_absence(by=coordinator, provider=visit.provider, first=first, last=last, reason="Surgery of her own")

    page = maya.get(f"/my/visits/{visit.pk}/move/", {"day": first})

    assert "Haddad" in page.text
    assert "Surgery" not in page.text
