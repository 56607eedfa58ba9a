"""How much of what may be given: the running dose of three months, the label, the lot. No Django, no clock.

Three months are calendar months back from the visit: what was given exactly three months before, or earlier,
counts no more, so that it frees its units on that very day. Units of every toxin are added as they are,
never converted, so that another product's can only make the total stricter (X3); what each product came to is
kept beside it (X5).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType

from dateutil.relativedelta import relativedelta

from scheduling.arranging.seats import treatment_of
from scheduling.planning.reasons import spoken
from treatments.protocols import Product

MONTHS = relativedelta(months=3)
DAY = timedelta(days=1)
LIMIT = 400
CUMULATIVE = "cumulative_three_months"
# Units in a vial, by product, where the maker's package is on record (protocol defaults, section 11).
VIALS: Mapping[str, int] = {"ona": 100, "abo": 300, "prabo": 100, "daxi": 100}
NOTHING: Mapping[str, Decimal] = MappingProxyType({})
Point = tuple[int | None, int | None, Decimal]


@dataclass(frozen=True, slots=True)
class Amount:
    """Units of a toxin given on a day, for whatever reason; `product` is empty where nobody knows it."""

    date: date
    units: Decimal
    product: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is to be recorded of one area: `units` of a toxin or `millilitres` of a filler.

    `dilution` is the millilitres of diluent to the vial, `points` are x and y on the map from 0 to 1000
    (None where they were only counted) with their amount, `because` the reason to exceed the label.
    """

    key: str
    product: str
    lot: str
    expires: date
    units: Decimal | None = None
    millilitres: Decimal | None = None
    dilution: Decimal | None = None
    points: tuple[Point, ...] = ()
    because: str = ""

    @property
    def amount(self) -> Decimal:
        """Units or millilitres."""
        return self.units or self.millilitres or Decimal(0)


@dataclass(frozen=True, slots=True)
class Problem:
    """What stands against an entry: the area's key, the field in question, the rule, and what would work."""

    key: str
    field: str
    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Running:
    """The toxin of the three months up to a day: what was given, the most, and when units come free.

    `products` is what each product came to, by its key; an unknown one has none and comes last.
    """

    used: Decimal
    limit: int
    since: date
    frees: date | None
    products: tuple[tuple[str, Decimal], ...] = ()

    @property
    def left(self) -> Decimal:
        """What may still be given on that day."""
        return max(Decimal(0), self.limit - self.used)

    @property
    def over(self) -> Decimal:
        """What was given beyond the most; 0 within it."""
        return max(Decimal(0), self.used - self.limit)

    @property
    def is_mixed(self) -> bool:
        """Whether it is of more than one product, or of one that nobody knows."""
        return len(self.products) > 1 or any(not key for key, _ in self.products)

    @property
    def used_words(self) -> str:
        """What was given, without needless zeros."""
        return number(self.used)

    @property
    def left_words(self) -> str:
        """What may still be given, without needless zeros."""
        return number(self.left)


def before(day: date) -> date:
    """The day three calendar months before: it and what lies before it count no more."""
    return day - MONTHS


def frees_on(day: date) -> date:
    """The first day on which what was given on `day` counts no more."""
    free = day + MONTHS
    while before(free) < day:
        free += DAY
    return free


def total(given: Iterable[Amount], day: date) -> Decimal:
    """The units of the three months up to and including `day`."""
    return sum((one.units for one in given if before(day) < one.date <= day), Decimal(0))


def running(given: Sequence[Amount], day: date, limit: int = LIMIT) -> Running:
    """The running dose on a day, before anything is added on it."""
    counted = [one for one in given if before(day) < one.date <= day]
    frees = frees_on(min(one.date for one in counted)) if counted else None
    return Running(total(given, day), limit, before(day) + DAY, frees, by_product(counted))


def by_product(counted: Iterable[Amount]) -> tuple[tuple[str, Decimal], ...]:
    """What each product came to, by its key; nothing is converted (X5)."""
    sums: dict[str, Decimal] = {}
    for one in counted:
        sums[one.product] = sums.get(one.product, Decimal(0)) + one.units
    return tuple(sorted(sums.items(), key=lambda each: (not each[0], each[0])))


def peak(given: Sequence[Amount], units: Decimal, day: date) -> Decimal:
    """The highest total of any three months that more units on `day` lie in, later doses included."""
    until = frees_on(day)
    days = {day, *(one.date for one in given if day <= one.date < until)}
    return units + max(total(given, one) for one in days)


def fits_on(given: Sequence[Amount], units: Decimal, day: date, limit: int = LIMIT) -> date | None:
    """The first day from `day` on which so many units stay within the limit; None if no day ever does."""
    if units > limit:
        return None
    days = sorted({day, *(free for one in given if (free := frees_on(one.date)) > day)})
    return next((one for one in days if peak(given, units, one) <= limit), None)


