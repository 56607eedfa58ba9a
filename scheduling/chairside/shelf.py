"""The products in use, the kinds of the treatments, and the lots opened today."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from clinic.models import AuditEntry, Location, Patient
from scheduling.chairside.dosing import CUMULATIVE, LIMIT, Amount, before, frees_on
from scheduling.models import Booking, Dose
from treatments.models import Product as ProductRow
from treatments.models import ProductVersion, TreatmentType
from treatments.protocols import Product

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


def ids() -> dict[str, int]:
    """The rows of the products by key."""
    return dict(ProductRow.objects.values_list("key", "pk"))


def amounts(patient: Patient, day: datetime.date) -> tuple[Amount, ...]:
    """All toxin on record that shares three months with a dose on a day, later doses included."""
    rows = Dose.objects.toxin_between(patient, before(day) + DAY, frees_on(day) - DAY)
    return tuple(Amount(date, units) for date, units in rows.values_list("booking__date", "units"))


def standing_units(booking: Booking) -> dict[str, Decimal]:
    """The units of toxin that stand on record of a visit, by area."""
    rows = Dose.objects.standing().filter(booking=booking, units__isnull=False).order_by()
    return dict(rows.values_list("key").annotate(Sum("units")))


def told_elsewhere(booking: Booking) -> Decimal:
    """The most units of toxin said to be given elsewhere, whenever doses of a visit were recorded."""
    rows = AuditEntry.objects.about(booking).filter(action="visit.dosed")
    told = (detail.get("elsewhere", "0") for detail in rows.values_list("detail", flat=True))
    return max(map(Decimal, told), default=Decimal(0))


def opened(location: Location, day: datetime.date) -> dict[str, Opened]:
    """The last lot of each product that was recorded for a day at a location."""
    rows = Dose.objects.standing().filter(booking__location=location, booking__date=day)
    found = rows.order_by("recorded_at", "pk").values_list("product__key", "lot", "expires", "dilution")
    return {key: Opened(lot, expires, dilution) for key, lot, expires, dilution in found}
