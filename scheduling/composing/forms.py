"""The composer's fields. They check one value each; what belongs together the intake's reader checks."""

from collections.abc import Mapping

from crispy_forms.helper import FormHelper
from django import forms

from clinic.text import TextField
from scheduling.composing.starting import KEPT
from scheduling.composing.words import AS_NOW, PREFERENCES, ROUNDS, WEEKDAYS, finding_name
from scheduling.naming import names_of
from treatments.protocols import Library

HORIZONS = {12: "1 year", 18: "18 months", 24: "2 years", 36: "3 years"}
LONGEST_REASON = 300


class DayInput(forms.DateInput):
    """A browser's own date field."""

    input_type = "date"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m-%d", **kwargs)


class BareForm(forms.Form):
    """A part of the composer's one form: crispy draws its fields, the page draws the form."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


class WishForm(BareForm):
    """Everything but the lists: when, how, what else is known about the patient."""

    start = forms.DateField(label="Start", widget=DayInput())
    horizon_months = forms.TypedChoiceField(label="Look ahead", coerce=int, initial=18)
    weekdays = forms.TypedMultipleChoiceField(
        label="Days the patient can come",
        coerce=int,
        widget=forms.CheckboxSelectMultiple(),
        error_messages={"required": "Choose at least one weekday."},
    )
    preference = forms.ChoiceField(
        choices=[(key, words[0]) for key, words in PREFERENCES.items()], required=False
    )
    rounds = forms.ChoiceField(choices=[(key, words[0]) for key, words in ROUNDS.items()], required=False)
    findings = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple(), required=False)
    stretch_series = forms.ChoiceField(label="Space out", required=False)
    stretch_reason = forms.ChoiceField(
        label="Because of", choices=[("cost", "Cost"), ("time", "Time")], required=False
    )
    fading_observed = forms.BooleanField(label="Lines have been seen fading", required=False)
    reason = TextField(label="Why this change", max_length=LONGEST_REASON, required=False)

    def __init__(self, *args, library: Library, open_days: list[int], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["weekdays"].choices = [(day, WEEKDAYS[day]) for day in open_days]
        if self.initial.get("rounds") == KEPT:
            self.fields["rounds"].choices = [*self.fields["rounds"].choices, (KEPT, AS_NOW[0])]
        botox = [key for key in library.protocols if key.startswith("botox.")]
        named = names_of(botox, library)
        known = dict.fromkeys((*library.finding_keys(), *self.initial.get("findings", ())))
        self.fields["findings"].choices = [(key, finding_name(key)) for key in known]
        self.fields["stretch_series"].choices = [
            ("", "Nothing: keep the regular rhythm"),
            *((key, str(name)) for key, name in named.items()),
        ]
        months = self.initial.get("horizon_months", 18)
        self.fields["horizon_months"].choices = [
            (number, HORIZONS.get(number, f"{number} months")) for number in sorted({months, *HORIZONS})
        ]


class RowForm(BareForm):
    """A row of a list: left empty, or emptied, it is not there."""

    def __init__(self, *args, drafts: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.empty_permitted, self.drafts = True, drafts

    def has_changed(self):
        """Whether anything stands in the row, whatever stood there before; all of it, where drafts wait."""
        filled = [self[name].data not in (None, "") for name in self.fields]
        return all(filled) if self.drafts else any(filled)


class EventForm(RowForm):
    """An event the patient wants to be at ease on."""

    name = TextField(label="Event", max_length=100)
    date = forms.DateField(label="On", widget=DayInput())

    def __init__(self, *args, notes: Mapping[str, str] | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.notes = notes or {}

    @property
    def note(self) -> str:
        """When the patient told about the day that stands in the row; nothing for another one."""
        return self.notes.get(str(self["date"].value() or ""), "")


class AwayForm(RowForm):
    """Days the patient cannot come, both ends included."""

    first = forms.DateField(label="Away from", widget=DayInput())
    last = forms.DateField(label="until", widget=DayInput())

    def clean(self):
        """Refuse an end before its beginning."""
        found = super().clean()
        first, last = found.get("first"), found.get("last")
        if first and last and last < first:
            self.add_error(
                "last", f"The last day lies before the first, {first:%a} {first.day} {first:%b %Y}."
            )
        return found


class PastForm(RowForm):
    """A treatment the patient has had, here or elsewhere."""

    what = forms.ChoiceField(label="Treatment")
    date = forms.DateField(label="Given on", widget=DayInput())

    def __init__(self, *args, library: Library, **kwargs):
        super().__init__(*args, **kwargs)
        named = names_of(library.protocols, library)
        kept = self.initial.get("what", "")
        known = {kept: kept} | {key: str(name) for key, name in named.items()}
        self.fields["what"].choices = [("", ""), *((key, words) for key, words in known.items() if key)]


def rows_of(form: type[forms.Form], most: int):
    """A list of such rows; nothing is required of an empty one."""
    return forms.formset_factory(form, extra=1, max_num=most, absolute_max=most + 50, validate_max=True)


MOST_ROWS = {"events": 12, "away": 30, "history": 100}
EventRows = rows_of(EventForm, MOST_ROWS["events"])
AwayRows = rows_of(AwayForm, MOST_ROWS["away"])
PastRows = rows_of(PastForm, MOST_ROWS["history"])