def strength(product: str, dilution: Decimal | None) -> Decimal | None:
    """Units in a millilitre of a vial that was diluted so; None where the vial is not on record."""
    vial = VIALS.get(product)
    return (Decimal(vial) / dilution).quantize(Decimal("0.1")) if vial and dilution else None


def label_maximum(product: Product, key: str) -> int | None:
    """The most units the label names for an area of a treatment; None where it names none.

    The label speaks of toxin in the muscle; for the bands of the neck it counts the most bands.
    """
    treatment, _, area = key.partition(".")
    if treatment != "botox":
        return None
    named = [units for use, units in product.label_units.items() if use == area or use.startswith(f"{area}_")]
    return max(named, default=None)


def problems(
    entries: Sequence[Entry],
    shelf: Mapping[str, Product],
    kinds: Mapping[str, str],
    day: date,
    standing: Mapping[str, Decimal] = NOTHING,
) -> tuple[Problem, ...]:
    """What stands against entries of a visit on `day`: `shelf` are the products in use, `kinds` those of
    the treatments (toxin, filler or energy), `standing` the units on record of the visit by area."""
    wholes = wholes_of(entries, standing)
    return tuple(problem for one in entries for problem in _against(one, shelf, kinds, day, wholes[one.key]))


def wholes_of(entries: Iterable[Entry], standing: Mapping[str, Decimal] = NOTHING) -> dict[str, Decimal]:
    """What each area comes to with these entries and what stands on record of the visit."""
    areas = dict(standing)
    for one in entries:
        areas[one.key] = areas.get(one.key, Decimal(0)) + one.amount
    return areas


def label_exceeded(product: Product, key: str, whole: Decimal) -> int | None:
    """The most units the label names for an area where `whole` is more than that; None within the label."""
    most = label_maximum(product, key)
    return most if most is not None and whole > most else None


def explained(
    entries: Sequence[Entry], shelf: Mapping[str, Product], standing: Mapping[str, Decimal] = NOTHING
) -> tuple[Entry, ...]:
    """Entries with their reason only where the label is exceeded; each product must be on the shelf."""
    wholes = wholes_of(entries, standing)
    return tuple(
        one if label_exceeded(shelf[one.product], one.key, wholes[one.key]) else replace(one, because="")
        for one in entries
    )


def _against(
    entry: Entry, shelf: Mapping[str, Product], kinds: Mapping[str, str], day: date, whole: Decimal
) -> Iterable[Problem]:
    treatment = treatment_of(entry.key)
    product = shelf.get(entry.product)
    if product is None or treatment not in product.treatments:
        names = ", ".join(one.name for one in shelf.values() if treatment in one.treatments) or "none"
        text = f"This product does not fit the treatment. In use for it: {names}."
        yield Problem(entry.key, "product", "catalogue", text)
        return
    toxin = kinds.get(treatment) == "toxin"
    if (entry.units is None) == toxin or (entry.millilitres is None) != toxin or entry.amount <= 0:
        what = "units of a toxin" if toxin else "millilitres of a filler"
        field = "units" if toxin else "millilitres"
        yield Problem(entry.key, field, "catalogue", f"Enter the {what}, above 0.")
    if entry.expires < day:
        text = f"Lot {entry.lot} expired on {spoken(entry.expires)} and may not be given on {spoken(day)}."
        yield Problem(entry.key, "expires", "lot", f"{text} Take another one, or correct the date.")
    yield from _spread(entry)
    most = label_exceeded(product, entry.key, whole)
    if most is not None and not entry.because:
        given = f"{number(whole)} U in all" if whole > entry.amount else f"{number(whole)} U"
        text = f"{given} is more than the {most} U that the label of {product.name} names"
        yield Problem(entry.key, "because", "label", f"{text} for this area. Give less, or say why.")


def _spread(entry: Entry) -> Iterable[Problem]:
    placed = sum((amount for _, _, amount in entry.points), Decimal(0))
    if entry.points and abs(placed - entry.amount) > Decimal("0.05"):
        text = (
            f"The points add up to {number(placed)}, the amount is {number(entry.amount)}. Make them agree."
        )
        yield Problem(entry.key, "points", "map", text)


def too_much(
    given: Sequence[Amount], entries: Iterable[Entry], day: date, limit: int = LIMIT
) -> Problem | None:
    """Say that the toxin of a visit exceeds the limit of three months, and the date on which it would fit."""
    toxin = [one for one in entries if one.units]
    units = sum((one.units or Decimal(0) for one in toxin), Decimal(0))
    most = peak(given, units, day)
    if not units or most <= limit:
        return None
    fits = fits_on(given, units, day, limit)
    when = f"The same dose fits on {spoken(fits)}." if fits else "No day fits so much: give less."
    left = max(Decimal(0), limit - (most - units))
    text = f"{number(units)} U would make {number(most)} U of toxin in 3 months; the most is {limit} U (X3)."
    return Problem(toxin[0].key, "units", "X3", f"{text} {number(left)} U can be given today. {when}")


def number(amount: Decimal) -> str:
    """An amount without needless zeros."""
    return f"{amount.normalize():f}"
