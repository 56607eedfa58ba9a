"""Doses and grades: recorded with the visit or not at all, withdrawn and entered anew, within the limit."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from clinic.models import AuditEntry
from scheduling.actions import doses, elsewhere, observations, visits
from scheduling.actions.doses import Entered, NotGiven
from scheduling.actions.elsewhere import Told
from scheduling.actions.observations import Grade, NotObserved
from scheduling.actions.visits import NotPossible
from scheduling.chairside.record import Record
from scheduling.models import Booking, Dose, Given, Observation
from tests.scheduling.asking import FACE_KEY, NECK_KEY, asked, do, noon
from tests.scheduling.builders import NECK, UPPER_FACE, found_for
from tests.scheduling.chairside import EXPIRES, FIRST, dose, posted, stock
from tests.scheduling.practice import approved_plan, booked, open_practice, work

pytestmark = pytest.mark.django_db
APRIL = datetime.date(2027, 4, 5)
FORTY, SIXTY_FOUR = Decimal(40), Decimal(64)


@pytest.fixture
def version(location, coordinator, provider, patient):
    """Alice's plan of neck and upper face, with two visits booked."""
    open_practice(location)
    work(provider, location)
    stock()
    version = approved_plan(patient, coordinator, provider, found_for(NECK, UPPER_FACE))
    for number, day in enumerate((FIRST, APRIL), start=1):
        do(version, coordinator, asked(version, [(NECK_KEY, number), (FACE_KEY, number)], day))
    return version


@pytest.fixture
def visit(version) -> Booking:
    """The first visit, on Tuesday 5 January 2027."""
    return booked(version)[0]


@pytest.fixture
def complete(provider):
    """Complete a visit with doses: `complete(visit, dose())`."""

    def run(booking: Booking, *entries, grades=(), now=None) -> Booking:
        facts = {"entered": Entered(entries, grades), "now": now or noon(booking.date)}
        return visits.complete(by=provider, booking=booking, treated=(NECK_KEY, FACE_KEY), **facts)

    return run


def standing() -> list[tuple]:
    """What stands on record: areas, lots and units."""
    return list(Dose.objects.standing().values_list("key", "lot_key", "units"))


def test_a_visit_is_completed_with_its_doses_and_grades(visit, complete, provider):
    both = (dose(units=FORTY, lot="c1-00 x"), dose(FACE_KEY, SIXTY_FOUR))

    booking = complete(visit, *both, grades=[Grade(NECK_KEY, "texture", 2, "left more")])

    assert booking.status == "completed"
    assert standing() == [(NECK_KEY, "C100X", FORTY), (FACE_KEY, "C1", SIXTY_FOUR)]
    grade = Observation.objects.get()
    assert (grade.key, grade.scale, grade.grade, grade.observed_by) == (NECK_KEY, "texture", 2, provider)
    actions = AuditEntry.objects.about(visit).values_list("action", flat=True)
    assert list(actions) == ["visit.dosed", "visit.observed", "visit.completed"]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"expires": datetime.date(2027, 1, 4)}, "expired on Mon 4 Jan 2027"),
        ({"units": Decimal(401)}, "No day fits so much"),
        ({"lot": " - "}, "Enter the lot number"),
        ({"product": "ha_filler"}, "does not fit the treatment"),
        ({"key": "mesobotox.cheeks"}, "was not treated at this visit"),
    ],
)
def test_one_wrong_dose_leaves_the_whole_visit_as_it_was(visit, complete, wrong, says):
    with pytest.raises(NotGiven, match=says):
        complete(visit, dose(FACE_KEY, SIXTY_FOUR), dose(**({"units": FORTY} | wrong)))

    assert standing() == []
    assert Given.objects.count() == 0
    assert Booking.objects.get(pk=visit.pk).status == "booked"
    assert AuditEntry.objects.about(visit).count() == 0


def test_only_a_provider_records_doses(visit, coordinator):
    with pytest.raises(NotGiven, match="Only a provider records doses"):
        facts = {"entered": Entered([dose()]), "now": noon(FIRST)}
        visits.complete(by=coordinator, booking=visit, treated=[NECK_KEY, FACE_KEY], **facts)


