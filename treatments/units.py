"""How many units of a toxin were given in three months; units of two products are never added up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from .protocols import Product


@dataclass(frozen=True, slots=True)
class Units:
    """Units of a product given on a day, for whatever reason, cosmetic or medical."""

    product: str
    amount: float
    date: date


@dataclass(frozen=True, slots=True)
class Total:
    """The units of the last three months; `limit` None where the label gives none."""

    amount: float
    limit: int | None

    @property
    def left(self) -> float | None:
        """What may still be given; 0 at the limit."""
        return None if self.limit is None else max(0.0, self.limit - self.amount)

    @property
    def exceeded(self) -> bool:
        """Whether more was given than the label allows: a stop."""
        return self.limit is not None and self.amount > self.limit


def three_months(given: Iterable[Units], product: Product, day: date) -> Total:
    """Add up the units of one product in the three months up to and including `day` (X3)."""
    since = day - relativedelta(months=3)
    amount = sum(one.amount for one in given if one.product == product.key and since < one.date <= day)
    return Total(amount, product.label_units.get("cumulative_three_months"))
