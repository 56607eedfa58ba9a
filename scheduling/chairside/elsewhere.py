"""Toxin that another practice gave, as the pages of a visit show it and ask for it (X3, X5)."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django import forms

from scheduling.actions.elsewhere import ASKED, Told
from scheduling.arranging.seats import treatment_of
from scheduling.booking_page.forms import CardForm
from scheduling.chairside import shelf
from scheduling.chairside.dosing import DAY, before, frees_on, number
from scheduling.chairside.forms import decimal
from scheduling.composing.forms import DayInput
from scheduling.models import Booking, Given, ToxinElsewhere
from scheduling.planning.reasons import spoken

UNKNOWN = "product not known"


class ToldForm(CardForm):
    """What the patient tells of toxin another practice gave."""

    units = decimal("Units", most=2000, places=1)
    product = forms.ChoiceField(label="Product", required=False)
    date = forms.DateField(label="About when", widget=DayInput(), required=False)

    def __init__(self, *args, toxins: Mapping[str, str], **kwargs):
        super().__init__(*args, auto_id="toxin_%s", **kwargs)
        self.fields["product"].choices = [("", "Not known"), *toxins.items()]
        self.fields["date"].help_text = "If you leave this empty, the day of this visit counts."
        self.fields["units"].required = True
        self.fields["units"].error_messages["required"] = "Enter the units, as well as the patient knows."

    @property
    def told(self) -> Told:
        """What was told, once valid."""
        return Told(**self.cleaned_data)


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in words; `counts` says whether it counts on the day of the visit, or may on a later one."""

    pk: int
    units: str
    product: str
    day: str
    told: str
    counts: bool
    withdrawn: bool


class Elsewhere:
    """What is on record from elsewhere around the day of a visit, with a form for what the patient tells."""

    def __init__(self, booking: Booking, data=None):
        self.booking, self.data = booking, data

    @property
    def day(self) -> datetime.date:
        """The day of the visit."""
        return self.booking.date

    @cached_property
    def form(self) -> ToldForm:
        """The form, with what was sent."""
        return ToldForm(self.data, toxins=shelf.toxins())

    @cached_property
    def entries(self) -> tuple[ToxinElsewhere, ...]:
        """What was told of the months that are asked about or shared with the visit, withdrawn or not."""
        days = self.day - ASKED, frees_on(self.day) - DAY
        rows = ToxinElsewhere.objects.filter(patient=self.booking.patient_id, date__range=days)
        return tuple(rows.select_related("told_to", "product"))

    @property
    def rows(self) -> list[ToxinElsewhere]:
        """Those that stand."""
        return [one for one in self.entries if one.withdrawn_at is None]

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The entries in words."""
        names = shelf.names() if self.entries else {}
        return tuple(
            Line(
                one.pk,
                f"{number(one.units)} U",
                product_name(names, one),
                spoken(one.date),
                f"told to {one.told_to.name} on {spoken(self._local(one.told_at))}",
                one.date > before(self.day),
                one.withdrawn_at is not None,
            )
            for one in self.entries
        )

    def _local(self, moment: datetime.datetime) -> datetime.date:
        return moment.astimezone(self.booking.location.zone).date()

    @property
    def summary(self) -> str:
        """How much of it is on record, to be read out once it changed."""
        counted = sum(one.units for one in self.rows if one.date > before(self.day))
        return f"{number(counted)} U from elsewhere on record." if counted else "No units that count."

    @cached_property
    def unmeasured(self) -> tuple[Given, ...]:
        """Toxin another practice gave in these months whose units nobody has asked for yet."""
        rows = Given.objects.standing().filter(patient=self.booking.patient_id, kind=Given.Kind.ELSEWHERE)
        found = tuple(rows.filter(date__gt=before(self.day), date__lte=self.day))
        return tuple(self._without_units(found)) if found else ()

    def _without_units(self, given: Iterable[Given]) -> Iterable[Given]:
        kinds, told = shelf.kinds(), {one.date for one in self.rows}
        for one in given:
            if kinds.get(treatment_of(one.key)) == "toxin" and one.date not in told:
                yield one


def product_name(names: Mapping[str, str], one: ToxinElsewhere) -> str:
    """What its product is called, or that nobody knows it."""
    return (one.product and names.get(one.product.key)) or UNKNOWN
