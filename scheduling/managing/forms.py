"""The forms of places and providers."""

import zoneinfo
from collections import defaultdict

from django import forms
from django.core.validators import validate_slug
from django.utils.text import slugify

from clinic.models import Location
from clinic.models.hours import NAMES
from clinic.models.location import GRIDS, MOST_NOTICE, MOST_REMINDER, monday_to_friday, validate_phone
from clinic.text import TextField
from scheduling.booking_page.forms import CardForm
from scheduling.composing.forms import DayInput
from scheduling.managing.hours import WRONG, HoursField, span_of, written
from treatments.models import TreatmentType

FACTS = ("name", "address", "phone", "time_zone", "grid", "notice_hours", "reminder_days")
USUAL_HOURS = {day: [(9 * 60, 17 * 60)] for day in monday_to_friday()}


class FactsForm(CardForm):
    """What a location is called, where it is, how it is called, its clock, and its word on notice."""

    name = TextField(max_length=100)
    address = TextField(max_length=200, required=False)
    phone = TextField(
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel"}),
        validators=[validate_phone],
        help_text="Patients read it wherever they are asked to call.",
    )
    time_zone = forms.ChoiceField(label="Time zone")
    grid = forms.TypedChoiceField(
        label="Times offered every", coerce=int, choices=[(one, f"{one} minutes") for one in GRIDS]
    )
    notice_hours = forms.IntegerField(
        label="Hours of notice",
        min_value=1,
        max_value=MOST_NOTICE,
        help_text="Until then patients move a visit themselves; later they call. 24 is a day, 48 two.",
    )
    reminder_days = forms.IntegerField(
        label="Days before a visit that its reminder goes out", min_value=1, max_value=MOST_REMINDER
    )

    def __init__(self, *args, location: Location, **kwargs):
        super().__init__(*args, initial={name: getattr(location, name) for name in FACTS}, **kwargs)
        zones = sorted(one for one in zoneinfo.available_timezones() if "/" in one or one == "UTC")
        self.fields["time_zone"].choices = [(one, one) for one in sorted({*zones, location.time_zone})]


class OpeningForm(FactsForm):
    """What is asked of a new location beside its hours."""

    slug = TextField(
        label="Short name",
        max_length=50,
        required=False,
        validators=[validate_slug],
        help_text="For files and addresses, such as park-street. Empty: made from the name.",
    )
    field_order = ["name", "slug"]

    def clean(self):
        """Make the short name from the name where none was given."""
        found = super().clean()
        if "name" in found and "slug" in found:
            found["slug"] = found["slug"] or slugify(found["name"])[:50]
            if not found["slug"]:
                text = "None can be made of this name: give one in letters a to z, digits and hyphens."
                self.add_error("slug", forms.ValidationError(text, code="slug"))
        return found


class HoursForm(CardForm):
    """The opening hours of a week, a day a line; a location not opened yet begins with the usual ones."""

    def __init__(self, *args, location: Location, **kwargs):
        super().__init__(*args, **kwargs)
        spans = defaultdict(list, {} if location.pk else USUAL_HOURS)
        for row in location.hours.all() if location.pk else ():
            spans[row.weekday].append((row.opens, row.closes))
        for number, name in enumerate(NAMES, 1):
            field = HoursField(label=name, initial=written(spans[number]))
            field.widget.attrs["placeholder"] = "Closed"
            self.fields[f"day_{number}"] = field

    def hours(self) -> list[tuple[int, int, int]]:
        """Give the hours as (weekday, opens, closes)."""
        days = range(1, 8)
        return [(day, start, end) for day in days for start, end in self.cleaned_data[f"day_{day}"]]


class ClosureForm(CardForm):
    """Days on which a location is shut."""

    first = forms.DateField(label="First closed day", widget=DayInput())
    last = forms.DateField(label="Last closed day", widget=DayInput())
    reason = TextField(max_length=100, help_text="Holiday, moving house, training.")


class ThingForm(CardForm):
    """Another room or device."""

    kind = forms.ChoiceField(choices=[("room", "Room"), ("device", "Device")])
    name = TextField(max_length=60)


class TreatmentsField(forms.ModelMultipleChoiceField):
    """Boxes for the treatments; its value is their keys."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs):
        super().__init__(TreatmentType.objects.all(), to_field_name="key", required=False, **kwargs)

    def clean(self, value):
        """Give the keys of the chosen treatments."""
        return [one.key for one in super().clean(value)]


class EquipmentForm(CardForm):
    """A room or device, and which treatments it serves."""

    name = TextField(max_length=60)
    position = forms.IntegerField(label="Place in lists", min_value=0, max_value=999)
    is_active = forms.BooleanField(label="Can be booked", required=False)
    treatments = TreatmentsField(label="Serves")


class ProviderForm(CardForm):
    """What patients read of a provider, and what they may give."""

    printed_name = TextField(label="Printed name", max_length=100)
    title = TextField(max_length=100, required=False)
    treatments = TreatmentsField(label="May give")


class ShiftForm(CardForm):
    """Weekly working hours of a provider on some weekdays."""

    location = forms.ModelChoiceField(Location.objects.none(), empty_label=None)
    weekdays = forms.TypedMultipleChoiceField(
        choices=list(enumerate(NAMES, 1)), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    hours = TextField(max_length=40, help_text="From when to when: 09:00 to 17:00.")
    first = forms.DateField(label="First day", widget=DayInput())
    last = forms.DateField(
        label="Last day", widget=DayInput(), required=False, help_text="Empty: until ended."
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["location"].queryset = Location.objects.visible_to(user)

    def clean_hours(self):
        """Read the hours of a day."""
        if "," in self.cleaned_data["hours"]:
            raise forms.ValidationError(WRONG, code="hours")
        return span_of(self.cleaned_data["hours"])


class LastDayForm(CardForm):
    """The last day of a shift."""

    last = forms.DateField(label="Last day", widget=DayInput())
