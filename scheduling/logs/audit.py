"""The audit of a manager's locations: what was done, by whom, about which patient."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db.models import Q, QuerySet

from clinic.models import AccessEntry, AuditEntry, Patient, Provider, User
from clinic.people import accounts_of
from scheduling.logs.words import OF_PATIENT, deed

MATCHES = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a log in words."""

    at: datetime.datetime
    who: str
    did: str
    patient: str
    place: str


def entries_of(manager: User) -> QuerySet[AuditEntry]:
    """Keep what was done at the manager's locations, to accounts there, or by people from there."""
    accounts = accounts_of(manager).values("pk")
    providers = Provider.objects.filter(user__in=accounts).values("pk")
    here = Q(location__in=manager.locations.all())
    accounts_here = Q(object_kind="clinic.user", object_id__in=accounts)
    providers_here = Q(object_kind="clinic.provider", object_id__in=providers)
    practice = Q(location=None, actor__in=accounts) & ~Q(object_kind__in=["clinic.user", "clinic.provider"])
    return AuditEntry.objects.filter(here | accounts_here | providers_here | practice).order_by("-pk")


def about_patients(found: QuerySet[AuditEntry], manager: User, text: str) -> QuerySet[AuditEntry]:
    """Keep what is about the patients of the manager whose names hold the words of a text."""
    patients = list(matching(manager, text))
    about = Q(pk__in=())
    for kind, path in OF_PATIENT.items():
        name = "pk__in" if path == "self" else f"{path}__in"
        things = apps.get_model(kind)._base_manager.filter(**{name: patients}).values("pk")
        about |= Q(object_kind=kind, object_id__in=things)
    return found.filter(about)


def matching(manager: User, text: str) -> QuerySet[Patient]:
    """The ids of the manager's patients in whom every word of a text is found."""
    return (
        Patient.objects.visible_to(manager).search(text).order_by("pk").values_list("pk", flat=True)[:MATCHES]
    )


def on_day(found: QuerySet, day: datetime.date, zone: ZoneInfo) -> QuerySet:
    """Keep what happened on a local day."""
    begins = datetime.datetime.combine(day, datetime.time(), zone)
    ends = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time(), zone)
    return found.filter(at__gte=begins, at__lt=ends)


def in_words(found: Iterable[AuditEntry], manager: User) -> list[Entry]:
    """Write entries as lines; a patient is named only while they come to a location of the manager."""
    entries = list(found)
    names, hidden = patients_of(entries, manager), strangers(entries, manager)
    return [
        Entry(
            at=one.at,
            who=who(one, hidden),
            did=deed(one.action),
            patient=names.get((one.object_kind, one.object_id), ""),
            place=one.location.name if one.location else "",
        )
        for one in entries
    ]


def who(entry: AuditEntry, hidden: set[int]) -> str:
    """Name who did something; a patient who comes elsewhere is only “A patient”."""
    if entry.actor is None:
        return "The software"
    return "A patient" if entry.actor.pk in hidden else entry.actor.name


def strangers(entries: Iterable[AuditEntry], manager: User) -> set[int]:
    """Find the patients among who did something that come to no location of the manager."""
    actors = {one.actor.pk for one in entries if one.actor and one.actor.role == User.Role.PATIENT}
    if not actors:
        return set()
    here = Patient.objects.filter(user__in=actors, location__in=manager.locations.all())
    return actors - set(here.values_list("user", flat=True))


def patients_of(entries: Iterable[AuditEntry], manager: User) -> dict[tuple[str, int], str]:
    """Find the patients entries are about, by kind and id of the thing: one query for each kind there is."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for one in entries:
        if one.object_kind in OF_PATIENT:
            wanted[one.object_kind].add(one.object_id)
    found = {}
    mine = manager.locations.values("pk")
    for kind, ids in sorted(wanted.items()):
        prefix = "" if OF_PATIENT[kind] == "self" else f"{OF_PATIENT[kind]}__"
        things = apps.get_model(kind)._base_manager.filter(pk__in=ids, **{f"{prefix}location__in": mine})
        for pk, first, last in things.values_list("pk", f"{prefix}first_name", f"{prefix}last_name"):
            found[kind, pk] = f"{first} {last}"
    return found


def looks_of(manager: User) -> QuerySet[AccessEntry]:
    """Keep who opened pages about the manager's patients, the newest first."""
    found = AccessEntry.objects.visible_to(manager).select_related("actor", "patient__location")
    return found.order_by("-at", "-pk")


def looks_in_words(found: Iterable[AccessEntry]) -> list[Entry]:
    """Write looks as lines."""
    return [
        Entry(one.at, one.actor.name, f"opened {one.page}", one.patient.full_name, one.patient.location.name)
        for one in found
    ]