def test_more_than_the_label_is_kept_with_its_reason(visit, complete):
    with pytest.raises(NotGiven, match="more than the 64 U"):
        complete(visit, dose(FACE_KEY, Decimal(70)))

    with pytest.raises(NotGiven, match="in 200 characters at most"):
        complete(visit, dose(FACE_KEY, Decimal(70), because="Strong brow" * 20))
    neck = dose(units=FORTY, because="No label names this")
    complete(visit, dose(FACE_KEY, Decimal(70), because="Strong brow"), neck)

    detail = AuditEntry.objects.get(action="visit.dosed").detail
    assert detail["over_label"] == {FACE_KEY: "Strong brow"}
    kept = dict(Dose.objects.values_list("key", "over_label_because"))
    assert kept == {FACE_KEY: "Strong brow", NECK_KEY: ""}


def test_the_limit_counts_the_visits_before(version, complete):
    first, second = booked(version)
    complete(first, dose(units=Decimal(390)))

    with pytest.raises(NotGiven, match=r"430 U of toxin in 3 months.*fits on Mon 5 Apr 2027"):
        complete_on(complete, second, datetime.date(2027, 4, 4))
    complete(second, dose(units=FORTY))

    assert [units for _, _, units in standing()] == [Decimal(390), FORTY]


def complete_on(complete, booking: Booking, day: datetime.date) -> None:
    """Complete a visit as if it had been on another day."""
    Booking.objects.filter(pk=booking.pk).update(date=day)
    try:
        complete(Booking.objects.get(pk=booking.pk), dose(units=FORTY), now=noon(APRIL))
    finally:
        Booking.objects.filter(pk=booking.pk).update(date=APRIL)


def test_a_wrong_dose_is_withdrawn_and_entered_anew(visit, complete, provider):
    complete(visit, dose(units=Decimal(390)))
    wrong = Dose.objects.get()

    with pytest.raises(NotGiven, match="most is 400 U"):
        doses.enter(by=provider, booking=visit, entries=[dose(units=FORTY)], now=noon(FIRST))
    doses.withdraw(by=provider, dose=wrong, now=noon(FIRST))
    doses.enter(by=provider, booking=visit, entries=[dose(units=FORTY)], now=noon(FIRST))

    assert standing() == [(NECK_KEY, "C1", FORTY)]
    assert Dose.objects.count() == 2
    with pytest.raises(NotGiven, match="withdrawn already"):
        doses.withdraw(by=provider, dose=wrong, now=noon(FIRST))
    actions = list(AuditEntry.objects.about(visit).values_list("action", flat=True))
    assert actions == ["visit.dosed", "visit.completed", "dose.withdrawn", "visit.dosed"]


def test_toxin_given_elsewhere_counts_when_a_dose_is_entered_anew(visit, complete, provider):
    elsewhere.tell(by=provider, booking=visit, told=Told(units=Decimal(300)), now=noon(FIRST))
    complete(visit, dose(units=Decimal(100)))
    doses.withdraw(by=provider, dose=Dose.objects.get(), now=noon(FIRST))
    again = Booking.objects.with_details().get(pk=visit.pk)
    place = [one.key for one in again.sessions.all()].index(NECK_KEY)

    with pytest.raises(NotGiven, match=r"400 U would make 700 U.* 100 U can be given"):
        doses.enter(by=provider, booking=visit, entries=[dose(units=Decimal(400))], now=noon(FIRST))
    record = Record(again, posted(again, key=NECK_KEY, **{f"a{place}-units": "400"}))

    assert not record.is_valid()
    assert "400 U would make 700 U" in record.form.errors["units"][0]
    doses.enter(by=provider, booking=visit, entries=[dose(units=Decimal(100))], now=noon(FIRST))
    assert standing() == [(NECK_KEY, "C1", Decimal(100))]


def test_the_label_is_not_exceeded_in_parts(visit, complete, provider):
    complete(visit, dose(FACE_KEY, FORTY))
    again = Booking.objects.with_details().get(pk=visit.pk)
    place = [one.key for one in again.sessions.all()].index(FACE_KEY)

    with pytest.raises(NotGiven, match="80 U in all is more than the 64 U"):
        doses.enter(by=provider, booking=visit, entries=[dose(FACE_KEY, FORTY)], now=noon(FIRST))
    record = Record(again, posted(again, key=FACE_KEY, **{f"a{place}-units": "40"}))

    assert not record.is_valid()
    assert "80 U in all" in record.form.errors["because"][0]
    doses.enter(by=provider, booking=visit, entries=[dose(FACE_KEY, Decimal(24))], now=noon(FIRST))
    assert [units for _, _, units in standing()] == [FORTY, Decimal(24)]


