"""A drafted change of a protocol: nothing follows it, until it is signed by somebody who works here."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from clinic.models import AuditEntry
from tests.treatments.builders import in_force
from treatments import actions, drafts
from treatments.citations import Citation
from treatments.models import ProtocolDraft
from treatments.protocols import Expectation

NOON = datetime.datetime(2027, 1, 4, 17, tzinfo=datetime.UTC)
LONGER = {"minutes": 40}


def draft_of(by, protocol, changes=None, **fields):
    """Draft a change of a protocol, longer sessions unless told."""
    fields = {"reason": "Calmer"} | fields
    return drafts.draft(by=by, protocol=protocol, changes=changes or LONGER, **fields)


def test_nothing_follows_a_draft(manager, cheeks):
    draft = draft_of(manager, cheeks)

    entry = AuditEntry.objects.get()
    assert (in_force(cheeks).number, in_force(cheeks).minutes) == (1, 30)
    assert (draft.base.number, draft.changes, draft.reason) == (1, LONGER, "Calmer")
    facts = {"draft": draft.pk, "base": 1, "reason": "Calmer"}
    assert (entry.action, entry.actor, entry.detail) == ("protocol.drafted", manager, facts)


def test_a_protocol_has_one_open_draft_which_is_edited(manager, provider, cheeks):
    first = draft_of(manager, cheeks)

    second = draft_of(provider, cheeks, {"minutes": 45})

    assert (second.pk, ProtocolDraft.objects.count()) == (first.pk, 1)
    assert (second.changes, second.drafted_by) == ({"minutes": 45}, provider)


@pytest.mark.parametrize(
    ("changes", "fields", "message"),
    [
        ({"minutes": 30}, {}, "Nothing was changed"),
        ({"minutes": 0}, {}, "A session takes at least 1 minute."),
        (LONGER, {"reason": " "}, "Say why"),
        (LONGER, {"seen": 7}, "Version 1 was saved meanwhile"),
        ({"window.latest": "P9M"}, {}, "taper.1.minimum must exceed the latest"),
    ],
)
def test_a_draft_is_checked_as_an_edit_is(manager, cheeks, changes, fields, message):
    with pytest.raises(ValidationError, match=message):
        draft_of(manager, cheeks, changes, **fields)

    assert ProtocolDraft.objects.count() == 0


@pytest.mark.parametrize("role", ["coordinator", "patient_user"])
def test_nobody_else_drafts(request, cheeks, role):
    with pytest.raises(PermissionDenied):
        draft_of(request.getfixturevalue(role), cheeks)


def test_a_manager_without_a_location_signs_nothing(make_user, manager, cheeks):
    draft = draft_of(manager, cheeks)

    with pytest.raises(PermissionDenied):
        drafts.sign(by=make_user("Odd", "manager"), draft=draft, now=NOON)

    assert in_force(cheeks).number == 1


def test_a_discarded_draft_is_not_signed(manager, cheeks):
    draft = draft_of(manager, cheeks)
    drafts.discard(by=manager, draft=draft, now=NOON)

    with pytest.raises(drafts.Closed, match="discarded already"):
        drafts.sign(by=manager, draft=draft, now=NOON)

    assert (in_force(cheeks).number, ProtocolDraft.objects.open().count()) == (1, 0)


def test_signing_puts_it_in_force_with_the_printed_name(provider, manager, cheeks):
    draft = draft_of(manager, cheeks, reason="Calmer sessions")

    made = drafts.sign(by=provider, draft=draft, now=NOON)

    version = in_force(cheeks)
    assert (version.number, version.minutes, version.reason) == (2, 40, "Calmer sessions")
    signature = (made.version, made.signed_by, made.signed_at, made.printed_name)
    assert signature == (version, provider, NOON, "Dr. June Ellis, Dermatologist")
    detail = AuditEntry.objects.get(action="protocol.signed").detail
    assert (detail["printed_name"], detail["meaning"]) == ("Dr. June Ellis, Dermatologist", drafts.MEANING)


def test_a_manager_signs_as_manager(manager, cheeks):
    made = drafts.sign(by=manager, draft=draft_of(manager, cheeks), now=NOON)

    assert made.printed_name == "Vera, manager"


def test_signing_twice_makes_one_version(manager, cheeks):
    draft = draft_of(manager, cheeks)
    drafts.sign(by=manager, draft=draft, now=NOON)

    with pytest.raises(drafts.Closed, match="signed already"):
        drafts.sign(by=manager, draft=draft, now=NOON)

    assert cheeks.versions.count() == 2


def test_a_draft_that_was_overtaken_is_not_signed_until_it_is_edited(provider, manager, cheeks):
    draft = draft_of(manager, cheeks)
    actions.edit_protocol(by=provider, protocol=cheeks, changes={"numbing_minutes": 25})

    with pytest.raises(drafts.Outdated, match="Version 2 was saved since"):
        drafts.sign(by=manager, draft=draft, now=NOON)
    drafts.sign(by=manager, draft=draft_of(manager, cheeks), now=NOON)

    version = in_force(cheeks)
    assert (version.number, version.minutes, version.numbing_minutes) == (3, 40, 25)


def test_the_source_and_the_words_of_a_draft_are_kept(manager, cheeks):
    words = (Expectation("R28", "Some find their smile less full."),)
    source = Citation("A", "L1: the label")
    changes = {"window.minimum": "P95D", "window.start": "P4M", "expectations": words}
    draft = ProtocolDraft.objects.get(pk=draft_of(manager, cheeks, changes, source=source).pk)

    record = drafts.drafted_record(draft, in_force(cheeks))

    assert (record.window.minimum, record.citations["window.minimum"]) == ("P95D", source)
    assert record.expectations == words
    assert drafts.changes_of(draft) == (changes, source)
