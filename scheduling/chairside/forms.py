"""What is entered of one area in the treatment room: product, lot, amount and points, and how it looks."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms

from clinic.text import TextField
from scheduling.actions.doses import LONGEST
from scheduling.actions.observations import Grade
from scheduling.arranging.seats import treatment_of
from scheduling.booking_page.forms import CardForm
from scheduling.chairside.dosing import Entry, Point, label_maximum
from scheduling.chairside.scales import Scale, scales_of
from scheduling.chairside.shelf import Opened
from scheduling.composing.forms import DayInput
from scheduling.naming import SeriesName
from treatments.protocols import Product

MOST_POINTS, SIDE = 200, 1000
ZONES = {"cheek_smile": "cheeks", "platysma": "neck", "face": "cheeks"}
NEEDED = {
    "product": "Choose the product.",
    "lot": "Enter the lot number from the vial or syringe.",
    "expires": "Enter the expiry of the lot.",
    "units": "Enter how many units were given here.",
    "millilitres": "Enter how many millilitres were given here.",
}


@dataclass(frozen=True, slots=True)
class Stocked:
    """What the treatment room has for an area: the products that fit, and the lots opened today."""

    products: tuple[Product, ...]
    opened: Mapping[str, Opened]

    @property
    def usual(self) -> str:
        """The product that was opened today, or the only one that fits."""
        keys = [one.key for one in self.products]
        return next((key for key in self.opened if key in keys), keys[0] if len(keys) == 1 else "")


class PointsField(forms.CharField):
    """Points of the map as [[x, y, amount], …], x and y from 0 to 1000."""

    def clean(self, value: object) -> tuple[Point, ...]:
        """Read them; ValidationError for anything else."""
        text = super().clean(value)
        try:
            return tuple(point_of(one) for one in json.loads(text)) if text else ()
        except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError):
            raise forms.ValidationError("Place the points anew on the map.", code="points") from None


def point_of(raw: Any) -> Point:
    """Read one point; ValueError or TypeError for anything else."""
    x, y, amount = raw
    if not (isinstance(x, int) and isinstance(y, int) and 0 <= x <= SIDE and 0 <= y <= SIDE):
        raise ValueError("a point lies on the map")
    found = Decimal(str(amount)).quantize(Decimal("0.001"))
    if not 0 < found < 1000:
        raise ValueError("a point has an amount")
    return x, y, found


class AreaForm(CardForm):
    """The dose and the grades of one area; with `needed` its dose has to be complete."""

    def __init__(self, data=None, *, name: SeriesName, kind: str, stocked: Stocked, prefix: str):
        super().__init__(data, prefix=prefix)
        self.name, self.kind, self.stocked, self.needed = name, kind, stocked, False
        self.scales: tuple[Scale, ...] = scales_of(name.key)
        if stocked.products:
            self._add_dose()
        for scale in self.scales:
            choices = [("", "Not graded"), *((grade, f"{grade} · {word}") for grade, word in scale.grades)]
            field = forms.TypedChoiceField(label=scale.name, choices=choices, coerce=int, required=False)
            field.empty_value = None
            self.fields[field_of(scale)] = field
        self.fields["note"] = TextField(label="Note", max_length=300, required=False)

    def _add_dose(self) -> None:
        products, usual = self.stocked.products, self.stocked.usual
        kept = self.stocked.opened.get(usual)
        choices = [(one.key, one.name) for one in products]
        choices = choices if len(products) == 1 else [("", "Choose"), *choices]
        self.fields["product"] = forms.ChoiceField(label="Product", choices=choices, required=False)
        self.fields["lot"] = TextField(label="Lot", max_length=40, required=False)
        self.fields["expires"] = forms.DateField(label="Expiry", widget=DayInput(), required=False)
        if self.kind == "toxin":
            self.fields["dilution"] = decimal("Diluent, mL to the vial", most=50, places=2)
            self.fields["units"] = decimal("Units", most=1000, places=1)
        else:
            self.fields["millilitres"] = decimal("Millilitres", most=50, places=2)
        self.fields["count"] = forms.IntegerField(
            label="Number of points", min_value=1, max_value=MOST_POINTS, required=False
        )
        self.fields["points"] = PointsField(widget=forms.HiddenInput, max_length=20_000, required=False)
        self.fields["because"] = TextField(
            label="Why more than the label", max_length=LONGEST, required=False
        )
        self.initial = {"product": usual}
        if kept:
            self.initial |= {"lot": kept.lot, "expires": kept.expires, "dilution": kept.dilution}

    @property
    def key(self) -> str:
        """The treatment and area."""
        return self.name.key

    @property
    def zone(self) -> str:
        """The part of the drawing that shows the area."""
        area = self.key.partition(".")[2]
        return ZONES.get(area, area)

    @property
    def amount_name(self) -> str:
        """The field that holds the amount."""
        return "units" if self.kind == "toxin" else "millilitres"

    @property
    def amount(self):
        """The amount as its bound field."""
        return self[self.amount_name]

    @property
    def maxima(self) -> tuple[tuple[Product, int], ...]:
        """The most units each product's label names here, where it names any."""
        found = ((one, label_maximum(one, self.key)) for one in self.stocked.products)
        return tuple((one, most) for one, most in found if most is not None)

    @property
    def graded(self) -> list:
        """The scales as bound fields."""
        return [self[field_of(scale)] for scale in self.scales]

    def clean(self):
        """Ask for what is missing of a dose that was begun, or that has to be there."""
        found = super().clean()
        begun = any(found.get(name) for name in (self.amount_name, "count", "points", "because"))
        if not self.stocked.products or not (self.needed or begun):
            return found
        for name in ("product", "lot", "expires", self.amount_name):
            if not found.get(name) and name not in self.errors:
                self.add_error(name, NEEDED[name])
        return found

    @property
    def entry(self) -> Entry | None:
        """The dose that was entered, once valid; None where nothing was given to the unit."""
        given = self.cleaned_data
        amount = given.get(self.amount_name)
        if not self.stocked.products or not amount:
            return None
        return Entry(
            key=self.key,
            product=given["product"],
            lot=given["lot"],
            expires=given["expires"],
            dilution=given.get("dilution"),
            points=given["points"] or counted(given.get("count"), amount),
            because=given["because"],
            **{self.amount_name: amount},
        )

    @property
    def grades(self) -> list[Grade]:
        """The grades that were chosen, once valid; the note stands by the first of them."""
        chosen = [(scale.key, self.cleaned_data[field_of(scale)]) for scale in self.scales]
        found = [(scale, grade) for scale, grade in chosen if grade is not None]
        note = self.cleaned_data["note"]
        return [
            Grade(self.key, scale, grade, note if not at else "") for at, (scale, grade) in enumerate(found)
        ]


