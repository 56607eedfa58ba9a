"""Audit entries are written once."""

import pytest

from clinic.models import AuditEntry
from clinic.models.audit import AppendOnly


@pytest.fixture
def entry(coordinator, patient) -> AuditEntry:
    return AuditEntry.objects.record(by=coordinator, action="patient.seen", on=patient, page="plan")


def test_record_notes_who_what_and_where(entry, coordinator, patient, location):
    assert (entry.actor, entry.object_kind, entry.object_id) == (coordinator, "clinic.patient", patient.pk)
    assert (entry.location, entry.detail) == (location, {"page": "plan"})
    assert list(AuditEntry.objects.about(patient)) == [entry]


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry.save(),
        lambda entry: entry.delete(),
        lambda entry: AuditEntry.objects.update(action="x"),
        lambda entry: AuditEntry.objects.all().delete(),
        lambda entry: AuditEntry.objects.bulk_update([entry], ["action"]),
    ],
)
def test_an_entry_can_be_neither_changed_nor_deleted(entry, change):
    with pytest.raises(AppendOnly):
        change(entry)

    assert AuditEntry.objects.get().action == "patient.seen"
