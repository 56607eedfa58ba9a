"""The page on which a visit is completed to the unit, and what it sends."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError

from scheduling.actions.doses import Entered, NotGiven
from scheduling.arranging.seats import treatment_of
from scheduling.booking_page.forms import CompleteForm
from scheduling.chairside import shelf
from scheduling.chairside.dosing import Problem, Running, frees_on, number, problems, running, too_much
from scheduling.chairside.elsewhere import UNKNOWN, Elsewhere
from scheduling.chairside.forms import AreaForm, area_forms
from scheduling.composing.words import AREA_NAMES
from scheduling.models import Booking
from scheduling.naming import SeriesName
from scheduling.planning.reasons import spoken
from treatments.protocols import SeparationRule
from treatments.spacing import in_order


@dataclass(frozen=True, slots=True)
class Zone:
    """An area of the drawing: its name, and whether it is treated at this visit."""

    name: str
    count: int = 0
    words: str = ""


def in_legal_order(names: Iterable[SeriesName], rules: Iterable[SeparationRule]) -> list[SeriesName]:
    """Areas of a visit in the order they are given: filler before toxin (R40, X1)."""
    found = list(names)
    order = in_order(rules, (treatment_of(one.key) for one in found))
    return sorted(found, key=lambda one: order.index(treatment_of(one.key)))


def parts_of(found: Running) -> list[str]:
    """What each product came to, in words, where there is more than one or an unknown one (X5)."""
    names = shelf.names() if found.is_mixed else {}
    listed = found.products if found.is_mixed else ()
    return [f"{names.get(key, key) or UNKNOWN.capitalize()} {number(units)} U" for key, units in listed]


class Dosing:
    """The doses of a visit's areas as forms, beside the running dose of its patient."""

    def __init__(
        self, booking: Booking, names: Sequence[SeriesName] | None = None, data=None, only: str | None = None
    ):
        self.booking, self.products, self.kinds = booking, shelf.shelf(), shelf.kinds()
        live = (one.name for one in booking.sessions.all() if one.is_live)
        found = in_legal_order(live, shelf.rules()) if names is None else names
        opened = shelf.opened(booking.location, booking.date)
        self.areas: list[AreaForm] = area_forms(found, self.products, self.kinds, opened, data, only)
        self.limit = shelf.limit_of(self.products)

    @property
    def zones(self) -> dict[str, Zone]:
        """The drawing's areas, those of this visit marked."""
        own = {form.zone for form in self.areas}
        words = "of this visit"
        return {
            key: Zone(name, int(key in own), words if key in own else "") for key, name in AREA_NAMES.items()
        }

    @cached_property
    def given(self):
        """The toxin on record around the day."""
        return shelf.amounts(self.booking.patient, self.booking.date)

    @property
    def running(self) -> Running:
        """The running dose before this visit."""
        return running(self.given, self.booking.date, self.limit)

    @cached_property
    def parts(self) -> list[str]:
        """The running dose by product, where it is not of a single one that is known."""
        return parts_of(self.running)

    @property
    def counts_until(self) -> str:
        """The day on which what is given at this visit counts no more."""
        return spoken(frees_on(self.booking.date))

    @property
    def frees(self) -> str:
        """The day on which the oldest of what counts now is free again."""
        return spoken(self.running.frees) if self.running.frees else ""

    @cached_property
    def elsewhere(self) -> Elsewhere:
        """What another practice gave, and the form for what the patient tells of it."""
        return Elsewhere(self.booking)

    def show(self, found: Iterable[Problem]) -> None:
        """Put what stands against an entry beside its field."""
        forms = {form.key: form for form in self.areas}
        for one in found:
            form = forms.get(one.key) or (self.areas[0] if self.areas else None)
            if form is not None:
                seen = one.field in form.fields and one.field != "points"
                form.add_error(one.field if seen else None, one.text)

    def check(self, forms: Iterable[AreaForm]) -> bool:
        """Say what stands against valid forms; whether nothing does."""
        entries = [form.entry for form in forms if form.entry]
        standing = shelf.standing_units(self.booking)
        found = list(problems(entries, self.products, self.kinds, self.booking.date, standing))
        if over := too_much(self.given, entries, self.booking.date, self.limit):
            found.append(over)
        self.show(found)
        return not found


class Completion(Dosing):
    """A visit to be completed at `now` (aware), with what was entered of it."""

    def __init__(self, booking: Booking, now: datetime.datetime, data=None):
        super().__init__(booking, data=data)
        self.now, self.whole = now, CompleteForm(data, booking=booking)

    @property
    def today(self) -> datetime.date:
        """The local date."""
        return self.now.astimezone(self.booking.location.zone).date()

    @property
    def too_soon(self) -> bool:
        """Whether its day has not come."""
        return self.booking.date > self.today

    @property
    def is_open(self) -> bool:
        """Whether it can be completed now."""
        states = (Booking.Status.BOOKED, Booking.Status.ARRIVED)
        return self.booking.status in states and not self.too_soon

    @property
    def treated(self) -> set[str]:
        """The areas whose boxes are ticked."""
        return set(self.whole["treated"].value() or ())

    def is_valid(self) -> bool:
        """Read everything that was entered; each problem stands beside its field."""
        treated = self.treated
        for form in self.areas:
            form.needed = form.key in treated
        if not all([self.whole.is_valid(), *(form.is_valid() for form in self.areas)]):
            return False
        return self.check(self.areas)

    @property
    def facts(self) -> dict[str, Any]:
        """What the action is told, once valid."""
        doses = [form.entry for form in self.areas if form.entry]
        grades = [grade for form in self.areas for grade in form.grades]
        return {**self.whole.cleaned_data, "entered": Entered(doses, grades)}

    def refuse(self, refusal: ValidationError) -> None:
        """Keep why the action refused."""
        if isinstance(refusal, NotGiven):
            self.show(refusal.problems)
        else:
            self.whole.add_error(None, refusal)
