"""Bring the default library into the database, never over what the practice has edited."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction

from treatments.kinds import KINDS, Kind
from treatments.library import BadLibrary, check_library
from treatments.models import (
    Area,
    LibraryRelease,
    PracticeRule,
    Protocol,
    Reference,
    Synonym,
    TreatmentExpectation,
    TreatmentType,
)
from treatments.protocols import Library
from treatments.writing import write_version


@dataclass
class Loaded:
    """What loading did, by key: new, updated, kept as the practice edited it, no longer shipped."""

    new: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether the database is different from before."""
        return bool(self.new or self.updated)


@transaction.atomic
def ship(library: Library) -> Loaded:
    """Write what is new or changed in a library, all of it or nothing.

    A record the practice has edited stays as it is and is reported. Raises BadLibrary naming the record.
    """
    check_library(library)
    loaded = Loaded()
    ship_names(library, loaded)
    for kind in KINDS:
        ship_kind(kind, library, loaded)
    LibraryRelease.objects.get_or_create(version=library.version)
    return loaded


def ship_names(library: Library, loaded: Loaded) -> None:
    """Write treatments, areas, practice rules and references."""
    names = ("name", "kind", "mark", "technique", "depth", "product")
    treatments = {
        key: {name: getattr(record, name) for name in names} | {"rules": list(record.rules)}
        for key, record in library.treatments.items()
    }
    put_all(TreatmentType, treatments, loaded)
    for treatment in TreatmentType.objects.prefetch_related("synonyms", "expectations"):
        if treatment.key in library.treatments:
            ship_words(treatment, library.treatments[treatment.key], loaded)
    areas = {
        key: {"name": area.name, "region": area.region, "parts": list(area.parts)}
        for key, area in library.areas.items()
    }
    put_all(Area, areas, loaded)
    rules = {key: {"kinds": list(rule.kinds), "text": rule.text} for key, rule in library.rules.items()}
    put_all(PracticeRule, rules, loaded)
    put_all(Reference, {key: {"text": text} for key, text in library.references.items()}, loaded)


def ship_words(treatment: TreatmentType, record, loaded: Loaded) -> None:
    """Write a treatment's other names and its expectation texts anew when they differ."""
    if [each.name for each in treatment.synonyms.all()] != list(record.synonyms):
        treatment.synonyms.all().delete()
        Synonym.objects.bulk_create(
            Synonym(treatment=treatment, name=name, position=position)
            for position, name in enumerate(record.synonyms, start=1)
        )
        note(loaded.updated, treatment.key, unless=loaded.new)
    texts = [(each.rule, each.text) for each in record.expectations]
    if [(each.rule, each.text) for each in treatment.expectations.all()] != texts:
        treatment.expectations.all().delete()
        TreatmentExpectation.objects.bulk_create(
            TreatmentExpectation(treatment=treatment, position=position, rule=rule, text=text)
            for position, (rule, text) in enumerate(texts, start=1)
        )
        note(loaded.updated, treatment.key, unless=loaded.new)


def put_all(model, rows: dict[str, dict], loaded: Loaded) -> None:
    """Create or bring up to date the rows of a table, each known by its key and shown in its place."""
    known = {row.key: row for row in model.objects.all()}
    for position, (key, values) in enumerate(rows.items(), start=1):
        row = known.get(key) or model(key=key)
        values = values | {"position": position}
        if row.pk and all(getattr(row, name) == value for name, value in values.items()):
            continue
        note(loaded.updated if row.pk else loaded.new, key)
        for name, value in values.items():
            setattr(row, name, value)
        clean(row, model._meta.verbose_name_plural, key)
        row.save()


def note(keys: list[str], key: str, unless: list[str] | None = None) -> None:
    """List a key once, and not at all when it stands in another list."""
    if key not in keys and key not in (unless or []):
        keys.append(key)


def clean(row, place: str, key: str) -> None:
    """Raise BadLibrary in the constraint's own words when the row cannot be kept."""
    try:
        row.full_clean()
    except ValidationError as problem:
        raise BadLibrary(str(place), key, " ".join(problem.messages)) from problem


def ship_kind(kind: Kind, library: Library, loaded: Loaded) -> None:
    """Write the records of one kind, each as a new shipped version unless the practice has its own."""
    records = getattr(library, kind.group)
    active = {version.owner.key: version for version in kind.version.objects.active().with_details()}
    shipped = latest_shipped(kind)
    for position, (key, record) in enumerate(records.items(), start=1):
        version = active.get(key)
        if version is None:
            owner = make_owner(kind, record, position)
            loaded.new.append(key)
            ship_version(kind, owner, record, library)
        elif shipped[key].as_record() == record:
            place(version.owner, position)
        elif version.is_shipped:
            place(version.owner, position)
            loaded.updated.append(key)
            ship_version(kind, version.owner, record, library, keep=[version])
        else:
            loaded.kept.append(key)
    loaded.gone += [key for key in active if key not in records]


def latest_shipped(kind: Kind) -> dict:
    """Give the newest shipped version of every record by key."""
    versions = kind.version.objects.shipped().with_details()
    return {version.owner.key: version for version in versions}


def make_owner(kind: Kind, record, position: int):
    """Add the row a record's versions will hang on."""
    identity = {"key": record.key, "position": position}
    if kind.owner is Protocol:
        identity["treatment"] = TreatmentType.objects.get(key=record.treatment)
        identity["area"] = Area.objects.get(key=record.area)
    owner = kind.owner(**identity)
    clean(owner, kind.group, record.key)
    owner.save()
    return owner


def place(owner, position: int) -> None:
    """Show the record where the library has it."""
    if owner.position != position:
        owner.position = position
        owner.save(update_fields=["position"])


def ship_version(kind: Kind, owner, record, library: Library, keep=()) -> None:
    """Write one shipped version; BadLibrary names the record whose numbers the database refuses."""
    try:
        write_version(owner, record, reason=f"Default library {library.version}", keep=keep)
    except ValidationError as problem:
        raise BadLibrary(kind.group, record.key, " ".join(problem.messages)) from problem
