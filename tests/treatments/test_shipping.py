"""Loading the default library: again and again, over edits, and when it is wrong."""

import dataclasses
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.treatments.builders import in_force, small_library
from treatments import actions
from treatments.current import current_library
from treatments.library import BadLibrary, load_library
from treatments.management.commands import load_library as command
from treatments.models import Protocol, ProtocolVersion, TreatmentType, ValueSource
from treatments.shipping import ship


def replaced(**changes):
    """Give the small library with MesoBotox of the cheeks changed."""
    whole = small_library()
    record = dataclasses.replace(whole.protocols["mesobotox.cheeks"], **changes)
    return dataclasses.replace(whole, protocols={**whole.protocols, record.key: record})


def test_the_default_library_comes_back_from_the_database_as_it_is(db):
    ship(load_library())

    assert current_library() == load_library()


def test_the_library_comes_back_in_the_order_it_is_shown(db):
    ship(load_library())

    current = current_library()
    for group in dataclasses.fields(current):
        if group.name != "version":
            assert list(getattr(current, group.name)) == list(getattr(load_library(), group.name))


def test_the_current_library_takes_the_same_queries_whatever_it_holds(
    library, django_assert_num_queries, provider
):
    with django_assert_num_queries(20):
        current_library()
    ship(load_library())
    waiting = ValueSource.objects.unconfirmed()
    actions.confirm(by=provider, sources=waiting)

    with django_assert_num_queries(20):
        current_library()


def test_loading_twice_changes_nothing(library):
    before = list(ProtocolVersion.objects.values_list("pk", flat=True))

    loaded = ship(small_library())

    assert (loaded.new, loaded.updated, loaded.kept, loaded.gone, loaded.changed) == ([], [], [], [], False)
    assert list(ProtocolVersion.objects.values_list("pk", flat=True)) == before


def test_a_changed_default_becomes_a_new_shipped_version(library, cheeks):
    loaded = ship(replaced(minutes=40))

    version = in_force(cheeks)
    assert loaded.updated == ["mesobotox.cheeks"]
    assert (version.number, version.minutes, version.is_shipped) == (2, 40, True)


def test_a_number_that_did_not_change_stays_confirmed(library, cheeks, provider):
    sources = in_force(cheeks).sources.filter(field__in=["minutes", "window.latest"])
    actions.confirm(by=provider, sources=sources)

    ship(replaced(minutes=40))

    after = {source.field: source.confirmed_by for source in in_force(cheeks).sources.all()}
    assert (after["minutes"], after["window.latest"]) == (None, provider)


def test_what_the_practice_edited_is_never_overwritten(library, cheeks, provider):
    actions.edit_protocol(by=provider, protocol=cheeks, changes={"minutes": 35})

    loaded = ship(replaced(minutes=40))

    assert (loaded.kept, loaded.updated) == (["mesobotox.cheeks"], [])
    assert in_force(cheeks).minutes == 35


def test_an_edited_protocol_is_no_news_while_the_default_stays(library, cheeks, provider):
    actions.edit_protocol(by=provider, protocol=cheeks, changes={"minutes": 35})

    loaded = ship(small_library())

    assert (loaded.kept, loaded.changed) == ([], False)


def test_what_the_library_no_longer_holds_stays(library, cheeks):
    whole = small_library()
    fewer = {key: record for key, record in whole.protocols.items() if key != "mesobotox.cheeks"}

    loaded = ship(dataclasses.replace(whole, protocols=fewer))

    assert loaded.gone == ["mesobotox.cheeks"]
    assert in_force(cheeks).number == 1


def test_a_treatment_takes_its_new_names(library):
    whole = small_library()
    botox = dataclasses.replace(whole.treatments["botox"], synonyms=("Toxin",), depth="deep muscle")

    loaded = ship(dataclasses.replace(whole, treatments={**whole.treatments, "botox": botox}))

    assert loaded.updated == ["botox"]
    assert [treatment.depth for treatment in TreatmentType.objects.search("toxin")] == ["deep muscle"]


def test_a_library_that_contradicts_itself_changes_nothing(db):
    record = small_library().protocols["mesobotox.cheeks"]
    backwards = dataclasses.replace(record.window, start="P6M")

    with pytest.raises(BadLibrary) as refusal:
        ship(replaced(window=backwards))

    assert (refusal.value.place, refusal.value.key) == ("protocols", "mesobotox.cheeks")
    assert not Protocol.objects.exists()


def test_what_only_the_database_refuses_names_its_record_and_changes_nothing(db):
    record = small_library().protocols["mesobotox.cheeks"]
    recovery = dataclasses.replace(record.recovery, function_low=50)

    with pytest.raises(BadLibrary) as refusal:
        ship(replaced(recovery=recovery))

    assert str(refusal.value) == (
        "protocols: mesobotox.cheeks: Weaker movement runs in order: from, to, for a few until."
    )
    assert not Protocol.objects.exists()


def run() -> str:
    """Run the command and give what it prints."""
    out = StringIO()
    call_command("load_library", stdout=out)
    return out.getvalue()


def test_the_command_says_what_it_did_and_that_there_is_nothing_left(db):
    first, second = run(), run()

    groups = [getattr(load_library(), each.name) for each in dataclasses.fields(load_library())]
    total = sum(len(group) for group in groups if not isinstance(group, int))
    assert first == f"Default library 1: {total} new, 0 brought up to date.\n"
    assert second == "Default library 1: nothing to change.\n"


def test_the_command_reports_what_the_practice_keeps(library, cheeks, provider, monkeypatch):
    actions.edit_protocol(by=provider, protocol=cheeks, changes={"minutes": 35})
    monkeypatch.setattr(command, "load_library", lambda: replaced(minutes=40))

    assert run() == (
        "Default library 1: nothing to change.\n"
        "Kept the practice's own mesobotox.cheeks; the library now differs from what it shipped.\n"
    )


def test_the_command_ends_with_2_on_a_bad_library(db, monkeypatch):
    monkeypatch.setattr(command, "load_library", lambda: replaced(offered="sometimes"))

    with pytest.raises(CommandError) as refusal:
        run()

    assert refusal.value.returncode == 2
    assert str(refusal.value).startswith("protocols: mesobotox.cheeks: 'sometimes' is not one of:")
