"""Any sequence of everything that can be done to visits, against a small model."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from clinic.actions.hours import add_absence
from clinic.models import AuditEntry, Provider
from scheduling.actions import visits
from scheduling.actions.bookings import Order, book
from scheduling.actions.given import record_elsewhere
from scheduling.actions.undoing import undo
from scheduling.availability.bits import UNIT
from scheduling.claiming.claims import TakenMeanwhile
from scheduling.course.replanning import difference
from scheduling.course.situation import Situation
from scheduling.intake.parse import read_intake
from scheduling.intake.recommend import recommend
from scheduling.models import Booking, Change, Given, PlanVersion
from tests.scheduling.asking import FACE_KEY, NECK_KEY, asked, moved
from tests.scheduling.booking_model import Model, booked_ordinals, busy_bits, held_twice, ledger, too_close
from tests.scheduling.builders import NECK, NOON, UPPER_FACE
from tests.scheduling.intake.intakes import raw
from tests.scheduling.practice import approved_plan, booked, open_practice, work

pytestmark = pytest.mark.django_db
MACHINE = settings(
    max_examples=12 if connection.vendor == "postgresql" else 8,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
DAY, HOUR = datetime.timedelta(days=1), datetime.timedelta(hours=1)
NO = (ValidationError, TakenMeanwhile)
PLACE = st.integers(0, 7)


class Machine(RuleBasedStateMachine):
    """Two patients, two providers, one clock that only goes forward."""

    def __init__(self):
        super().__init__()
        self.cast = PEOPLE
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.model, self.now = Model(audited=AuditEntry.objects.count()), NOON
        self.last: Change | None = None
        self.refusal: Exception | None = None

    def teardown(self):
        """Forget everything that was done."""
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @property
    def today(self) -> datetime.date:
        return self.now.astimezone(self.cast["location"].zone).date()

    def version(self, who: int) -> PlanVersion:
        return self.cast["versions"][who % 2]

    def live(self, who: int) -> list[Booking]:
        return [one for one in booked(self.version(who)) if one.is_live]

    def visit(self, who: int, place: int) -> Booking | None:
        rows = self.live(who)
        return rows[place % len(rows)] if rows else None

    def do(self, act, *refusals) -> bool:
        """Do something that may be refused: then nothing may have changed."""
        before = self.state()
        try:
            with transaction.atomic():
                found = act()
        except (*NO, *refusals) as refusal:
            self.refusal = refusal
            assert self.state() == before
            return False
        self.model.audited += 1
        self.last = found if isinstance(found, Change) else self.last
        return True

    def state(self) -> list:
        rows = Booking.objects.order_by("pk").values_list("pk", "status", "unit", "provider", "room")
        return [*rows, Given.objects.standing().count(), AuditEntry.objects.count()]

    @initialize()
    def book_both(self):
        self.arrange_everything(0)
        self.arrange_everything(1)

    @rule(days=st.integers(0, 50), hours=st.integers(0, 8))
    def wait(self, days, hours):
        self.now += days * DAY + hours * HOUR

    @rule(who=PLACE)
    def arrange_everything(self, who):
        version = self.version(who)
        situation = Situation(version, self.now)
        found = difference(situation, situation.arrange())
        if not found.is_empty:
            order = found.order("plan.replanned")
            done = self.do(lambda: book(by=self.cast["nora"], version=version, order=order, now=self.now))
            assert done or "Record first what became" in str(self.refusal)

    @rule(
        who=PLACE,
        key=st.sampled_from([NECK_KEY, FACE_KEY]),
        days=st.integers(0, 120),
        minute=st.integers(108, 190),
    )
    def book_one(self, who, key, days, minute):
        version = self.version(who)
        standings = Situation(version, self.now).standings
        needs = [one for one in standings.needs_a_date if one.key == key]
        if needs:
            ids = [(key, needs[0].number)]
            self.order(version, asked(version, ids, self.today + days * DAY, minute * UNIT))

    @rule(
        who=PLACE, place=PLACE, days=st.integers(-40, 60), minute=st.integers(108, 190), other=st.booleans()
    )
    def move(self, who, place, days, minute, other):
        if wanted := self.moved(who, place, days, minute, other):
            self.order(self.version(who), wanted)

    @rule(who=PLACE, place=PLACE, days=st.integers(-80, 40), minute=st.integers(108, 190), by=st.booleans())
    def override(self, who, place, days, minute, by):
        if wanted := self.moved(who, place, days, minute, False):
            by = self.cast["ellis" if by else "nora"]
            self.order(self.version(who), wanted, by=by, override="The patient insists")

    @rule(who=PLACE, days=st.integers(1, 90), minute=st.integers(108, 190))
    def booster(self, who, days, minute):
        wanted = asked(self.version(who), [(NECK_KEY, 0)], self.today + days * DAY, minute * UNIT)
        self.order(self.version(who), wanted, by=self.cast["ellis"], override="Before a wedding")

    def moved(self, who, place, days, minute, other):
        visit = self.visit(who, place)
        if visit is None or visit.kind == "booster":
            return None
        rows = Provider.objects.order_by("-pk" if other else "pk")
        return moved(self.version(who), visit, visit.date + days * DAY, minute * UNIT, provider=rows[0].pk)

    def order(self, version, *wanted, by=None, **fields):
        order, by = Order(wanted=wanted, action="visit.moved", **fields), by or self.cast["nora"]
        self.do(lambda: book(by=by, version=version, order=order, now=self.now), PermissionDenied)

    @rule(who=PLACE, place=PLACE)
    def cancel(self, who, place):
        if visit := self.visit(who, place):
            self.do(lambda: visits.cancel(by=self.cast["nora"], booking=visit, reason="Ill", now=self.now))

    @rule(who=PLACE, place=PLACE)
    def miss(self, who, place):
        if visit := self.visit(who, place):
            self.do(lambda: visits.miss(by=self.cast["nora"], booking=visit, now=self.now))

    @rule(who=PLACE, on_time=st.booleans())
    def arrive(self, who, on_time):
        if visit := self.visit(who, 0):
            self.now = max(self.now, visit.at) if on_time else self.now
            self.do(lambda: visits.arrive(by=self.cast["nora"], booking=visit, now=self.now))

    @rule(who=PLACE, treated=st.integers(0, 3))
    def come(self, who, treated):
        self.complete(who, 0, treated, True)

    @rule(who=PLACE, place=st.sampled_from([0, 0, 0, 1, 2]), treated=st.integers(0, 3), on_time=st.booleans())
    def complete(self, who, place, treated, on_time):
        visit = self.visit(who, place)
        if visit is None:
            return
        self.now = max(self.now, visit.at) if on_time else self.now
        sessions = [one for one in visit.sessions.all() if one.is_live]
        given = [one for index, one in enumerate(sessions) if treated >> index & 1] or sessions
        facts = {"by": self.cast["ellis"], "treated": [one.key for one in given], "left_out": "A cold sore"}
        if self.do(lambda: visits.complete(booking=visit, now=self.now, **facts)):
            for one in given:
                self.model.treat(visit.plan_id, one.key, visit.date, one.ordinal is None)

    @rule(who=PLACE, key=st.sampled_from([NECK_KEY, FACE_KEY]), ago=st.integers(0, 30))
    def elsewhere(self, who, key, ago):
        version = self.version(who)
        series = next((one for one in version.series.all() if one.key == key), None)
        if series is None or any(
            one >= self.today - ago * DAY for one, _ in self.model.given[version.plan_id, key]
        ):
            return
        date = self.today - ago * DAY
        facts = {
            "by": self.cast["nora"],
            "patient": version.plan.patient,
            "plan": version.plan,
            "name": series.name,
        }
        if self.do(lambda: record_elsewhere(date=date, now=self.now, **facts)):
            self.model.elsewhere(version.plan_id, key, date)

    @rule(place=PLACE, whole=st.booleans())
    def withdraw(self, place, whole):
        rows = list(Given.objects.standing().select_related("booking").order_by("pk"))
        chosen = rows[place % len(rows)] if rows else None
        for one in rows:
            if one != chosen and not (whole and one.booking and one.booking == chosen.booking):
                continue
            one.refresh_from_db()
            self.take_back(one)

    def take_back(self, one):
        """Withdraw a treatment, which is always possible."""
        assert self.do(lambda: visits.withdraw(by=self.cast["nora"], given=one, now=self.now))
        self.model.withdraw(one.plan_id, one.key, one.date, one.counts)
        if one.booking:
            self.opened_again(Booking.objects.with_details().get(pk=one.booking_id))

    def opened_again(self, visit):
        """Whether a visit is open again is on record; never while anything of it stands."""
        sessions = [one for one in visit.sessions.all() if one.is_live]
        if visit.status == Booking.Status.ARRIVED:
            assert sessions and not visit.given.standing().exists()
            self.model.audited += 1
            self.model.late |= {((visit.plan_id, one.key), visit.date) for one in sessions}
        else:
            assert visit.status == Booking.Status.COMPLETED

    @rule(place=PLACE, treated=st.integers(1, 3))
    def add_given(self, place, treated):
        rows = Booking.objects.filter(status=Booking.Status.COMPLETED).with_details().order_by("pk")
        rows = [one for one in rows if visits.not_recorded(one, one.given.standing())]
        if rows:
            visit = rows[place % len(rows)]
            missing = visits.not_recorded(visit, visit.given.standing())
            added = [one for index, one in enumerate(missing) if treated >> index & 1] or missing
            facts = {"by": self.cast["ellis"], "treated": [one.key for one in added]}
            if self.do(lambda: visits.add_given(booking=visit, now=self.now, **facts)):
                for one in added:
                    self.model.treat(visit.plan_id, one.key, visit.date, one.ordinal is None)
                    self.model.late.add(((visit.plan_id, one.key), visit.date))

    @rule(place=PLACE, days=st.integers(0, 20))
    def away_and_re_plan(self, place, days):
        rows = Provider.objects.order_by("pk")
        facts = {
            "provider": rows[place % 2],
            "first": self.today,
            "last": self.today + days * DAY,
            "reason": "Ill",
        }
        self.do(lambda: add_absence(by=self.cast["nora"], **facts))
        for who in (0, 1):
            self.arrange_everything(who)

    @precondition(lambda self: self.last is not None)
    @rule(minutes=st.integers(0, 12))
    def undo(self, minutes):
        self.now += datetime.timedelta(minutes=minutes)
        done = self.do(lambda: undo(by=self.cast["nora"], change=self.last, now=self.now) and None)
        self.model.audited += done and self.last.action == "visit.cancelled"

    @invariant()
    def nobody_and_nothing_is_held_twice(self):
        assert held_twice() == []

    @invariant()
    def busy_days_are_what_the_claims_say(self):
        kept, claimed = busy_bits()
        assert kept == claimed

    @invariant()
    def no_round_comes_before_its_minimum(self):
        for version in self.cast["versions"]:
            for one in version.series.all():
                assert too_close(version.plan, one.key, self.model.late) == []

    @invariant()
    def rounds_are_counted_right(self):
        for version in self.cast["versions"]:
            for one in version.series.all():
                course = (version.plan_id, one.key)
                assert ledger(course) == self.model.ledger(course)
                counted = sum(counts for _, counts in self.model.given[course])
                rounds = booked_ordinals(version.plan, one.key)
                assert rounds == sorted(set(rounds)) and all(counted < one for one in rounds)

    @invariant()
    def everything_is_on_record(self):
        assert AuditEntry.objects.count() == self.model.audited


PEOPLE: dict = {}


def test_any_sequence_keeps_every_promise(location, coordinator, provider, make_user, make_patient):
    open_practice(location)
    work(provider, location)
    work(make_user("Brandt", "provider", location), location, hours=(540, 840))
    plans = (raw(NECK, UPPER_FACE, horizon_months=9), raw(NECK, horizon_months=9))
    versions = [
        approved_plan(make_patient(name), coordinator, provider, recommend(read_intake(plan)))
        for name, plan in zip(("Alice", "Bob"), plans, strict=True)
    ]
    PEOPLE.update(location=location, nora=coordinator, ellis=provider, versions=versions)

    run(Machine, settings=MACHINE)
