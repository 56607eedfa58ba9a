"""The forms of booking: each checks what was entered; the actions decide whether it can be done."""

import datetime
import re
import uuid
from typing import Any, NamedTuple

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import PermissionDenied

from clinic.models import Location, Patient, Provider, User
from clinic.models.clock import DAY, clock
from clinic.text import TextField
from scheduling.availability.steps import PROVIDER
from scheduling.composing.forms import DayInput
from scheduling.composing.words import WEEKDAYS
from scheduling.course.signed_orders import Stale
from scheduling.course.standing import SessionId
from scheduling.models import Booking, PlanVersion, Wishes

ANY_DAY = [1, 2, 3, 4, 5, 6, 7]
HALF_HOURS = range(6 * 60, 22 * 60 + 1, 30)
LONGEST_UNIT = 2**29  # beyond the year 7000, within what a date can hold
LARGEST_ID = 10**18
CHOSEN = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,18}))?", re.ASCII)


class CardForm(forms.Form):
    """A small form on a card: crispy draws its fields, the page draws the form."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


class KeyForm(CardForm):
    """Nothing but the idempotency key of the page it was sent from."""

    key = forms.UUIDField(widget=forms.HiddenInput)


class VersionForm(CardForm):
    """The number of the version that somebody read before they approve it."""

    version = forms.IntegerField(min_value=1, max_value=9999, widget=forms.HiddenInput)


class ShownForm(KeyForm):
    """A signed order, to be applied as it was shown."""

    order = forms.CharField(widget=forms.HiddenInput, max_length=100_000)

    @property
    def facts(self) -> dict[str, Any]:
        """The order with its key; ValidationError when it is not what was shown."""
        if not self.is_valid():
            raise Stale("What was sent is not what was shown.")
        return {"shown": self.cleaned_data["order"], "key": self.cleaned_data["key"]}


class Chosen(NamedTuple):
    """A time that was chosen: its unit on the line, and the id of a provider if one was chosen with it."""

    unit: int
    provider: int | None = None


class ChosenField(forms.CharField):
    """A time as its button sends it: 5990424 or, with a provider, 5990424-12."""

    def clean(self, value: object) -> Chosen:
        """Read it; ValidationError for anything else."""
        found = CHOSEN.fullmatch(super().clean(value))
        if found is None or int(found[1]) > LONGEST_UNIT:
            raise forms.ValidationError("Choose one of the times shown.", code="time")
        return Chosen(int(found[1]), int(found[2]) if found[2] else None)


class TimeForm(KeyForm):
    """A chosen time; a provider may give a reason to go against a rule."""

    at = ChosenField(max_length=30)
    override = TextField(label="Reason to go against the rule", max_length=300, required=False)

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        if user.role != User.Role.PROVIDER:
            if "override" in self.data:
                raise PermissionDenied("Only a provider may override a rule.")
            del self.fields["override"]

    @property
    def change_key(self) -> uuid.UUID:
        """The idempotency key of one choice on one page: the same click twice is one, another is another."""
        return uuid.uuid5(self.cleaned_data["key"], "-".join(map(str, filter(None, self.cleaned_data["at"]))))


class MovedForm(forms.Form):
    """A booked visit (its id) and the time that was chosen for it, to re-plan the others around."""

    move = forms.IntegerField(min_value=1, max_value=LARGEST_ID)
    at = ChosenField(max_length=30)


class WishesForm(CardForm):
    """When a patient likes to come, and to whom."""

    weekdays = forms.TypedMultipleChoiceField(
        label="Preferred days",
        coerce=int,
        widget=forms.CheckboxSelectMultiple(),
        error_messages={"required": "Choose at least one day."},
    )
    starts = forms.TypedChoiceField(label="Not before", coerce=int)
    ends = forms.TypedChoiceField(label="Done by", coerce=int)
    provider = forms.ModelChoiceField(
        Provider.objects.none(), label="Provider", required=False, empty_label="Whoever approved the plan"
    )

    def __init__(self, *args, user: User, patient: Patient, **kwargs):
        wishes = Wishes.objects.filter(patient=patient).first() or Wishes(patient=patient)
        open_days = patient.location.weekdays
        kwargs["initial"] = {
            "weekdays": [day for day in open_days if day in wishes.weekdays],
            "starts": wishes.starts,
            "ends": wishes.ends,
            "provider": wishes.provider_id,
        }
        super().__init__(*args, **kwargs)
        self.open_days = open_days
        self.fields["weekdays"].choices = [(day, WEEKDAYS[day]) for day in open_days]
        self.fields["starts"].choices = times(0, wishes.starts)
        self.fields["ends"].choices = times(DAY, wishes.ends)
        self.fields["provider"].queryset = providers_at(patient.location, user)

    def clean_weekdays(self) -> list[int]:
        """Keep all days of the week where every open one was chosen: then the patient minds none."""
        days = sorted(self.cleaned_data["weekdays"])
        return ANY_DAY if days == sorted(self.open_days) else days

    def clean(self):
        """Refuse hours that end before they start."""
        found = super().clean()
        if "starts" in found and "ends" in found and found["ends"] <= found["starts"]:
            self.add_error("ends", "The preferred hours end after they start.")
        return found


def times(whenever: int, kept: int) -> list[tuple[int, str]]:
    """The half hours one can choose from, with the one kept now."""
    known = sorted({*HALF_HOURS, kept} - {whenever})
    return [(whenever, "Any time"), *((minute, clock(minute)) for minute in known)]


def providers_at(location: Location, user: User):
    """The providers who work at a location the person may see."""
    return Provider.objects.visible_to(user).filter(shifts__location=location).distinct()


class ReasonForm(CardForm):
    """Why a visit is cancelled."""

    reason = TextField(
        label="Why",
        max_length=300,
        error_messages={"required": "Say why the visit is cancelled: ill, travelling, no longer wanted."},
    )


class CompleteForm(CardForm):
    """What was really given at a visit: the sessions treated, and why one was left out."""

    treated = forms.MultipleChoiceField(
        label="Treated",
        widget=forms.CheckboxSelectMultiple({"class": "form-check-input"}),
        required=False,
    )
    left_out = TextField(label="Why an area was left out", max_length=300, required=False)

    def __init__(self, *args, booking: Booking, **kwargs):
        super().__init__(*args, **kwargs)
        sessions = [(one.key, str(one.name)) for one in booking.sessions.all() if one.is_live]
        self.fields["treated"].choices = sessions
        self.fields["treated"].initial = [key for key, _ in sessions]

    def clean(self):
        """Ask why as soon as one is left out."""
        found = super().clean()
        left = len(self.fields["treated"].choices) - len(found.get("treated", []))
        if left and not found.get("left_out") and "left_out" not in self.errors:
            self.add_error("left_out", "Say why an area was left out.")
        return found


class ElsewhereForm(CardForm):
    """A treatment that another practice gave."""

    series = forms.ChoiceField(label="Treatment")
    date = forms.DateField(label="Given on", widget=DayInput())

    def __init__(self, *args, version: PlanVersion, today: datetime.date, **kwargs):
        super().__init__(*args, auto_id="elsewhere_%s", **kwargs)
        self.today, self.names = today, {one.key: one.name for one in version.series.all()}
        self.fields["series"].choices = [(key, str(name)) for key, name in self.names.items()]
        self.fields["date"].widget.attrs["max"] = today.isoformat()

    def clean_date(self) -> datetime.date:
        """Refuse a day that has not come."""
        day = self.cleaned_data["date"]
        if day > self.today:
            raise forms.ValidationError("What was given elsewhere lies in the past.", code="future")
        return day


class AskForm(forms.Form):
    """Which times are asked for: sessions of the plan (key:number, 0 a booster), a day, a provider's id.

    `event` is the id of the day a booster is wished for.
    """

    session = forms.MultipleChoiceField(required=False)
    day = forms.DateField(required=False)
    provider = forms.IntegerField(required=False, min_value=1, max_value=LONGEST_UNIT)
    event = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)

    def __init__(self, *args, sessions: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["session"].choices = sessions

    def clean_session(self) -> tuple[SessionId, ...]:
        """Read the sessions; one of a series at a time."""
        asked = [text.rsplit(":", 1) for text in self.cleaned_data["session"]]
        if len({key for key, _ in asked}) < len(asked):
            raise forms.ValidationError("Choose each treatment once: a visit gives one session of it.")
        return tuple((key, int(number)) for key, number in asked)

    @property
    def sessions(self) -> tuple[SessionId, ...]:
        """The sessions asked for, where they can be."""
        return self.cleaned_data.get("session") or ()

    @property
    def from_day(self) -> datetime.date | None:
        """From which day on times are shown, if one was asked for."""
        return self.cleaned_data.get("day")

    @property
    def named(self) -> dict[str, int]:
        """The provider asked for by name, if any."""
        provider = self.cleaned_data.get("provider")
        return {PROVIDER: provider} if provider else {}

    @property
    def query(self) -> tuple[tuple[str, str], ...]:
        """What stays the same from one day to the next."""
        sessions = (("session", f"{key}:{number}") for key, number in self.sessions)
        event = [("event", str(self.for_event))] if self.for_event else []
        return (*sessions, *event, *((kind, str(key)) for kind, key in self.named.items()))

    @property
    def for_event(self) -> int | None:
        """The day a booster is wished for, if one was carried along."""
        return self.cleaned_data.get("event")
