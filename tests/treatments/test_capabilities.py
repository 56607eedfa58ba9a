"""Who may give which treatment, and what serves it: set as a whole, on record, once in the database."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from clinic.models import AuditEntry, Device, Location, Room
from tests.scheduling.builders import catalogue
from tests.staff import let_work
from treatments.capabilities import set_credentials, set_device_uses, set_room_uses
from treatments.models import Credential, DeviceUse, RoomUse, TreatmentType

ALL = [
    (set_credentials, "provider", Credential),
    (set_room_uses, "room", RoomUse),
    (set_device_uses, "device", DeviceUse),
]


@pytest.fixture
def owners(location, provider):
    """Dr. Ellis, a room and a device, in a practice with a catalogue."""
    catalogue()
    room = Room.objects.create(location=location, name="North")
    device = Device.objects.create(location=location, name="Needles")
    return {"provider": provider.provider, "room": room, "device": device}


def keys_of(kind, owner) -> set[str]:
    """Give the treatments an owner has."""
    return set(kind.objects.filter(**owner).values_list("treatment__key", flat=True))


@pytest.mark.parametrize("action, name, kind", ALL)
def test_capabilities_are_set_as_a_whole(owners, manager, action, name, kind):
    owner = {name: owners[name]}
    action(by=manager, treatments=["botox", "mesobotox"], **owner)

    action(by=manager, treatments=iter(["mesobotox", "dynamic_filler"]), **owner)

    entry = AuditEntry.objects.filter(action=f"{name}.capabilities").last()
    assert keys_of(kind, owner) == {"mesobotox", "dynamic_filler"}
    assert (entry.object_id, entry.detail) == (
        owners[name].pk,
        {"treatments": ["dynamic_filler", "mesobotox"]},
    )


@pytest.mark.parametrize("action, name, kind", ALL)
def test_an_unknown_treatment_changes_nothing(owners, manager, action, name, kind):
    owner = {name: owners[name]}
    action(by=manager, treatments=["botox"], **owner)

    with pytest.raises(ValueError, match="no treatment facelift, yoga"):
        action(by=manager, treatments=["yoga", "mesobotox", "facelift"], **owner)

    assert keys_of(kind, owner) == {"botox"}
    assert AuditEntry.objects.filter(action=f"{name}.capabilities").count() == 1


@pytest.mark.parametrize("works", [("park-street", "lakeside"), ("lakeside",), ()])
def test_what_a_provider_gives_is_said_by_a_manager_of_all_their_locations(
    owners, manager, provider, other_location, works
):
    set_credentials(by=manager, provider=owners["provider"], treatments=["botox"])
    provider.staff_roles.all().delete()
    let_work(provider, *Location.objects.filter(slug__in=works))

    with pytest.raises(PermissionDenied, match="manager of all their locations"):
        set_credentials(by=manager, provider=owners["provider"], treatments=[])

    assert keys_of(Credential, {"provider": owners["provider"]}) == {"botox"}


def test_nobody_but_a_manager_says_what_a_provider_gives(owners, coordinator, provider):
    for by in (coordinator, provider):
        with pytest.raises(PermissionDenied):
            set_credentials(by=by, provider=owners["provider"], treatments=["botox"])

    assert Credential.objects.count() == 0


@pytest.mark.parametrize("action, name, kind", ALL)
def test_everything_can_be_taken_away(owners, manager, action, name, kind):
    owner = {name: owners[name]}
    action(by=manager, treatments=["botox"], **owner)

    action(by=manager, treatments=[], **owner)

    assert keys_of(kind, owner) == set()


@pytest.mark.parametrize("action, name, kind", ALL)
def test_the_database_names_a_treatment_once(owners, action, name, kind):
    botox = TreatmentType.objects.get(key="botox")
    kind.objects.create(treatment=botox, **{name: owners[name]})

    with pytest.raises(IntegrityError), transaction.atomic():
        kind.objects.create(treatment=botox, **{name: owners[name]})
