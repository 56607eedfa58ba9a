"""A signature under a plan: bound to its bytes, void after an edit; nothing goes to a patient without it."""

import datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import connection

from scheduling.actions.approvals import approve, decline
from scheduling.actions.plans import revise
from scheduling.models import Plan, PlanVersion, Signature
from scheduling.models.signature import MEANING
from scheduling.review.forms import REASON
from tests.scheduling.builders import NECK, NOON, UPPER_FACE, catalogue, found_for, make_plan
from treatments.models.versions import WrittenOnce

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def version(patient_user, coordinator) -> PlanVersion:
    """Maya's plan of the neck, proposed by Nora."""
    catalogue()
    return make_plan(patient_user.patient, coordinator)


def edited(version: PlanVersion, by) -> PlanVersion:
    """The plan with the upper face as well."""
    found = found_for(NECK, UPPER_FACE)
    return revise(
        by=by, plan=version.plan, seen=version.number, found=found, library=catalogue(), now=NOON + HOUR
    )


def stored_otherwise(table: str, column: str, value: str, pk: int) -> None:
    """Write into the database past the application, as somebody with its password could."""
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [value, pk])


def test_an_approval_is_a_signature_that_verifies(version, provider):
    approve(by=provider, version=version, now=NOON)

    signature = Signature.objects.get(version=version)
    assert (signature.signer, signature.printed_name) == (provider, "Dr. June Ellis, Dermatologist")
    assert (signature.signed_at, signature.meaning) == (NOON, MEANING)
    assert signature.is_standing
    assert signature.verifies()


def test_a_changed_plan_does_not_verify(version, provider):
    approve(by=provider, version=version, now=NOON)
    stored_otherwise("scheduling_planversion", "library_version", "99", version.pk)

    assert not Signature.objects.get(version=version).verifies()


@pytest.mark.parametrize(
    ("column", "value"), [("printed_name", "Dr. Nobody"), ("meaning", "Seen."), ("content_hash", "0" * 64)]
)
def test_a_changed_signature_does_not_verify(version, provider, column, value):
    approve(by=provider, version=version, now=NOON)
    signature = Signature.objects.get(version=version)
    stored_otherwise("scheduling_signature", column, value, signature.pk)

    assert not Signature.objects.get(version=version).verifies()


def test_a_signature_is_neither_changed_nor_removed(version, provider):
    approve(by=provider, version=version, now=NOON)
    signature = Signature.objects.get(version=version)

    for attempt in (signature.save, signature.delete, Signature.objects.all().delete):
        with pytest.raises(WrittenOnce):
            attempt()


def test_an_edit_makes_the_signature_void(version, provider, coordinator):
    approve(by=provider, version=version, now=NOON)

    edited(version, coordinator)

    signature = Signature.objects.get(version=version)
    assert (signature.voided_at, signature.voided_because) == (NOON + HOUR, "Version 2 was proposed.")
    assert signature.verifies()
    assert list(Signature.objects.standing()) == []


def test_a_patient_sees_a_plan_only_while_its_signature_stands(version, provider, coordinator, patient_user):
    seen = {"proposed": list(Plan.objects.visible_to(patient_user))}
    approve(by=provider, version=version, now=NOON)
    seen["signed"] = list(PlanVersion.objects.visible_to(patient_user))
    after = edited(version, coordinator)
    seen["edited"] = list(PlanVersion.objects.visible_to(patient_user))
    approve(by=provider, version=after, now=NOON + 2 * HOUR)
    seen["signed again"] = list(PlanVersion.objects.visible_to(patient_user))

    assert seen == {"proposed": [], "signed": [version], "edited": [], "signed again": [after]}


def test_another_patient_never_sees_it(version, provider, make_user, make_patient):
    approve(by=provider, version=version, now=NOON)
    bob = make_user("Bob", "patient")
    make_patient("Bob", "Burns", user=bob)

    assert list(PlanVersion.objects.visible_to(bob)) == []
    assert list(Plan.objects.visible_to(bob)) == []


