"""Editing, restoring and confirming: what makes a new version, what is refused, what is recorded."""

import dataclasses

import pytest
from django.core.exceptions import ValidationError

from clinic.models import AuditEntry
from tests.treatments.builders import in_force
from treatments import actions
from treatments.citations import Citation
from treatments.current import current_library
from treatments.models import CrossTreatmentRule, ProtocolVersion, Setting, ValueSource
from treatments.protocols import Expectation


def edit(provider, cheeks, changes: dict, **more) -> ProtocolVersion:
    """Edit the cheeks' protocol and give the version in force with its parts."""
    actions.edit_protocol(by=provider, protocol=cheeks, changes=changes, **more)
    return in_force(cheeks)


def refused(provider, cheeks, changes: dict, **more) -> ValidationError:
    """Give the refusal of an edit, which must leave no trace."""
    with pytest.raises(ValidationError) as refusal:
        actions.edit_protocol(by=provider, protocol=cheeks, changes=changes, **more)
    assert ProtocolVersion.objects.filter(protocol=cheeks).count() == 1
    assert not AuditEntry.objects.about(cheeks).exists()
    return refusal.value


def test_an_edit_makes_a_new_version_and_leaves_the_old_one(provider, cheeks):
    version = edit(provider, cheeks, {"minutes": 35})

    history = list(cheeks.versions.order_by("number").values_list("number", "minutes", "is_active"))
    assert history == [(1, 30, False), (2, 35, True)]
    assert (version.created_by, version.is_shipped) == (provider, False)


def test_an_edit_is_recorded_with_its_reason(provider, cheeks):
    edit(provider, cheeks, {"minutes": 35}, reason="Two rooms now")

    entry = AuditEntry.objects.about(cheeks).get()
    assert (entry.actor, entry.action) == (provider, "protocol.edited")
    assert entry.detail == {"version": 2, "reason": "Two rooms now"}


def test_a_changed_number_has_the_practice_as_its_source_and_the_others_keep_theirs(provider, cheeks):
    before = in_force(cheeks).as_record()

    after = edit(provider, cheeks, {"minutes": 35}).as_record()

    assert after.citations["minutes"] == Citation("S", "This practice: Ellis")
    assert {name: each for name, each in after.citations.items() if name != "minutes"} == {
        name: each for name, each in before.citations.items() if name != "minutes"
    }


def test_an_editor_may_name_another_source(provider, cheeks):
    source = Citation("B", "L31: read in full")

    after = edit(provider, cheeks, {"minutes": 35}, source=source).as_record()

    assert after.citations["minutes"] == source


def test_a_source_that_names_an_unknown_reference_is_refused(provider, cheeks):
    refusal = refused(provider, cheeks, {"minutes": 35}, source=Citation("B", "L999"))

    assert refusal.messages == ["L999 is neither a rule nor a reference here"]


def test_the_planner_reads_the_edited_numbers(provider, cheeks):
    edit(provider, cheeks, {"minutes": 35, "window.end": "P110D"}, reason="Tighter")

    record = current_library().protocols["mesobotox.cheeks"]
    assert (record.minutes, record.window.end) == (35, "P110D")


def test_a_taper_can_grow_and_shrink(provider, cheeks):
    more = {"taper.4.minimum": "P461D", "taper.4.start": "P461D", "taper.4.end": "P18M"}
    more |= {"taper.4.latest": "P21M", "taper_step": "P8M"}

    grown = edit(provider, cheeks, more).as_record()
    shrunk = edit(
        provider, cheeks, {f"taper.4.{part}": None for part in ("minimum", "start", "end", "latest")}
    ).as_record()

    assert (len(grown.taper), len(shrunk.taper)) == (4, 3)
    assert grown.citations["taper.4.end"].grade == "S"
    assert "taper.4.end" not in shrunk.citations


def test_a_dose_can_be_removed(provider, cheeks):
    names = ("amount", "low", "high", "unit", "volume_low", "volume_high", "note")

    version = edit(provider, cheeks, {f"dose.{name}": None for name in names}, reason="Entered each time")

    assert version.as_record().dose is None


