"""A completed visit set right: withdrawn and completed anew, or a round added; the rounds stay in order."""

import datetime

import pytest

from clinic.models import AuditEntry
from scheduling.actions import visits
from scheduling.course.standing import Standings
from scheduling.models import BookedSession, Booking, Claim, Given, PlanVersion
from tests.scheduling.asking import FACE_KEY, NECK_KEY, asked, do, moved, noon
from tests.scheduling.builders import NECK, UPPER_FACE, found_for
from tests.scheduling.claims import claimed, marked
from tests.scheduling.practice import approved_plan, booked, open_practice, work

pytestmark = pytest.mark.django_db
FIRST, APRIL, JULY = datetime.date(2027, 1, 5), datetime.date(2027, 4, 5), datetime.date(2027, 7, 6)
OCTOBER = datetime.date(2027, 10, 12)
BOTH = (NECK_KEY, FACE_KEY)


@pytest.fixture
def version(location, coordinator, provider, patient):
    """Alice's plan of neck and upper face, with four visits booked."""
    open_practice(location)
    work(provider, location)
    version = approved_plan(patient, coordinator, provider, found_for(NECK, UPPER_FACE))
    for number, day in enumerate((FIRST, APRIL, JULY, OCTOBER), start=1):
        do(version, coordinator, asked(version, [(NECK_KEY, number), (FACE_KEY, number)], day))
    return version


@pytest.fixture
def come(version, coordinator):
    """Complete the visit of a day: `come(FIRST)`, `come(APRIL, NECK_KEY)`."""

    def complete(day: datetime.date, *keys: str, now: datetime.date | None = None) -> Booking:
        facts = {"treated": keys or BOTH, "now": noon(now or day), "left_out": "A cold sore"}
        return visits.complete(by=coordinator, booking=on(version, day), **facts)

    return complete


@pytest.fixture
def withdraw(coordinator):
    """Withdraw what was given on a day."""

    def take_back(day: datetime.date, *keys: str, now: datetime.date = JULY) -> None:
        for one in Given.objects.standing().filter(date=day, key__in=keys or BOTH):
            visits.withdraw(by=coordinator, given=one, now=noon(now))

    return take_back


@pytest.fixture
def add(version, coordinator):
    """Add what was left out on a day."""

    def add_given(day: datetime.date, *keys: str, now: datetime.date = JULY) -> Booking:
        facts = {"booking": on(version, day), "treated": keys, "now": noon(now)}
        return visits.add_given(by=coordinator, **facts)

    return add_given


def on(version: PlanVersion, day: datetime.date) -> Booking:
    """The visit of a day."""
    return next(one for one in booked(version) if one.date == day)


def given(key: str = NECK_KEY) -> list[tuple]:
    """What stands on record of a series, in order of date."""
    rows = Given.objects.standing().filter(key=key).order_by("date", "pk")
    return [(one.date, one.counts, one.ordinal) for one in rows]


def live(key: str = NECK_KEY) -> list[tuple]:
    """Which round each day holds, booked or given, in order of date."""
    rows = BookedSession.objects.filter(key=key, is_live=True).select_related("booking")
    return sorted((one.booking.date, one.ordinal) for one in rows)


def test_a_visit_of_which_nothing_stands_any_more_is_open_again(version, come, withdraw, coordinator):
    come(FIRST)

    withdraw(FIRST, now=FIRST)

    visit = on(version, FIRST)
    assert (visit.status, [one.is_live for one in visit.sessions.all()]) == ("arrived", [True, True])
    assert (live(), given()) == ([(FIRST, 1), (APRIL, 2), (JULY, 3), (OCTOBER, 4)], [])
    entry = AuditEntry.objects.get(action="visit.reopened")
    assert (entry.object_id, entry.actor) == (visit.pk, coordinator)
    assert Claim.objects.filter(booking=visit).exists() and marked() == claimed()


def test_a_visit_that_is_open_again_is_completed_with_what_was_left_out(version, come, withdraw):
    come(FIRST, NECK_KEY)
    withdraw(FIRST, now=FIRST)

    come(FIRST)

    assert (given(NECK_KEY), given(FACE_KEY)) == ([(FIRST, True, 1)], [(FIRST, True, 1)])
    assert live(FACE_KEY)[:2] == [(FIRST, 1), (APRIL, 2)]
    assert on(version, FIRST).status == "completed"


