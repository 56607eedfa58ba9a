"""Say who may give which treatments, and which rooms and devices serve them."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction

from clinic.models import AuditEntry, Device, Provider, Room, User
from treatments.models import Credential, DeviceUse, RoomUse, TreatmentType


@transaction.atomic
def set_credentials(*, by: User | None, provider: Provider, treatments: Iterable[str]) -> None:
    """Let a provider give exactly these treatments, by their keys; ValueError for an unknown one.

    They hold wherever the provider works: PermissionDenied for anybody but a manager of all these locations.
    """
    if by is not None:
        refuse_others(by, provider)
    replaced(Credential, by, "provider", provider, treatments)


def refuse_others(by: User, provider: Provider) -> None:
    """Raise unless somebody manages every location at which a provider works, and that is one at least."""
    treats = provider.user.staff_roles.filter(role=User.Role.PROVIDER)
    works = set(treats.values_list("location", flat=True))
    manages = set(by.locations.values_list("pk", flat=True)) if by.role == User.Role.MANAGER else set()
    if not works or works - manages:
        raise PermissionDenied("Only a manager of all their locations says what a provider may give.")


@transaction.atomic
def set_room_uses(*, by: User | None, room: Room, treatments: Iterable[str]) -> None:
    """Let a room serve exactly these treatments, by their keys; ValueError for an unknown one."""
    replaced(RoomUse, by, "room", room, treatments)


@transaction.atomic
def set_device_uses(*, by: User | None, device: Device, treatments: Iterable[str]) -> None:
    """Let a device give exactly these treatments, by their keys; ValueError for an unknown one."""
    replaced(DeviceUse, by, "device", device, treatments)


def replaced(kind, by: User | None, field: str, owner, treatments: Iterable[str]) -> None:
    """Put these treatments in the place of those an owner had, and record it."""
    wanted = set(treatments)
    found = list(TreatmentType.objects.filter(key__in=wanted))
    if unknown := sorted(wanted - {one.key for one in found}):
        raise ValueError(f"no treatment {', '.join(unknown)}")
    kind.objects.filter(**{field: owner}).delete()
    kind.objects.bulk_create(kind(**{field: owner}, treatment=one) for one in found)
    AuditEntry.objects.record(by=by, action=f"{field}.capabilities", on=owner, treatments=sorted(wanted))