def test_words_for_patients_can_be_edited(provider, cheeks):
    words = (Expectation("R20", "A difference is often seen after one session."),)

    version = edit(provider, cheeks, {"expectations": words})

    assert version.as_record().expectations == words


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"window.minimum": "P4M"}, "window.start", "3 months is shorter than the minimum, 4 months."),
        ({"window.end": "P2M"}, "window.end", "2 months is shorter than from, 3 months."),
        ({"sessions.mild": 6}, "sessions.mild", "6 is more than the most, 5."),
        ({"sessions.moderate": 2}, "sessions.moderate", "2 is fewer than for mild, 3."),
        ({"event.warn": 20}, "event.warn", "The warning reaches at least the 42 days without sessions."),
        ({"dose.amount": 90.0}, "dose.amount", "The default lies inside its range, 20 to 40."),
        ({"minutes": 0}, "minutes", "A session takes at least 1 minute."),
    ],
)
def test_an_edit_that_contradicts_itself_is_refused_beside_the_number(
    provider, cheeks, changes, field, message
):
    refusal = refused(provider, cheeks, changes, reason="Because")

    assert refusal.message_dict[field][0] == message


def test_an_edit_that_breaks_a_rule_of_the_library_names_the_rule(provider, cheeks):
    changes = {"taper.1.minimum": "P100D", "taper.1.start": "P120D"}

    refusal = refused(provider, cheeks, changes, reason="Because")

    assert refusal.messages == ["taper.1.minimum must exceed the latest of the interval before it (R34)"]


@pytest.mark.parametrize(
    ("changes", "grade"),
    [
        ({"window.minimum": "P80D"}, "A: L1 L3"),
        ({"window.start": "P100D"}, "S: R33"),
        ({"event.blackout": 30}, "S: R28"),
        ({"sessions.maximum": 6}, "S: R33"),
    ],
)
def test_crossing_a_label_or_a_practice_rule_needs_a_reason(provider, cheeks, changes, grade):
    refusal = refused(provider, cheeks, changes)

    assert list(refusal.message_dict) == ["reason"]
    assert grade in refusal.message_dict["reason"][0]


def test_what_the_practice_set_itself_is_no_bound(provider, cheeks):
    edit(provider, cheeks, {"window.minimum": "P80D"}, reason="Agreed with each patient")

    version = edit(provider, cheeks, {"window.minimum": "P75D"})

    assert version.window_minimum == "P75D"


def test_with_a_reason_a_label_may_be_crossed(provider, cheeks):
    version = edit(provider, cheeks, {"window.minimum": "P80D"}, reason="Agreed with each patient")

    assert (version.window_minimum, version.reason) == ("P80D", "Agreed with each patient")


@pytest.mark.parametrize("changes", [{"window.minimum": "P91D"}, {"event.blackout": 45}, {"minutes": 40}])
def test_staying_on_the_safe_side_needs_no_reason(provider, cheeks, changes):
    version = edit(provider, cheeks, changes)

    assert version.number == 2


def test_an_edit_that_changes_nothing_makes_no_version(provider, cheeks):
    refusal = refused(provider, cheeks, {"minutes": 30})

    assert refusal.messages == ["Nothing was changed, so there is no new version."]


def test_an_edit_of_what_somebody_else_has_edited_meanwhile_is_refused(provider, manager, cheeks):
    edit(manager, cheeks, {"minutes": 35}, seen=1)

    with pytest.raises(actions.Overtaken) as refusal:
        edit(provider, cheeks, {"minutes": 40}, seen=1)

    assert refusal.value.messages == [
        "Version 2 was saved meanwhile. Look at it, then enter your change again."
    ]
    assert in_force(cheeks).minutes == 35


def test_restoring_makes_a_new_version_that_says_what_the_old_one_said(provider, cheeks):
    edit(provider, cheeks, {"minutes": 35})
    first = cheeks.versions.get(number=1)

    actions.restore(by=provider, version=first)

    version = in_force(cheeks)
    assert (version.number, version.minutes, version.reason) == (3, 30, "Restored version 1")
    assert version.as_record() == ProtocolVersion.objects.with_details().get(pk=first.pk).as_record()
    assert AuditEntry.objects.about(cheeks).count() == 2


def test_restoring_what_is_in_force_is_refused(provider, cheeks):
    with pytest.raises(ValidationError, match="Version 1 says what is in force already"):
        actions.restore(by=provider, version=in_force(cheeks))

    assert cheeks.versions.count() == 1


def test_a_confirmation_has_a_name_and_a_time_and_is_recorded(provider, cheeks):
    source = in_force(cheeks).sources.get(field="minutes")

    found = actions.confirm(by=provider, sources=[source])

    source.refresh_from_db()
    entry = AuditEntry.objects.about(cheeks).get()
    assert found == [source]
    assert source.confirmed_by == provider and source.confirmed_at is not None
    assert (entry.action, entry.detail) == ("catalogue.confirmed", {"version": 1, "fields": ["minutes"]})