def test_a_visit_that_is_open_again_can_have_been_missed(version, come, withdraw, coordinator):
    come(FIRST)
    withdraw(FIRST, now=FIRST)

    visits.miss(by=coordinator, booking=on(version, FIRST), now=noon(FIRST))

    assert live() == [(APRIL, 2), (JULY, 3), (OCTOBER, 4)]
    assert not Claim.objects.filter(booking=on(version, FIRST)).exists() and marked() == claimed()


def test_rounds_are_in_the_order_of_their_days_after_an_earlier_one_is_set_right(version, come, withdraw):
    for day in (FIRST, APRIL, JULY):
        come(day)

    withdraw(FIRST)
    between = given(), live()
    come(FIRST, NECK_KEY, now=JULY)

    assert between == (
        [(APRIL, True, 1), (JULY, True, 2)],
        [(FIRST, 3), (APRIL, 1), (JULY, 2), (OCTOBER, 4)],
    )
    assert given() == [(FIRST, True, 1), (APRIL, True, 2), (JULY, True, 3)]
    assert live() == [(FIRST, 1), (APRIL, 2), (JULY, 3), (OCTOBER, 4)]
    assert given(FACE_KEY) == [(APRIL, True, 1), (JULY, True, 2)]
    assert Given.objects.standing().get(key=NECK_KEY, date=JULY).because == (
        "Session 3, since the one on Tue 5 Jan 2027 was recorded."
    )


def test_while_one_round_stands_the_visit_stays_completed(version, come, withdraw):
    come(FIRST)

    withdraw(FIRST, NECK_KEY, now=FIRST)

    assert on(version, FIRST).status == "completed"
    assert not AuditEntry.objects.filter(action="visit.reopened").exists()
    needs = Standings.of(version, FIRST).needs_a_date
    assert [(one.key, one.ordinal) for one in needs if one.number <= 4] == [(NECK_KEY, 1)]


def test_a_round_left_out_by_mistake_is_added_to_its_visit(version, come, add, coordinator):
    come(FIRST, NECK_KEY)

    add(FIRST, FACE_KEY, now=FIRST)

    assert given(FACE_KEY) == [(FIRST, True, 1)]
    assert live(FACE_KEY) == [(FIRST, 1), (APRIL, 2), (JULY, 3), (OCTOBER, 4)]
    entry = AuditEntry.objects.get(action="visit.added_to")
    assert (entry.object_id, entry.detail) == (on(version, FIRST).pk, {"treated": [FACE_KEY]})


def test_an_added_round_counts_by_its_day_and_the_later_ones_as_one_more(come, add):
    come(FIRST, NECK_KEY)
    for day in (APRIL, JULY):
        come(day)
    assert given(FACE_KEY) == [(APRIL, True, 1), (JULY, True, 2)]

    add(FIRST, FACE_KEY)

    assert given(FACE_KEY) == [(FIRST, True, 1), (APRIL, True, 2), (JULY, True, 3)]
    assert live(FACE_KEY) == [(FIRST, 1), (APRIL, 2), (JULY, 3), (OCTOBER, 4)]


def test_a_visit_booked_for_the_round_that_was_added_takes_the_next_free_one(version, come, add, coordinator):
    come(FIRST, NECK_KEY)
    instead = datetime.date(2027, 1, 12)
    visits.cancel(by=coordinator, booking=on(version, APRIL), reason="Too soon", now=noon(FIRST))
    do(version, coordinator, asked(version, [(FACE_KEY, 1)], instead), now=noon(FIRST))

    add(FIRST, FACE_KEY, now=FIRST)

    assert live(FACE_KEY) == [(FIRST, 1), (instead, 2), (JULY, 3), (OCTOBER, 4)]


