"""The page on which a visit is completed to the unit, and what it sends."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError

from scheduling.actions.doses import NONE, NotGiven
from scheduling.chairside import shelf
from scheduling.chairside.dosing import Problem, Running, frees_on, problems, running, too_much
from scheduling.chairside.forms import AreaForm, TreatedForm, area_forms
from scheduling.composing.words import AREA_NAMES
from scheduling.models import Booking, Given
from scheduling.naming import SeriesName
from scheduling.planning.reasons import spoken

# What is given first at a visit: energy, filler, then toxin (X6, R40).
FIRST = {"energy": 0, "filler": 1, "toxin": 2}


@dataclass(frozen=True, slots=True)
class Zone:
    """An area of the drawing: its name, and whether it is treated at this visit."""

    name: str
    count: int = 0
    words: str = ""


def in_legal_order(booking: Booking, kinds: Mapping[str, str]) -> list[SeriesName]:
    """The live areas of a visit in the order they are given: filler before toxin (R40)."""
    names = [one.name for one in booking.sessions.all() if one.is_live]
    return sorted(names, key=lambda name: FIRST.get(kinds.get(name.key.partition(".")[0], ""), 1))


class Dosing:
    """The doses of a visit's areas as forms, beside the running dose of its patient."""

    def __init__(
        self, booking: Booking, names: Sequence[SeriesName] | None = None, data=None, only: str | None = None
    ):
        self.booking, self.products, self.kinds = booking, shelf.shelf(), shelf.kinds()
        found = in_legal_order(booking, self.kinds) if names is None else names
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

    @property
    def counts_until(self) -> str:
        """The day on which what is given at this visit counts no more."""
        return spoken(frees_on(self.booking.date))

    @property
    def frees(self) -> str:
        """The day on which the oldest of what counts now is free again."""
        return spoken(self.running.frees) if self.running.frees else ""

    @cached_property
    def elsewhere(self) -> list[Given]:
        """What another practice gave in these months: its units are on no record of ours."""
        rows = Given.objects.standing().filter(patient=self.booking.patient_id, kind=Given.Kind.ELSEWHERE)
        rows = rows.filter(date__gte=self.running.since, date__lte=self.booking.date)
        return [one for one in rows if self.kinds.get(one.key.partition(".")[0]) == "toxin"]

    def show(self, found: Iterable[Problem]) -> None:
        """Put what stands against an entry beside its field."""
        forms = {form.key: form for form in self.areas}
        for one in found:
            form = forms.get(one.key) or (self.areas[0] if self.areas else None)
            if form is not None:
                seen = one.field in form.fields and one.field != "points"
                form.add_error(one.field if seen else None, one.text)

    def check(self, elsewhere=NONE) -> bool:
        """Say what stands against valid forms; whether nothing does."""
        entries = [form.entry for form in self.areas if form.entry]
        standing = shelf.standing_units(self.booking)
        found = list(problems(entries, self.products, self.kinds, self.booking.date, standing))
        if over := too_much(self.given, entries, self.booking.date, self.limit, elsewhere):
            found.append(over)
        self.show(found)
        return not found


class Completion(Dosing):
    """A visit to be completed at `now` (aware), with what was entered of it."""

    def __init__(self, booking: Booking, now: datetime.datetime, data=None):
        super().__init__(booking, data=data)
        self.now, self.whole = now, TreatedForm(data, booking=booking)

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
        return self.check(self.whole.cleaned_data["elsewhere"] or NONE)

    @property
    def facts(self) -> dict[str, Any]:
        """What the action is told, once valid."""
        whole = self.whole.cleaned_data
        return {
            "treated": whole["treated"],
            "left_out": whole["left_out"],
            "elsewhere": whole["elsewhere"] or NONE,
            "doses": [form.entry for form in self.areas if form.entry],
            "grades": [grade for form in self.areas for grade in form.grades],
        }

    def refuse(self, refusal: ValidationError) -> None:
        """Keep why the action refused."""
        if isinstance(refusal, NotGiven):
            self.show(refusal.problems)
        else:
            self.whole.add_error(None, refusal)
