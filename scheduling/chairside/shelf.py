"""The products in use, the kinds of the treatments, the toxin on record, and the lots opened today."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from clinic.models import Location, Patient
from scheduling.chairside.dosing import CUMULATIVE, LIMIT, Amount, before, frees_on
from scheduling.models import Booking, Dose, ToxinElsewhere
from treatments.models import CrossTreatmentRuleVersion, ProductVersion, TreatmentType
from treatments.models import Product as ProductRow
from treatments.protocols import Product, SeparationRule

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Opened:
    """A lot somebody has given today: the next dose most likely comes from it."""

    lot: str
    expires: datetime.date
    dilution: Decimal | None


def shelf() -> dict[str, Product]:
    """The products the practice uses, by key, with what their labels say."""
    rows = ProductVersion.objects.active().with_details().filter(active=True)
    return {record.key: record for record in (row.as_record() for row in rows)}


def limit_of(products: Mapping[str, Product]) -> int:
    """The most toxin of three months: the strictest of the labels, or the default where none says."""
    named = [one.label_units[CUMULATIVE] for one in products.values() if CUMULATIVE in one.label_units]
    return min(named, default=LIMIT)


def kinds() -> dict[str, str]:
    """Whether each treatment is toxin, filler or energy."""
    return dict(TreatmentType.objects.values_list("key", "kind"))


def names() -> dict[str, str]:
    """What every product is called, those with it that are not in use."""
    return dict(ProductVersion.objects.active().values_list("product__key", "name"))


def toxins() -> dict[str, str]:
    """What every toxin is called, by its product's key; another practice may use one we do not."""
    treatments = TreatmentType.objects.filter(kind="toxin").values_list("key", flat=True)
    given, rows = set(treatments), ProductVersion.objects.active().order_by("product__position")
    found = rows.values_list("product__key", "name", "treatments")
    return {key: name for key, name, treats in found if given.intersection(treats)}


def rules() -> tuple[SeparationRule, ...]:
    """The rules between treatments as the practice has them now."""
    rows = CrossTreatmentRuleVersion.objects.active().with_details()
    return tuple(row.as_record() for row in rows)


def ids() -> dict[str, int]:
    """The rows of the products by key."""
    return dict(ProductRow.objects.values_list("key", "pk"))


def amounts(patient: Patient, day: datetime.date) -> tuple[Amount, ...]:
    """All toxin on record that shares three months with a dose on a day, what is later and what another
    practice gave with it."""
    between = patient, before(day) + DAY, frees_on(day) - DAY
    own = Dose.objects.toxin_between(*between).values_list("booking__date", "units", "product__key")
    others = ToxinElsewhere.objects.toxin_between(*between).values_list("date", "units", "product__key")
    return tuple(Amount(date, units, product or "") for date, units, product in (*own, *others))


def standing_units(booking: Booking) -> dict[str, Decimal]:
    """The units of toxin that stand on record of a visit, by area."""
    rows = Dose.objects.standing().filter(booking=booking, units__isnull=False).order_by()
    return dict(rows.values_list("key").annotate(Sum("units")))


def opened(location: Location, day: datetime.date) -> dict[str, Opened]:
    """The last lot of each product that was recorded for a day at a location."""
    rows = Dose.objects.standing().filter(booking__location=location, booking__date=day)
    found = rows.order_by("recorded_at", "pk").values_list("product__key", "lot", "expires", "dilution")
    return {key: Opened(lot, expires, dilution) for key, lot, expires, dilution in found}