def test_a_round_added_too_early_does_not_count_and_leaves_its_place(
    version, come, add, coordinator, provider
):
    come(FIRST)
    early = datetime.date(2027, 3, 2)
    do(version, provider, moved(version, on(version, APRIL), early), override="Leaves", now=noon(FIRST))
    come(early, NECK_KEY)

    add(early, FACE_KEY)

    assert given(FACE_KEY) == [(FIRST, True, 1), (early, False, None)]
    assert live(FACE_KEY) == [(FIRST, 1), (JULY, 3), (OCTOBER, 4)]


def test_a_booster_withdrawn_is_open_again_as_a_booster(version, come, withdraw, provider):
    come(FIRST)
    day = datetime.date(2027, 2, 16)
    do(version, provider, asked(version, [(NECK_KEY, 0)], day), override="Wedding", now=noon(FIRST))
    come(day, NECK_KEY)

    withdraw(day, now=day)
    again = on(version, day).status
    come(day, NECK_KEY)

    assert again == "arrived"
    assert given() == [(FIRST, True, 1), (day, False, None)]
    assert Given.objects.standing().get(date=day).kind == "booster"


def test_a_session_that_is_booked_for_another_day_by_now_stays_there(version, come, withdraw, coordinator):
    come(FIRST)
    withdraw(FIRST, NECK_KEY, now=FIRST)
    instead = datetime.date(2027, 1, 12)
    visits.cancel(by=coordinator, booking=on(version, APRIL), reason="Too soon", now=noon(FIRST))
    do(version, coordinator, asked(version, [(NECK_KEY, 1)], instead), now=noon(FIRST))

    withdraw(FIRST, FACE_KEY, now=FIRST)

    visit = on(version, FIRST)
    assert visit.status == "arrived"
    assert {one.key for one in visit.sessions.all() if one.is_live} == {FACE_KEY}
    assert live()[0] == (instead, 1)


def test_a_visit_whose_session_has_another_day_by_now_stays_completed(version, come, provider, coordinator):
    """One given too early, booked anew since: nothing of it can be completed anew; it can be added."""
    come(FIRST)
    early, june = datetime.date(2027, 3, 2), datetime.date(2027, 6, 2)
    alone = [(NECK_KEY, 2)]
    visits.cancel(by=coordinator, booking=on(version, APRIL), reason="Too late", now=noon(FIRST))
    visits.cancel(by=coordinator, booking=on(version, JULY), reason="Makes room", now=noon(FIRST))
    do(version, provider, asked(version, alone, early), override="Leaves", now=noon(FIRST))
    come(early, NECK_KEY)
    do(version, coordinator, asked(version, alone, june), now=noon(early))

    visits.withdraw(by=coordinator, given=Given.objects.get(date=early), now=noon(early))

    assert on(version, early).status == "completed"
    assert live() == [(FIRST, 1), (june, 2), (OCTOBER, 4)]


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ((), "Choose what else was treated at this visit"),
        (
            (NECK_KEY,),
            r"Not booked for this visit: mesobotox\.neck\. What can be recorded: Botox, upper face",
        ),
    ],
)
def test_what_cannot_be_added_is_refused_with_what_can(come, add, keys, words):
    come(FIRST, NECK_KEY)

    with pytest.raises(visits.NotPossible, match=words):
        add(FIRST, *keys, now=FIRST)

    assert given(FACE_KEY) == []


def test_nothing_is_added_to_a_visit_that_is_not_completed(add):
    with pytest.raises(visits.NotPossible, match=r"not completed yet\. Complete it"):
        add(FIRST, FACE_KEY)


def test_later_visits_wait_until_the_open_one_is_recorded(version, come, withdraw):
    come(FIRST)
    withdraw(FIRST, now=FIRST)

    with pytest.raises(visits.NotPossible, match="Record first what became of the visit on Tue 5 Jan 2027"):
        come(APRIL)
    come(FIRST)
    come(APRIL)

    assert given() == [(FIRST, True, 1), (APRIL, True, 2)]


def test_a_visit_withdrawn_twice_over_is_still_counted_once(come, withdraw):
    for _ in range(2):
        come(FIRST)
        withdraw(FIRST, now=FIRST)
    come(FIRST)

    assert given() == [(FIRST, True, 1)]
    assert Given.objects.filter(key=NECK_KEY).count() == 3
    assert live() == [(FIRST, 1), (APRIL, 2), (JULY, 3), (OCTOBER, 4)]
