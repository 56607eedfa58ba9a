"""The chairside card: what is to be known of a visit at arm's length, before anything is given."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from scheduling.arranging.seats import treatment_of
from scheduling.booking_page.visit import VisitPage
from scheduling.booking_page.words import Line
from scheduling.chairside.completion import in_legal_order, parts_of
from scheduling.chairside.dosing import DAY, Running, number, running, strength
from scheduling.chairside.elsewhere import Elsewhere
from scheduling.chairside.scales import SCALES
from scheduling.chairside.shelf import amounts, limit_of, names, shelf
from scheduling.guard.beside import Spacing
from scheduling.intake.events import GREEN, smile_band
from scheduling.intake.recommendation import Caution, Discuss
from scheduling.models import Booking, CheckIn, Dose, Observation, PatientEvent, Question
from scheduling.naming import in_words
from scheduling.planning.reasons import spoken
from treatments.library import load_library
from treatments.protocols import SeparationRule
from treatments.spacing import Given, order_of, too_soon

AHEAD = datetime.timedelta(days=120)
Status = Booking.Status


@dataclass(frozen=True, slots=True)
class Dosed:
    """A dose in words."""

    pk: int
    amount: str
    product: str
    lot: str
    expires: str
    day: str
    points: int
    strength: str
    because: str
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Area:
    """An area of the visit: its place in the course, its last doses and its last grades."""

    line: Line
    doses: tuple[Dosed, ...]
    grades: tuple[tuple[str, str, str], ...]
    graded_on: str


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning with the rule it rests on."""

    rule: str
    text: str


