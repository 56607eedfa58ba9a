"""The page of what was recorded of a completed visit to the unit, with a form for what is missing."""

from functools import cached_property

from django.core.exceptions import ValidationError

from scheduling.actions.doses import NotGiven
from scheduling.chairside.card import Dosed, dosed, scale_name
from scheduling.chairside.completion import Dosing
from scheduling.chairside.forms import AreaForm
from scheduling.chairside.scales import SCALES
from scheduling.models import Booking, Observation
from scheduling.naming import SeriesName


class Record(Dosing):
    """A visit's areas with their doses and grades; with `data` the area that is being recorded."""

    def __init__(self, booking: Booking, data=None):
        only = data.get("key", "") if data is not None else None
        super().__init__(booking, areas_of(booking), data, only)
        self.form: AreaForm | None = next((one for one in self.areas if one.key == only), None)

    @property
    def is_completed(self) -> bool:
        """Whether doses can be recorded."""
        return self.booking.status == Booking.Status.COMPLETED

    @cached_property
    def doses(self) -> dict[str, list[Dosed]]:
        """The doses of each area, those withdrawn with them."""
        names = {key: one.name for key, one in self.products.items()}
        found: dict[str, list[Dosed]] = {}
        for one in self.booking.doses.select_related("booking", "product"):
            one.product_name = names.get(one.product.key, one.product.key)
            found.setdefault(one.key, []).append(dosed(one))
        return found

    @cached_property
    def grades(self) -> dict[str, list[tuple[Observation, str, str]]]:
        """The grades of each area with their scale and word, those withdrawn with them."""
        found: dict[str, list[tuple[Observation, str, str]]] = {}
        for one in self.booking.observations.filter(scale__in=SCALES):
            words = (one, scale_name(one), SCALES[one.scale].word(one.grade))
            found.setdefault(one.key, []).append(words)
        return found

    @property
    def rows(self) -> list[tuple[AreaForm, list, list]]:
        """Each area with what stands on record of it."""
        return [(one, self.doses.get(one.key, []), self.grades.get(one.key, [])) for one in self.areas]

    def is_valid(self) -> bool:
        """Read what was entered of the one area."""
        form = self.form
        if form is None or not form.is_valid():
            return False
        if form.entry is None and not form.grades:
            form.add_error(None, "Enter a dose or a grade.")
            return False
        return self.check([form])

    def refuse(self, refusal: ValidationError) -> None:
        """Keep why the action refused."""
        if isinstance(refusal, NotGiven):
            self.show(refusal.problems)
        elif self.form is not None:
            self.form.add_error(None, refusal)


def areas_of(booking: Booking) -> list[SeriesName]:
    """The areas that were treated at a completed visit, in the order they are given."""
    given = {one.key for one in booking.given.all() if one.withdrawn_at is None}
    return [one.name for one in booking.sessions.all() if one.key in given]