def field_of(scale: Scale) -> str:
    """The field of a scale."""
    return f"grade_{scale.key.replace('.', '_')}"


def decimal(label: str, *, most: int, places: int) -> forms.DecimalField:
    """A field for an amount above 0."""
    least = Decimal(1).scaleb(-places)
    field = forms.DecimalField(
        label=label, min_value=least, max_value=most, decimal_places=places, required=False
    )
    field.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
    return field


def counted(count: int | None, amount: Decimal) -> tuple[Point, ...]:
    """Points that were only counted: an equal part each, without a place on the map."""
    if not count:
        return ()
    each = (amount / count).quantize(Decimal("0.001"))
    rest = amount - each * (count - 1)
    return (*((None, None, each),) * (count - 1), (None, None, rest))


def area_forms(
    names: Sequence[SeriesName],
    products: Mapping[str, Product],
    kinds: Mapping[str, str],
    opened: Mapping[str, Opened],
    data=None,
    only: str | None = None,
) -> list[AreaForm]:
    """A form for each area, in the order given, each with the products that fit its treatment.

    `only` is the key of the one area that `data` is about, if it is not about all of them.
    """
    found = []
    for place, name in enumerate(names):
        treatment = treatment_of(name.key)
        fitting = tuple(one for one in products.values() if treatment in one.treatments)
        stocked = Stocked(fitting, opened)
        kind = kinds.get(treatment, "")
        own = data if only in (None, name.key) else None
        found.append(AreaForm(own, name=name, kind=kind, stocked=stocked, prefix=f"a{place}"))
    return found