def test_an_approval_that_nobody_signed_reaches_no_patient(version, provider, patient_user):
    changes = {"status": "approved", "approved_by": provider, "approved_at": NOON}
    PlanVersion.objects.filter(pk=version.pk).update(**changes)

    assert list(PlanVersion.objects.visible_to(patient_user)) == []


def test_a_provider_declines_with_the_reason(version, provider):
    found = decline(by=provider, version=version, because="Neck first, face in spring.", now=NOON)

    assert (found.status, found.declined_by, found.declined_because) == (
        "declined",
        provider,
        "Neck first, face in spring.",
    )
    with pytest.raises(ValidationError, match="was declined"):
        approve(by=provider, version=version, now=NOON)


def test_declining_needs_a_reason_and_a_provider(version, provider, coordinator):
    with pytest.raises(ValidationError, match="Say what should change"):
        decline(by=provider, version=version, because=" ", now=NOON)
    with pytest.raises(PermissionDenied):
        decline(by=coordinator, version=version, because="No.", now=NOON)

    assert PlanVersion.objects.get(pk=version.pk).status == "proposed"


def test_a_signed_plan_is_not_declined(version, provider):
    approve(by=provider, version=version, now=NOON)

    with pytest.raises(ValidationError, match="approved already"):
        decline(by=provider, version=version, because="Too late.", now=NOON)


def test_a_signature_of_another_time_zone_verifies_when_it_is_read_again(version, provider):
    local = NOON.astimezone(ZoneInfo("America/Chicago"))

    approve(by=provider, version=version, now=local)

    assert Signature.objects.get(version=version).verifies()


def test_a_reason_is_sealed_with_the_meaning(version, provider):
    approve(by=provider, version=version, now=NOON, override="Seen in person")
    signature = Signature.objects.get(version=version)
    before = (signature.meaning, signature.verifies())
    stored_otherwise("scheduling_signature", "meaning", MEANING, signature.pk)

    assert before == (f"{MEANING} Reason: Seen in person", True)
    assert not Signature.objects.get(version=version).verifies()


def test_the_longest_reason_fits_into_the_meaning(version, provider):
    approve(by=provider, version=version, now=NOON, override="x" * REASON)

    assert len(Signature.objects.get().meaning) <= Signature._meta.get_field("meaning").max_length


def checked() -> tuple[int, str, str]:
    """Run manage.py verify_signatures: its exit status and what it says."""
    out, err, status = StringIO(), StringIO(), 0
    try:
        call_command("verify_signatures", stdout=out, stderr=err)
    except SystemExit as end:
        status = end.code
    return status, out.getvalue(), err.getvalue()


def test_the_command_verifies_every_signature(version, provider, coordinator):
    approve(by=provider, version=version, now=NOON)
    approve(by=provider, version=edited(version, coordinator), now=NOON + 2 * HOUR)

    assert checked() == (0, "2 signatures checked, 0 wrong.\n", "")


def test_the_command_names_what_does_not_verify_and_what_nobody_signed(
    version, provider, coordinator, make_patient
):
    approve(by=provider, version=version, now=NOON)
    stored_otherwise("scheduling_planversion", "library_version", "99", version.pk)
    unsigned = make_plan(make_patient(), coordinator)
    changes = {"status": "approved", "approved_by": provider, "approved_at": NOON}
    PlanVersion.objects.filter(pk=unsigned.pk).update(**changes)

    status, out, err = checked()

    assert (status, out) == (1, "1 signature checked, 2 wrong.\n")
    assert err.splitlines() == [
        f"Patient {version.plan.patient_id}, plan 1, version 1: "
        "the signature of Dr. June Ellis, Dermatologist does not verify.",
        f"Patient {unsigned.plan.patient_id}, plan 1, version 1: approved, and nobody signed it.",
    ]