def test_a_confirmed_number_no_longer_asks_for_it(provider, cheeks):
    source = in_force(cheeks).sources.get(field="minutes")
    waiting = ValueSource.objects.unconfirmed().count()

    actions.confirm(by=provider, sources=[source])

    citation = current_library().protocols["mesobotox.cheeks"].citations["minutes"]
    assert ValueSource.objects.unconfirmed().count() == waiting - 1
    assert citation.must_confirm is False
    assert citation.confirmed.startswith("Ellis on ")


def test_confirming_twice_keeps_the_first_name(provider, manager, cheeks):
    source = in_force(cheeks).sources.get(field="minutes")
    actions.confirm(by=provider, sources=[source])

    again = actions.confirm(by=manager, sources=[source])

    source.refresh_from_db()
    assert (again, source.confirmed_by) == ([], provider)
    assert AuditEntry.objects.about(cheeks).count() == 1


def test_a_number_of_a_label_needs_no_confirmation(provider, cheeks):
    source = in_force(cheeks).sources.get(field="window.minimum")

    assert actions.confirm(by=provider, sources=[source]) == []


def test_a_number_of_an_old_version_cannot_be_confirmed(provider, cheeks):
    source = in_force(cheeks).sources.get(field="window.latest")
    edit(provider, cheeks, {"minutes": 35})

    assert actions.confirm(by=provider, sources=[source]) == []


def test_an_edit_keeps_the_confirmations_of_what_it_leaves(provider, manager, cheeks):
    actions.confirm(by=manager, sources=in_force(cheeks).sources.all())

    version = edit(provider, cheeks, {"minutes": 35})

    kept = {source.field: source.confirmed_by for source in version.sources.all()}
    assert (kept["window.latest"], kept["minutes"]) == (manager, None)


def test_a_restored_number_has_the_confirmation_it_had(provider, manager, cheeks):
    actions.confirm(by=manager, sources=in_force(cheeks).sources.filter(field="minutes"))
    edit(provider, cheeks, {"minutes": 35})

    actions.restore(by=provider, version=cheeks.versions.get(number=1))

    assert in_force(cheeks).sources.get(field="minutes").confirmed_by == manager


def test_a_rule_between_treatments_is_edited_with_a_reason(provider, library):
    rule = CrossTreatmentRule.objects.get(key="X2")

    actions.edit_rule(by=provider, rule=rule, changes={"clear_days": 70}, reason="Our experience")

    record = current_library().separations["X2"]
    assert (record.clear_days, record.citations["clear_days"]) == (
        70,
        Citation("S", "This practice: Ellis"),
    )
    assert AuditEntry.objects.about(rule).get().detail == {"version": 2, "reason": "Our experience"}


def test_a_rule_that_runs_backwards_is_refused(provider, library):
    rule = CrossTreatmentRule.objects.get(key="X2")

    with pytest.raises(ValidationError, match="stop_days may not exceed clear_days"):
        actions.edit_rule(by=provider, rule=rule, changes={"clear_days": 30}, reason="Why not")

    assert rule.versions.count() == 1


def test_a_setting_is_edited_with_a_reason(provider, library):
    setting = Setting.objects.get(key="first_window_days")

    actions.edit_setting(by=provider, setting=setting, value=21, reason="More room")

    assert current_library().setting("first_window_days") == 21


@pytest.mark.parametrize(("value", "reason"), [(14, "Why"), (21, "")])
def test_a_setting_without_change_or_reason_stays(provider, library, value, reason):
    setting = Setting.objects.get(key="first_window_days")

    with pytest.raises(ValidationError):
        actions.edit_setting(by=provider, setting=setting, value=value, reason=reason)

    assert setting.versions.count() == 1


def test_the_record_of_an_edit_stands_or_falls_with_it(provider, cheeks, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("no record today")

    monkeypatch.setattr(type(AuditEntry.objects.all()), "create", fail)

    with pytest.raises(RuntimeError):
        actions.edit_protocol(by=provider, protocol=cheeks, changes={"minutes": 35})

    assert in_force(cheeks).number == 1


def test_a_changed_record_cites_every_number(cheeks):
    before = in_force(cheeks).as_record()
    source = Citation("S", "This practice")

    after = actions.changed_protocol(before, {"recovery.bruise": 7, "target_cost": 9}, source)

    assert after == dataclasses.replace(
        before,
        recovery=dataclasses.replace(before.recovery, bruise=7),
        target_cost=9,
        citations=before.citations | {"recovery.bruise": source, "target_cost": source},
    )
