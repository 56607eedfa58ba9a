"""The form that moves a visit, the same as dragging it in the calendar."""

import uuid

from django import forms
from django.core.exceptions import PermissionDenied

from clinic.models import User
from clinic.models.clock import BASE
from clinic.text import TextField
from scheduling.availability.days import clock
from scheduling.availability.place import Place
from scheduling.availability.steps import PROVIDER, ROOM
from scheduling.booking_page.forms import CardForm
from scheduling.composing.forms import DayInput
from scheduling.course.moving import Destination
from scheduling.models import Booking

LONGEST_REASON = 300
FOLDS = (("", "The only one"), ("0", "The first, before clocks go back"), ("1", "The second, after"))
AS_NOW = "As now where that can be, else another"
FIVES = f"Use a time in steps of {BASE} minutes."


class TimeInput(forms.TimeInput):
    """A browser's own time field, in steps of five minutes."""

    input_type = "time"

    def __init__(self):
        super().__init__(format="%H:%M", attrs={"step": BASE * 60})


class MoveForm(CardForm):
    """Where a visit is moved to: day, wall time, provider, room; a provider may go against a rule."""

    date = forms.DateField(label="Day", widget=DayInput())
    time = forms.TimeField(label="Time", widget=TimeInput())
    fold = forms.TypedChoiceField(
        label="Which of the two", choices=FOLDS, coerce=int, required=False, empty_value=None
    )
    provider = forms.TypedChoiceField(label="Provider", coerce=int, required=False, empty_value=None)
    room = forms.TypedChoiceField(label="Room", coerce=int, required=False, empty_value=None)
    override = TextField(label="Reason to go against a rule", max_length=LONGEST_REASON, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, booking: Booking, place: Place, user: User, asked=None, **kwargs):
        now = {"date": booking.date, "time": clock(booking.minute)}
        known = {name: asked[name] for name in ("date", "time", "provider", "room") if name in (asked or {})}
        super().__init__(*args, initial={**now, **known, "key": uuid.uuid4()}, **kwargs)
        for kind in (PROVIDER, ROOM):
            self.fields[kind].choices = [("", AS_NOW), *choices(place, kind)]
        if not self.data.get("fold"):
            self.fields["fold"].widget = forms.HiddenInput()
        if user.role != User.Role.PROVIDER:
            if self.data.get("override"):
                raise PermissionDenied("Only a provider may override a rule.")
            del self.fields["override"]

    def ask_which(self, why: str) -> None:
        """Say that the clocks change at the time asked for, and offer the two of them."""
        self.fields["fold"].widget = forms.Select(choices=FOLDS)
        self.add_error("time", why)

    def clean_time(self):
        """Refuse a time that is not on the five-minute base."""
        time = self.cleaned_data["time"]
        if time.minute % BASE or time.second:
            raise forms.ValidationError(FIVES, code="five")
        return time

    @property
    def destination(self) -> Destination:
        """What was entered."""
        found = self.cleaned_data
        minute = found["time"].hour * 60 + found["time"].minute
        return Destination(found["date"], minute, found["provider"], found["room"], found["fold"])


def choices(place: Place, kind: str) -> list[tuple[int, str]]:
    """The providers or rooms of a place to choose from."""
    return [(one.id, one.name) for one in place.holders[kind]]