class Card(VisitPage):
    """A visit at `now` (aware), beside the current version of its plan, as its provider needs it."""

    @cached_property
    def spacing(self) -> Spacing:
        """The rules between treatments as the practice has them now."""
        return Spacing.current()

    @cached_property
    def areas(self) -> tuple[Area, ...]:
        """The areas in legal order: filler before toxin (R40)."""
        found = zip(self.booking.sessions.all(), self.sessions, strict=True)
        live = {one.name: line for one, line in found if one.is_live or self.is_completed}
        return tuple(self._area(one.key, live[one]) for one in in_legal_order(live, self.spacing.rules))

    def _area(self, key: str, line: Line) -> Area:
        grades = self._grades.get(key, [])
        words = tuple((one.scale, scale_name(one), SCALES[one.scale].word(one.grade)) for one in grades)
        day = spoken(grades[0].booking.date) if grades else ""
        return Area(line, tuple(dosed(one) for one in self._doses.get(key, [])), words, day)

    @cached_property
    def _doses(self) -> dict[str, list[Dose]]:
        """The doses of the last visit of each area that has some, this one's own when it is completed."""
        rows = Dose.objects.standing().filter(
            booking__patient=self.patient, booking__date__lte=self.booking.date
        )
        return latest(rows.select_related("booking", "product").order_by("-booking__unit", "pk"), self._names)

    @cached_property
    def _grades(self) -> dict[str, list[Observation]]:
        rows = Observation.objects.standing().filter(
            booking__patient=self.patient, booking__date__lte=self.booking.date, scale__in=SCALES
        )
        return latest(rows.select_related("booking").order_by("-booking__unit", "pk"), {})

    @cached_property
    def _names(self) -> dict[str, str]:
        return names()

    @cached_property
    def products(self):
        """The products in use."""
        return shelf()

    @property
    def given_here(self) -> tuple[str, ...]:
        """The treatments of the visit."""
        return tuple(treatment_of(one.key) for one in self.booking.sessions.all() if one.is_live)

    @property
    def filler_first(self) -> SeparationRule | None:
        """The rule on what comes first where filler and toxin share the visit."""
        binding = order_of(self.spacing.rules, self.given_here)
        return next((one for one in binding if one.key == "X1"), None)

    @cached_property
    def elsewhere(self) -> Elsewhere:
        """What another practice gave, and the form for what the patient tells of it."""
        return Elsewhere(self.booking)

    @cached_property
    def running(self) -> Running:
        """The running dose of three months on the day."""
        return running(amounts(self.patient, self.booking.date), self.booking.date, limit_of(self.products))

    @cached_property
    def parts(self) -> list[str]:
        """The running dose by product, where it is not of a single one that is known."""
        return parts_of(self.running)

    @cached_property
    def discuss(self) -> tuple[Discuss, ...]:
        """What was to be discussed and has no recorded outcome."""
        found = self.version.recommendation
        return tuple(one for one in found.discuss if one.topic not in found.intake.outcomes)

    @cached_property
    def cautions(self) -> tuple[Warned, ...]:
        """What is to be minded about the sessions of today, and about days the patient has ahead."""
        return (*self._cautions(), *self._told(), *self._events())

    def _cautions(self) -> Iterator[Warned]:
        numbered, names = set(self.numbered), self.version.names
        warned: Iterable[Caution] = self.version.recommendation.warnings
        for one in warned:
            if (one.series, one.number) in numbered:
                yield Warned(one.rule, in_words(one.text, names))

    def _told(self) -> Iterator[Warned]:
        """What the latest toxin elsewhere means for today, in an area that nobody named (X2, X4)."""
        rules, day = self.spacing.rules, self.booking.date
        dates = [one.date for one in self.elsewhere.rows if one.date <= day]
        if not dates:
            return
        first = Given("botox", "", min(max(dates), day - DAY))
        todays = (Given(treatment, "", day) for treatment in dict.fromkeys(self.given_here))
        found = (gap for today in todays for gap in too_soon(rules, apart, first, today))
        for gap in {gap.key: gap for gap in found}.values():
            yield Warned(gap.key, f"{gap.text}. On record from elsewhere: {spoken(max(dates))}.")

    def _events(self) -> Iterator[Warned]:
        told = PatientEvent.objects.filter(patient=self.patient, withdrawn_at=None)
        days = {(one.name, one.date) for one in self.version.recommendation.intake.events}
        days |= set(told.values_list("name", "date"))
        library = load_library()
        keys = [one.key for one in self.booking.sessions.all() if one.is_live]
        for name, date in sorted(days, key=lambda one: one[::-1]):
            if not self.booking.date <= date <= self.booking.date + AHEAD:
                continue
            protocols = (library.protocols[key] for key in keys if key in library.protocols)
            bands = {smile_band(one, self.booking.date, date) for one in protocols} - {GREEN}
            weeks = (date - self.booking.date).days // 7
            text = f"{name} on {spoken(date)}, {weeks} week{'s' * (weeks != 1)} after this visit"
            smile = ": the smile may still be less full then." if bands else "."
            yield Warned("R28" if bands else "R14", text + smile)

    @cached_property
    def check_ins(self) -> tuple[CheckIn, ...]:
        """The patient's answers after their last visit that has some."""
        found = list(CheckIn.objects.filter(patient=self.patient).order_by("-booking__unit", "weeks"))
        return tuple(one for one in found if one.booking_id == found[0].booking_id)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """What the patient asked and nobody has answered."""
        return tuple(Question.objects.open().filter(patient=self.patient))


def latest(rows, names: dict[str, str]) -> dict[str, list]:
    """The rows of the last visit of each area; `names` are the products'."""
    found: dict[str, list] = defaultdict(list)
    for one in rows:
        if not found[one.key] or found[one.key][0].booking_id == one.booking_id:
            one.product_name = names.get(one.product.key, one.product.key) if names else ""
            found[one.key].append(one)
    return found


def dosed(one: Dose) -> Dosed:
    """A dose in words; `product_name` must be set."""
    amount = f"{number(one.units)} U" if one.units else f"{number(one.millilitres)} mL"
    mixed = strength(one.product.key, one.dilution)
    return Dosed(
        one.pk,
        amount,
        one.product_name,
        one.lot,
        spoken(one.expires),
        spoken(one.booking.date),
        len(one.points),
        f"{number(mixed)} U/mL" if mixed else "",
        one.over_label_because,
        one.withdrawn_at is not None,
    )


def scale_name(one: Observation) -> str:
    """The name of the scale of a grade."""
    return SCALES[one.scale].name


def apart(one: str, other: str) -> bool:
    """Two areas of which nobody named one: they are not known to be the same."""
    return False