def test_doses_are_entered_once_the_visit_is_completed(visit, provider):
    with pytest.raises(NotGiven, match="not completed yet"):
        doses.enter(by=provider, booking=visit, entries=[dose()], now=noon(FIRST))


def test_withdrawing_a_treatment_withdraws_its_dose_and_grades(visit, complete, provider):
    complete(visit, dose(units=FORTY), dose(FACE_KEY, SIXTY_FOUR), grades=[Grade(NECK_KEY, "pores", 1)])

    visits.withdraw(by=provider, given=Given.objects.get(key=NECK_KEY), now=noon(FIRST))

    assert standing() == [(FACE_KEY, "C1", SIXTY_FOUR)]
    assert Observation.objects.standing().count() == 0
    rows = AuditEntry.objects.about(visit).filter(actor=provider, action__endswith=".withdrawn")
    assert [(one.action, one.detail["key"]) for one in rows] == [
        ("dose.withdrawn", NECK_KEY),
        ("observation.withdrawn", NECK_KEY),
    ]


@pytest.mark.parametrize(
    "facts",
    [([dose(units=FORTY)], []), ([], [Grade(NECK_KEY, "pores", 1)])],
    ids=["dose", "grade"],
)
def test_a_coordinator_withdraws_no_treatment_with_doses_or_grades(visit, complete, coordinator, facts):
    complete(visit, *facts[0], grades=facts[1])

    with pytest.raises(NotPossible, match="Ask a provider"):
        visits.withdraw(by=coordinator, given=Given.objects.get(key=NECK_KEY), now=noon(FIRST))
    visits.withdraw(by=coordinator, given=Given.objects.get(key=FACE_KEY), now=noon(FIRST))

    assert [one.key for one in Given.objects.standing()] == [NECK_KEY]
    assert Dose.objects.standing().count() + Observation.objects.standing().count() == 1


@pytest.mark.parametrize(
    ("grade", "says"),
    [
        (Grade(NECK_KEY, "pores", 5), "is not graded 5"),
        (Grade(NECK_KEY, "fws.rest", 1), "is not graded 1"),
        (Grade("mesobotox.cheeks", "pores", 1), "no area of this visit"),
        (Grade(FACE_KEY, "fws.rest", 2), "graded already"),
    ],
)
def test_a_grade_belongs_to_its_scale_and_is_given_once(visit, complete, provider, grade, says):
    complete(visit, grades=[Grade(FACE_KEY, "fws.rest", 2)])

    with pytest.raises(NotObserved, match=says):
        observations.enter(by=provider, booking=visit, grades=[grade], now=noon(FIRST))

    assert Observation.objects.count() == 1


def test_a_withdrawn_grade_is_given_anew(visit, complete, provider):
    complete(visit, grades=[Grade(FACE_KEY, "fws.rest", 2)])
    wrong = Observation.objects.get()

    observations.withdraw(by=provider, observation=wrong, now=noon(FIRST))
    observations.enter(by=provider, booking=visit, grades=[Grade(FACE_KEY, "fws.rest", 1)], now=noon(FIRST))

    assert [one.grade for one in Observation.objects.standing()] == [1]


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"lot": ""}, "dose_names_its_lot"),
        ({"units": 0}, "dose_in_units_or_millilitres"),
        ({"millilitres": 1}, "dose_in_units_or_millilitres"),
    ],
)
def test_the_database_refuses_a_dose_without_lot_or_amount(visit, complete, wrong, constraint):
    complete(visit, dose(units=FORTY))
    good = Dose.objects.get()
    facts = {"booking": visit, "key": NECK_KEY, "product": good.product, "lot": "A", "expires": EXPIRES}
    facts |= {"units": 1, "given_by": good.given_by}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Dose.objects.create(**(facts | wrong))


def test_the_database_keeps_one_standing_grade_of_a_scale(visit, complete):
    complete(visit, grades=[Grade(FACE_KEY, "fws.rest", 2)])
    again = Observation.objects.get()
    again.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)

    assert Observation.objects.count() == 1
