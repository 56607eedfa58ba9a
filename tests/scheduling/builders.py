"""Plans of tests, made from small intakes that are solved once."""

import copy
import dataclasses
import datetime
from functools import cache

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

from clinic.models import Patient, User
from scheduling.actions import plans as actions
from scheduling.intake.parse import read_intake
from scheduling.intake.recommend import recommend
from scheduling.intake.recommendation import Recommendation
from scheduling.models import PlanVersion
from tests.scheduling.intake.intakes import raw
from tests.treatments.builders import make_protocol
from treatments.library import load_library
from treatments.models import Credential, DeviceUse, LibraryRelease, Protocol, RoomUse, TreatmentType
from treatments.protocols import Library
from treatments.shipping import ship

TODAY = datetime.date(2027, 1, 4)
NOON = datetime.datetime(2027, 1, 4, 17, tzinfo=datetime.UTC)
PROTOCOLS = (
    "mesobotox.cheeks",
    "mesobotox.neck",
    "mesobotox.perioral",
    "botox.upper_face",
    "dynamic_filler.cheek_smile",
)
OF_A_PRACTICE = (Credential, DeviceUse, RoomUse)
# By the number of protocols: what shipping wrote the first time, which checks every row, and as statements.
shipped_rows: dict[int, dict[type[Model], list[Model]]] = {}
statements: dict[int, list[tuple[str, tuple]]] = {}
NECK = ("texture", "neck")
UPPER_FACE = ("dynamic_wrinkles", "upper_face")


@cache
def few_protocols() -> Library:
    """The default library with only the protocols, products and findings that tests of pages need."""
    whole = load_library()
    kept = {key: whole.protocols[key] for key in PROTOCOLS}
    findings = {key: whole.findings[key] for key in ("F9", "F7a", "F7b")}
    return dataclasses.replace(whole, protocols=kept, findings=findings, products={})


def catalogue(library: Library | None = None) -> Library:
    """Bring a catalogue, a small one unless told, into the database once in a test; what it is made from."""
    library = library or few_protocols()
    if LibraryRelease.objects.exists():
        return library
    size = len(library.protocols)
    rows = shipped_rows.setdefault(size, {})
    if TreatmentType.objects.exists():
        ship(library)
    elif size in statements:
        replay(statements[size])
    elif rows:
        statements[size] = write_again(rows)
    else:
        ship(library)
        rows.update({model: list(model._base_manager.all()) for model in treatment_models()})
    return library


def write_again(rows: dict[type[Model], list[Model]]) -> list[tuple[str, tuple]]:
    """Write the rows of the first time again as they are, unchecked; the statements that did it."""
    done = []

    def keep(execute, sql, params, many, context):
        done.append((sql, params))
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.cursor() as cursor, connection.execute_wrapper(keep):
        for model, instances in rows.items():
            model._base_manager.bulk_create(copy.copy(one) for one in instances)
        for statement in connection.ops.sequence_reset_sql(no_style(), list(rows)):
            cursor.execute(statement)
    return done


def replay(done: list[tuple[str, tuple]]) -> None:
    """Write the same rows once more, which costs a test least."""
    with transaction.atomic(), connection.cursor() as cursor:
        for sql, params in done:
            cursor.execute(sql, params)


def treatment_models() -> list[type[Model]]:
    """Every table of the catalogue that points only at others of it."""
    return [model for model in apps.get_app_config("treatments").get_models() if model not in OF_A_PRACTICE]


@cache
def found_for(*wants: tuple[str, ...], **fields: str) -> Recommendation:
    """The plan of a small intake from Monday 4 January 2027, of the neck unless told."""
    return recommend(read_intake(raw(*(wants or (NECK,)), **fields)))


def make_plan(
    patient: Patient, by: User, found: Recommendation | None = None, now: datetime.datetime = NOON
) -> PlanVersion:
    """Propose a plan, of the neck unless told, with just the protocols it needs in the catalogue."""
    found = found or found_for()
    library = load_library()
    for position, one in enumerate(found.series, start=1):
        if not Protocol.objects.filter(key=one.key).exists():
            make_protocol(library.protocols[one.key], position)
    return actions.propose(by=by, patient=patient, found=found, library=library, now=now)


def another(version: PlanVersion, by: User, found: Recommendation, **fields) -> PlanVersion:
    """Propose another version of a plan that holds the same series."""
    return actions.revise(
        by=by,
        plan=version.plan,
        seen=version.number,
        found=found,
        library=load_library(),
        now=NOON,
        **fields,
    )
