"""A provider's word on a plan: whose it is, on which version, and that it is on record."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from clinic.models import AuditEntry
from scheduling.actions.approvals import approve
from scheduling.models import PlanVersion
from tests.scheduling.builders import NOON, another, found_for, make_plan

pytestmark = pytest.mark.django_db


def test_a_provider_approves_a_plan(patient, coordinator, provider, location):
    version = make_plan(patient, coordinator)

    found = approve(by=provider, version=version, now=NOON)

    entry = AuditEntry.objects.get(action="plan.approved")
    assert (found.status, found.approved_by, found.approved_at) == ("approved", provider, NOON)
    facts = {"version": 1, "hash": found.signature.content_hash}
    assert (entry.actor, entry.location, entry.detail) == (provider, location, facts)


@pytest.mark.parametrize("role", ["coordinator", "manager"])
def test_nobody_else_approves_a_plan(request, patient, coordinator, role):
    version = make_plan(patient, coordinator)

    with pytest.raises(PermissionDenied):
        approve(by=request.getfixturevalue(role), version=version, now=NOON)

    assert PlanVersion.objects.get().status == "proposed"


def test_a_version_that_was_overtaken_is_not_approved(patient, coordinator, provider):
    version = make_plan(patient, coordinator)
    another(version, coordinator, found_for(preference="fewest_visits"))

    with pytest.raises(ValidationError, match="Version 2 was proposed meanwhile"):
        approve(by=provider, version=version, now=NOON)

    assert set(PlanVersion.objects.values_list("status", flat=True)) == {"superseded", "proposed"}


def test_approving_twice_is_on_record_once(patient, coordinator, provider):
    version = make_plan(patient, coordinator)
    first = approve(by=provider, version=version, now=NOON)

    again = approve(by=provider, version=first, now=NOON)

    assert again == first
    assert AuditEntry.objects.filter(action="plan.approved").count() == 1


def test_a_change_of_the_plan_has_to_be_approved_again(patient, coordinator, provider):
    version = make_plan(patient, coordinator)
    approve(by=provider, version=version, now=NOON)

    changed = another(version, coordinator, found_for(preference="fewest_visits"))

    assert (changed.is_approved, PlanVersion.objects.approved().count()) == (False, 0)
