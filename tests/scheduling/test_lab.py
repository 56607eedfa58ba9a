"""What a change of a protocol does to open plans, and that migrating them does just that."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied

from scheduling.actions.migrating import NotMigrated, Unchanged, migrate
from scheduling.actions.plans import Overtaken
from scheduling.actions.visits import complete
from scheduling.lab.after import to_replan
from scheduling.lab.impact import CHANGES, IMPOSSIBLE, UNAFFECTED, UNKNOWN
from scheduling.lab.subjects import open_plans
from scheduling.lab.trial import Trial
from scheduling.models import Booking, PlanVersion
from tests.scheduling.builders import NECK as TEXTURE
from tests.scheduling.builders import NOON, UPPER_FACE, another, found_for
from tests.scheduling.laboratory import DOSE_NOTE, NECK, booked_plan, drafted, signed, tried
from tests.scheduling.practice import approved_plan, booked
from treatments import actions, drafts
from treatments.models import Protocol, ProtocolDraft

pytestmark = pytest.mark.django_db


def trial(draft: ProtocolDraft) -> Trial:
    """A draft as the page fetches it."""
    return Trial(ProtocolDraft.objects.get(pk=draft.pk))


def fresh(version: PlanVersion) -> PlanVersion:
    """A version with its details, as a view fetches it."""
    return PlanVersion.objects.with_details().get(pk=version.pk)


def give(booking: Booking, by) -> None:
    """Complete a visit with everything that was to be given."""
    keys = [one.key for one in booking.sessions.all()]
    complete(by=by, booking=booking, treated=keys, now=booking.at)


def test_a_slower_protocol_moves_windows_and_leaves_visits_outside(plan, manager):
    impact = tried(drafted(manager), plan)

    second = impact.effects[1]
    assert (impact.state, impact.windows, len(impact.outside)) == (CHANGES, 5, 5)
    assert (str(second.name), second.ordinal) == ("MesoBotox, neck", 2)
    assert (second.was, second.window.earliest) == (datetime.date(2027, 4, 5), datetime.date(2027, 4, 4))
    assert second.new_window.earliest == datetime.date(2027, 4, 14)
    assert (second.outside, second.missed) == (-9, "9 days too soon")


def test_a_change_of_the_dose_leaves_plans_as_they_are(plan, manager):
    impact = tried(drafted(manager, DOSE_NOTE), plan)

    assert (impact.state, impact.effects) == (UNAFFECTED, ())
    assert impact.why == "No window, date or minute of it would change."


def test_longer_sessions_change_a_plan_and_move_nothing(plan, manager):
    impact = tried(drafted(manager, {"minutes": 40}), plan)

    assert (impact.state, impact.windows, impact.outside) == (CHANGES, 0, ())


def test_what_the_planner_does_not_prove_in_time_is_not_known(plan, manager):
    impact = tried(drafted(manager), plan, stop=lambda: True)

    assert (impact.state, impact.effects, impact.found) == (UNKNOWN, (), None)


def test_a_plan_that_could_not_be_had_says_so(practice, patient, coordinator, provider, manager, location):
    version = approved_plan(patient, coordinator, provider)
    location.closures.create(first="2027-01-01", last="2029-12-31", reason="Rebuilding")

    impact = tried(drafted(manager), version)

    assert (impact.state, impact.why) == (
        IMPOSSIBLE,
        "No dates satisfy every rule at once: see what stands in the way.",
    )


def test_what_was_given_counts_and_is_no_session_to_come(plan, coordinator, manager):
    give(booked(plan)[0], coordinator)

    impact = tried(drafted(manager), plan, now=NOON + datetime.timedelta(days=1))

    assert impact.effects[0].ordinal == 2
    assert impact.effects[0].new_window.earliest == datetime.date(2027, 4, 14)


def test_only_own_open_plans_of_the_protocol_are_looked_at(
    plan, manager, coordinator, provider, make_patient, other_location
):
    neck = Protocol.objects.get(key=NECK)
    approved_plan(make_patient("Cleo", "Cole"), coordinator, provider, found_for(UPPER_FACE))
    elsewhere = approved_plan(make_patient("Bob", "Burns"), coordinator, provider)
    elsewhere.plan.patient.location = other_location
    elsewhere.plan.patient.save()

    found = open_plans(manager, neck.pk)

    assert list(found) == [plan]


def test_a_plan_with_every_session_given_is_not_open(plan, manager, coordinator):
    for booking in booked(plan):
        give(booking, coordinator)

    assert list(open_plans(manager, Protocol.objects.get(key=NECK).pk)) == []


def test_the_preview_counts_what_migrating_does(plan, manager, coordinator, provider, make_patient):
    bob = booked_plan(make_patient("Bob", "Burns"), coordinator, provider, found_for(TEXTURE, UPPER_FACE))
    draft = drafted(manager)
    preview = [tried(draft, one) for one in (plan, bob)]

    found = trial(drafts.sign(by=manager, draft=draft, now=NOON))
    made = [migrate(by=manager, version=fresh(one), trial=found, now=NOON) for one in (plan, bob)]

    versions = [fresh(one) for one in made]
    after = [to_replan(one, NOON) for one in versions]
    assert [one.number for one in versions] == [2, 2]
    assert [len(one.outside) for one in preview] == [len(one) for one in after] == [5, 4]
    assert [set(one.outside) for one in preview] == [{each.booking.pk for each in one} for one in after]
    for impact, version in zip(preview, versions, strict=True):
        dates = {(one.series, one.number): one.date for one in version.recommendation.solution.placed()}
        assert {(one.name.key, one.ordinal): one.now for one in impact.effects if one.now} == dates


def test_a_migrated_plan_waits_for_a_signature_and_its_visits_stay(plan, manager):
    before = list(Booking.objects.values_list("pk", "unit", "status"))

    made = migrate(by=manager, version=plan, trial=trial(signed(manager)), now=NOON)

    plan.refresh_from_db()
    assert (made.status, plan.status) == ("proposed", "superseded")
    assert plan.signature.voided_because == "Version 2 was proposed."
    assert made.reason == "Follows version 2 of MesoBotox, Neck: Slower is enough"
    assert made.series.get().protocol_version.number == 2
    assert list(Booking.objects.values_list("pk", "unit", "status")) == before


def test_a_plan_that_is_not_chosen_keeps_its_numbers(plan, manager, coordinator, provider, make_patient):
    other = approved_plan(make_patient("Bob", "Burns"), coordinator, provider)
    content = other.content

    migrate(by=manager, version=plan, trial=trial(signed(manager)), now=NOON)

    other = fresh(other)
    assert (other.number, other.status, other.content) == (1, "approved", content)
    assert other.series.get().protocol_version.number == 1


def test_migrating_twice_makes_one_version(plan, manager):
    found = trial(signed(manager))
    first = migrate(by=manager, version=plan, trial=found, now=NOON)

    again = migrate(by=manager, version=plan, trial=found, now=NOON)

    assert (again, plan.plan.versions.count()) == (first, 2)


def test_a_migrated_plan_is_unaffected_from_then_on(plan, manager):
    found = trial(signed(manager))
    made = migrate(by=manager, version=plan, trial=found, now=NOON)

    with pytest.raises(Unchanged, match="It follows version 2 already"):
        migrate(by=manager, version=fresh(made), trial=found, now=NOON)


def test_nothing_is_migrated_to_a_draft(plan, manager):
    with pytest.raises(NotMigrated, match="not signed yet"):
        migrate(by=manager, version=plan, trial=trial(drafted(manager)), now=NOON)

    assert plan.plan.versions.count() == 1


def test_nothing_is_migrated_to_a_version_that_was_replaced(plan, manager, provider):
    draft = signed(manager)
    actions.edit_protocol(by=provider, protocol=draft.protocol, changes={"minutes": 40})

    with pytest.raises(NotMigrated, match="Version 3 is in force now, not 2"):
        migrate(by=manager, version=plan, trial=trial(draft), now=NOON)


def test_a_plan_that_was_changed_meanwhile_is_not_migrated(plan, manager, coordinator):
    another(plan, coordinator, found_for(preference="fewest_visits"))
    found = trial(signed(manager))

    with pytest.raises(Overtaken, match="Version 2 was proposed meanwhile"):
        migrate(by=manager, version=plan, trial=found, now=NOON)


def test_a_coordinator_migrates_nothing(plan, manager, coordinator):
    with pytest.raises(PermissionDenied):
        migrate(by=coordinator, version=plan, trial=trial(signed(manager)), now=NOON)

    assert plan.plan.versions.count() == 1
