"""Proposing plans and changing them: what is copied, what is refused, what is on record."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from clinic.models import AuditEntry
from scheduling.actions import plans as actions
from scheduling.intake.parse import read_intake
from scheduling.intake.recommend import recommend
from scheduling.models import Plan, PlanVersion, Session, Visit
from tests.scheduling.builders import NECK, NOON, UPPER_FACE, another, catalogue, found_for, make_plan
from tests.scheduling.intake.intakes import raw
from treatments.actions import edit_protocol
from treatments.current import current_library
from treatments.library import load_library
from treatments.models import Protocol, WrittenOnce

FEWEST = {"preference": "fewest_visits"}


def never_here():
    """The plan of a patient who is away the whole time: there is none."""
    away = [{"from": "2027-01-04", "to": "2028-12-31"}]
    return recommend(read_intake(raw(NECK, horizon_months=3, away=away)))


def test_proposing_keeps_the_recommendation_to_the_last_word(coordinator, patient):
    found = found_for(NECK, UPPER_FACE)

    version = make_plan(patient, coordinator, found)

    assert PlanVersion.objects.get(pk=version.pk).recommendation == found


def test_proposing_writes_every_visit_and_session_as_rows(coordinator, patient):
    found = found_for(NECK, UPPER_FACE)

    version = make_plan(patient, coordinator, found)

    rows = Session.objects.filter(visit__version=version).order_by("visit__date", "position")
    assert [
        (row.visit.date, row.series.key, row.number, row.start, row.latest)
        for row in rows.select_related("visit", "series")
    ] == [
        (visit.date, one.series, one.number, one.window.start, one.window.latest)
        for visit in found.solution.visits
        for one in visit.sessions
    ]
    assert [visit.minutes for visit in version.visits.all()] == [
        visit.minutes for visit in found.solution.visits
    ]


def test_proposing_names_the_protocol_versions_it_was_made_from(coordinator, provider, patient):
    catalogue()
    neck = Protocol.objects.get(key="mesobotox.neck")
    edit_protocol(by=provider, protocol=neck, changes={"minutes": 35}, reason="Takes longer here")
    library = current_library()
    found = recommend(read_intake(raw(NECK), library=library), library)

    version = actions.propose(by=coordinator, patient=patient, found=found, library=library, now=NOON)

    series = version.series.get()
    assert (series.minutes, series.protocol_version.number, series.protocol_version.minutes) == (35, 2, 35)


def test_a_protocol_edited_meanwhile_is_refused_by_name(coordinator, provider, patient):
    library = catalogue()
    neck = Protocol.objects.get(key="mesobotox.neck")
    edit_protocol(by=provider, protocol=neck, changes={"minutes": 35}, reason="Takes longer here")

    with pytest.raises(actions.CatalogueChanged, match="edited meanwhile: MesoBotox, neck"):
        actions.propose(by=coordinator, patient=patient, found=found_for(), library=library, now=NOON)

    assert Plan.objects.count() == 0


def test_editing_a_protocol_later_changes_nothing_in_a_plan(coordinator, provider, patient):
    version = make_plan(patient, coordinator)
    catalogue()
    neck = Protocol.objects.get(key="mesobotox.neck")

    edit_protocol(by=provider, protocol=neck, changes={"minutes": 55}, reason="Takes longer here")

    kept = PlanVersion.objects.get(pk=version.pk)
    assert kept.recommendation == found_for()
    assert kept.series.get().minutes == found_for().problem.series[0].minutes


def test_a_patients_plans_are_counted_from_one(coordinator, make_patient):
    alice, bob = make_patient("Alice", "Ames"), make_patient("Bob", "Burns")

    numbers = [make_plan(patient, coordinator).plan.number for patient in (alice, bob, alice)]

    assert numbers == [1, 1, 2]


def test_proposing_is_on_record_without_what_was_planned(coordinator, patient, location):
    version = make_plan(patient, coordinator)

    entry = AuditEntry.objects.get(action="plan.proposed")
    assert (entry.actor, entry.object_id, entry.location) == (coordinator, version.plan_id, location)
    assert entry.detail == {"version": 1}


def test_another_version_supersedes_the_one_before(coordinator, patient):
    first = make_plan(patient, coordinator, found_for(NECK, UPPER_FACE))

    second = another(first, coordinator, found_for(NECK, UPPER_FACE, **FEWEST), reason="Lives far away")

    first.refresh_from_db()
    assert (first.status, second.status) == ("superseded", "proposed")
    assert (second.number, second.reason) == (2, "Lives far away")
    assert first.recommendation == found_for(NECK, UPPER_FACE)
    assert AuditEntry.objects.get(action="plan.revised").detail == {"version": 2}


def test_a_version_proposed_meanwhile_is_not_overwritten(coordinator, patient):
    first = make_plan(patient, coordinator, found_for(NECK, UPPER_FACE))
    another(first, coordinator, found_for(NECK, UPPER_FACE, **FEWEST))

    with pytest.raises(actions.Overtaken, match="Version 2 was proposed meanwhile"):
        another(first, coordinator, found_for(NECK, UPPER_FACE, preference="closest_to_protocol"))

    assert PlanVersion.objects.count() == 2


def test_the_same_plan_again_is_no_new_version(coordinator, patient):
    first = make_plan(patient, coordinator)

    with pytest.raises(ValidationError, match="Nothing was changed"):
        another(first, coordinator, found_for())

    assert PlanVersion.objects.get().status == "proposed"


@pytest.mark.parametrize(
    "found, words",
    [
        (lambda: found_for(("lift", "jawline")), r"Nothing here can be planned by itself \(R49\)"),
        (never_here, "No dates satisfy every rule at once"),
    ],
)
def test_what_holds_no_visit_is_refused_and_saves_nothing(coordinator, patient, found, words):
    with pytest.raises(actions.NoPlan, match=words):
        actions.propose(by=coordinator, patient=patient, found=found(), library=load_library(), now=NOON)

    assert (Plan.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_versions_and_their_rows_are_written_once(coordinator, patient):
    version = make_plan(patient, coordinator)
    visit = version.visits.first()

    for change in (version.save, version.delete, visit.save, visit.delete, Visit.objects.all().delete):
        with pytest.raises(WrittenOnce):
            change()

    assert PlanVersion.objects.get().visits.count() == len(found_for().solution.visits)


def test_the_database_keeps_one_current_version_of_a_plan(coordinator, patient):
    version = make_plan(patient, coordinator)
    version.pk, version.number, version._state.adding = None, 2, True

    with pytest.raises(IntegrityError), transaction.atomic():
        version.save()


def test_the_database_keeps_a_day_to_one_visit(coordinator, patient):
    version = make_plan(patient, coordinator)
    first = version.visits.first()

    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.create(version=version, date=first.date, minutes=30)


def test_plans_are_seen_at_the_patients_location_only(
    coordinator, provider, manager, other_coordinator, patient_user
):
    version = make_plan(patient_user.patient, coordinator)

    seen = {
        user.name: list(PlanVersion.objects.visible_to(user))
        for user in (coordinator, provider, manager, other_coordinator, patient_user)
    }

    assert seen == {"Nora": [version], "Ellis": [version], "Vera": [version], "Tomas": [], "Maya": []}
