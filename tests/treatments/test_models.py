"""What the database refuses, whoever asks."""

import dataclasses

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.treatments.builders import in_force, make_protocol
from treatments.library import load_library
from treatments.models import (
    Area,
    CrossTreatmentRule,
    CrossTreatmentRuleVersion,
    Expectation,
    LibraryRelease,
    Protocol,
    ProtocolVersion,
    Reference,
    Setting,
    SettingVersion,
    Synonym,
    TaperStep,
    TreatmentType,
    ValueSource,
    WrittenOnce,
)


def unsaved(protocol: Protocol, **changes) -> ProtocolVersion:
    """Give a second version of the neck's protocol with some columns changed, not in force."""
    columns = ProtocolVersion.columns(load_library().protocols["mesobotox.neck"])
    return ProtocolVersion(protocol=protocol, number=2, is_active=False, **columns | changes)


def refused(row) -> str:
    """Save a row past its validation and give what the database says."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        row.save()
    return str(refusal.value)


BROKEN = [
    ("protocol_offered_known", {"offered": "maybe"}),
    ("protocol_offered_known", {"offered": "only_with", "only_with": ""}),
    ("protocol_offered_known", {"offered": "offered", "only_with": "mesobotox.cheeks"}),
    ("protocol_maintenance_known", {"maintenance": "perhaps"}),
    ("protocol_sessions_positive", {"sessions_minimum": 0}),
    ("protocol_sessions_within", {"sessions_mild": 2}),
    ("protocol_sessions_within", {"sessions_severe": 6}),
    ("protocol_sessions_in_order", {"sessions_mild": 5, "sessions_moderate": 4}),
    ("protocol_window_in_order", {"window_minimum": "P4M"}),
    ("protocol_window_in_order", {"window_end": "P2M"}),
    ("protocol_window_in_order", {"window_latest": "P100D"}),
    ("protocol_mild_window_whole", {"window_mild_minimum": "P90D"}),
    (
        "protocol_mild_window_in_order",
        {
            "window_mild_minimum": "P90D",
            "window_mild_start": "P60D",
            "window_mild_end": "P4M",
            "window_mild_latest": "P5M",
        },
    ),
    ("protocol_minutes_positive", {"minutes": 0}),
    ("protocol_dose_in_range", {"dose_amount": 57}),
    ("protocol_dose_in_range", {"dose_low": None}),
    ("protocol_dose_in_range", {"dose_unit": ""}),
    ("protocol_volume_in_range", {"dose_volume_high": 1}),
    ("protocol_volume_in_range", {"dose_volume_low": None}),
    ("protocol_visible_in_order", {"recovery_visible_low": 4}),
    ("protocol_function_in_order", {"recovery_function_low": 1}),
    ("protocol_function_in_order", {"recovery_function_low": 1, "recovery_function_high": 2}),
    ("protocol_event_in_order", {"event_blackout": 29}),
    ("protocol_event_in_order", {"event_ideal": 27}),
    ("protocol_last_event_in_order", {"event_last_blackout": 3, "event_last_warn": 2}),
    ("protocol_last_event_in_order", {"event_last_warn": 2}),
    ("protocol_weight_positive", {"weight": 0}),
    ("protocol_version_number_positive", {"number": 0}),
]


@pytest.mark.parametrize(("constraint", "changes"), BROKEN)
def test_a_protocol_version_refuses_numbers_that_contradict_each_other(neck, constraint, changes):
    row = unsaved(neck)
    for name, value in changes.items():
        setattr(row, name, value)

    assert constraint in refused(row)


@pytest.mark.parametrize(("constraint", "changes"), BROKEN)
def test_a_refusal_is_said_in_words_before_the_database_is_asked(neck, constraint, changes):
    row = unsaved(neck)
    for name, value in changes.items():
        setattr(row, name, value)
    known = {each.name: each.violation_error_message for each in ProtocolVersion._meta.constraints}

    with pytest.raises(ValidationError) as refusal:
        row.full_clean()

    assert known[constraint] in refusal.value.messages


def test_a_version_number_is_used_once_in_a_protocol(neck):
    row = unsaved(neck)
    row.number = 1

    assert "UNIQUE" in refused(row).upper()


def test_only_one_version_of_a_protocol_is_in_force(neck):
    row = unsaved(neck)
    row.is_active = True

    assert "UNIQUE" in refused(row).upper()


def test_a_treatment_has_one_protocol_for_an_area(neck):
    row = Protocol(key="mesobotox.other", treatment=neck.treatment, area=neck.area, position=2)

    assert "UNIQUE" in refused(row).upper()


def test_a_protocol_key_is_a_pair(neck):
    row = Protocol(
        key="mesobotox",
        treatment=neck.treatment,
        area=Area.objects.create(key="chest", name="Chest", region="chest", position=2),
        position=2,
    )

    assert "protocol_key_is_pair" in refused(row)


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("taper_step_in_order", {"start": "P1M"}),
        ("taper_step_counted_from_1", {"number": 0}),
    ],
)
def test_a_taper_step_refuses_what_cannot_be(neck, constraint, changes):
    values = {"number": 9, "minimum": "P3M", "start": "P4M", "end": "P5M", "latest": "P6M"} | changes

    assert constraint in refused(TaperStep(version=in_force(neck), **values))


def test_a_taper_step_is_numbered_once(neck):
    row = TaperStep(version=in_force(neck), number=1, minimum="P3M", start="P4M", end="P5M", latest="P6M")

    assert "UNIQUE" in refused(row).upper()


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("source_grade_known", {"grade": "X"}),
        ("source_says_where_from", {"text": ""}),
        ("source_of_one_version", {"protocol_version": None}),
        ("source_confirmed_by_and_at", {"confirmed_at": timezone.now()}),
    ],
)
def test_a_source_refuses_what_says_nothing(neck, constraint, changes):
    values = {"protocol_version": in_force(neck), "field": "weight", "grade": "D", "text": "made up"}

    assert constraint in refused(ValueSource(**values | changes))


def test_a_source_belongs_to_one_version_only(neck):
    setting = Setting.objects.create(key="days", position=1)
    version = SettingVersion.objects.create(setting=setting, number=1, value=3, text="Days")
    row = ValueSource(
        protocol_version=in_force(neck), setting_version=version, field="value", grade="S", text="R1"
    )

    assert "source_of_one_version" in refused(row)


def test_a_number_has_one_source(neck):
    row = ValueSource(protocol_version=in_force(neck), field="minutes", grade="S", text="R1")

    assert "UNIQUE" in refused(row).upper()


@pytest.mark.parametrize(
    ("constraint", "row"),
    [
        ("treatment_named", TreatmentType(key="Bad key", name="X", kind="toxin", mark="botox", position=9)),
        ("treatment_mark_known", TreatmentType(key="x", name="X", kind="toxin", mark="star", position=9)),
        ("treatment_kind_known", TreatmentType(key="x", name="X", kind="laser", mark="botox", position=9)),
        ("area_region_known", Area(key="knee", name="Knee", region="leg", position=9)),
        ("area_named", Area(key="knee", name="", region="face", position=9)),
        ("reference_named", Reference(key="X1", text="A paper", position=9)),
        ("library_release_counted_from_1", LibraryRelease(version=0)),
    ],
)
def test_a_name_refuses_what_cannot_be(db, constraint, row):
    assert constraint in refused(row)


def test_a_synonym_stands_for_one_treatment_whatever_its_case(neck):
    Synonym.objects.create(treatment=neck.treatment, name="MicroBotox", position=1)

    refusal = refused(Synonym(treatment=neck.treatment, name="microbotox", position=2))

    assert "UNIQUE" in refusal.upper()


def test_a_rule_never_stops_longer_than_until_it_is_clear(db):
    rule = CrossTreatmentRule.objects.create(key="X2", position=1)
    columns = CrossTreatmentRuleVersion.columns(load_library().separations["X2"])

    row = CrossTreatmentRuleVersion(rule=rule, number=1, **columns | {"stop_days": 90})

    assert "cross_rule_stop_before_clear" in refused(row)


def test_an_expectation_has_a_rule(neck):
    row = Expectation(version=in_force(neck), position=9, rule="", text="Words")

    assert "expectation_has_rule_and_text" in refused(row)


@pytest.mark.parametrize("kind", [ProtocolVersion, TaperStep, ValueSource])
def test_what_a_version_holds_cannot_be_saved_again_or_removed(neck, kind):
    row = kind.objects.first()

    for attempt in (row.save, row.delete, kind.objects.all().delete):
        with pytest.raises(WrittenOnce):
            attempt()


def test_a_query_changes_only_whether_a_version_is_in_force(neck):
    with pytest.raises(WrittenOnce):
        ProtocolVersion.objects.update(minutes=90)
    with pytest.raises(WrittenOnce):
        ProtocolVersion.objects.bulk_update([in_force(neck)], ["minutes"])
    ProtocolVersion.objects.update(is_active=False)

    assert list(ProtocolVersion.objects.values_list("minutes", "is_active")) == [(30, False)]


def test_the_text_of_a_source_never_changes(neck):
    with pytest.raises(WrittenOnce):
        ValueSource.objects.update(grade="S")

    assert not ValueSource.objects.filter(field="minutes", grade="S").exists()


def test_search_finds_a_treatment_by_its_other_name(library):
    found = TreatmentType.objects.search("microbotox")

    assert [treatment.key for treatment in found] == ["mesobotox"]


def test_search_finds_protocols_by_every_word(library):
    assert [protocol.key for protocol in Protocol.objects.search("MicroBotox neck")] == ["mesobotox.neck"]
    assert [protocol.key for protocol in Protocol.objects.search("botox.upper")] == ["botox.upper_face"]
    assert list(Protocol.objects.search("knee")) == []


def test_a_version_gives_back_the_record_it_was_written_from(neck):
    assert in_force(neck).as_record() == load_library().protocols["mesobotox.neck"]


def test_a_version_without_dose_or_taper_gives_back_its_record(db):
    record = load_library().protocols["mesobotox.perioral"]

    protocol = make_protocol(record)

    assert in_force(protocol).as_record() == record
    assert (record.dose, record.taper) == (None, ())


def test_an_event_band_for_the_last_session_is_kept(db):
    record = load_library().protocols["rf_microneedling.perioral"]
    changed = dataclasses.replace(record, event_last=dataclasses.replace(record.event_last, ideal=120))
    cited = changed.citations | {"event_last.ideal": changed.citations["event_last.warn"]}

    protocol = make_protocol(dataclasses.replace(changed, citations=cited))

    assert in_force(protocol).as_record().event_last.ideal == 120
