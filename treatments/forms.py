"""Forms of the catalogue: what a provider may change, read in words and checked before it is saved."""

import re

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Field, Fieldset, Layout, Row
from django import forms

from clinic.text import TextField, validate_storable
from treatments import protocols
from treatments.citations import Citation
from treatments.durations import read_spoken, spoken
from treatments.flat import WINDOW, flatten
from treatments.labels import CHOICES, EVENT_PARTS, TOPIC_ORDER, WINDOW_PARTS, label, window_name
from treatments.models import Grade

LINE = re.compile(r"(R\d+): (.+)")
CLAIM = re.compile(r"\b(lift|lifts|lifting|guaranteed?|permanent(ly)?)\b", re.IGNORECASE)
BOOLEANS = ("numbing_in_chair", "dental_block")
HINTS = {
    "Interval": "In words: 90 days, 12 weeks, 3 months, 3 months 14 days.",
    "Interval, mild findings": "Only where mild findings have an interval of their own.",
    "After the series": "One empty taper stands at the end. Empty all four fields of the last to remove it.",
    "Before an event, last session": "Only where the last session needs more time than the others.",
}
WORDS = {"dose.unit": 10, "dose.note": 200}


class SearchForm(forms.Form):
    """What to look for in the catalogue."""

    q = TextField(label="Search", max_length=200, required=False)


class DurationInput(forms.CharField):
    """A duration typed in words: 90 days, 3 months 14 days."""

    def __init__(self, **kwargs):
        super().__init__(max_length=40, **kwargs)

    def prepare_value(self, value):
        """Show what is kept as P3M in words."""
        try:
            return spoken(value) if value else value
        except ValueError:
            return value

    def to_python(self, value):
        """Turn the words into what is kept."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            return read_spoken(text)
        except ValueError as problem:
            raise forms.ValidationError(str(problem), code="duration") from problem


class ExpectationLines(forms.CharField):
    """Sentences for patients, one a line, each after the rule it rests on: R28: Some find …"""

    widget = forms.Textarea

    def prepare_value(self, value):
        """Write the sentences as lines."""
        if isinstance(value, tuple):
            return "\n".join(f"{each.rule}: {each.text}" for each in value)
        return value

    def to_python(self, value):
        """Read the lines, and refuse a claim that no treatment here may make (R31, R51)."""
        text = super().to_python(value)
        validate_storable(text)
        found = []
        for number, line in enumerate(filter(str.strip, (text or "").splitlines()), start=1):
            match = LINE.fullmatch(line.strip())
            if match is None:
                raise forms.ValidationError(f"Line {number}: write the rule, a colon, the words. R28: Some …")
            if claim := CLAIM.search(match[2]):
                raise forms.ValidationError(
                    f"Line {number}: “{claim[0]}” promises what cannot be promised (R31, R51). Leave it out."
                )
            if len(match[2]) > 300:
                raise forms.ValidationError(f"Line {number}: keep a sentence under 300 characters.")
            if number > 12:
                raise forms.ValidationError("Keep to 12 sentences: nobody reads more.")
            found.append(protocols.Expectation(match[1], match[2]))
        return tuple(found)


class ProtocolForm(forms.Form):
    """Every value of a protocol by its dotted name; `changes` gives those that differ from the record."""

    expectations = ExpectationLines(
        required=False, label="Words for patients", widget=forms.Textarea(attrs={"rows": 5})
    )
    grade = forms.ChoiceField(
        choices=Grade, initial=Grade.PRACTICE, label="Grade of what you changed", required=False
    )
    source = TextField(
        max_length=600,
        required=False,
        label="Source of what you changed",
        help_text="Empty: this practice, in your name.",
    )
    reason = TextField(
        max_length=300,
        required=False,
        label="Reason",
        help_text="Needed where you cross a practice rule (S) or a label (A). It stands in the history.",
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, record: protocols.Protocol, number: int):
        self.before = flatten(record) | spare_step(record)
        self.record = record
        # A dose of 30 is kept as 30.0, which nobody would type.
        tidy = {name: f"{value:g}" for name, value in self.before.items() if isinstance(value, float)}
        initial = self.before | tidy | {"expectations": record.expectations, "seen": number}
        super().__init__(data, initial=initial)
        for name in self.before:
            self.fields[name] = field_for(name)
        self.order_fields([*self.before, "expectations", "grade", "source", "reason", "seen"])
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = protocol_layout(self)

    def changes(self) -> dict:
        """Give the values that are no longer what the record says, by dotted name."""
        values = {name: self.cleaned_data.get(name) for name in self.before}
        found = {name: value for name, value in values.items() if differs(value, self.before[name])}
        if self.cleaned_data["expectations"] != self.record.expectations:
            found["expectations"] = self.cleaned_data["expectations"]
        return found

    def citation(self) -> Citation | None:
        """Give the source the editor named, or None for the practice itself."""
        text = self.cleaned_data["source"]
        return Citation(self.cleaned_data["grade"] or Grade.PRACTICE, text) if text else None


class DraftForm(ProtocolForm):
    """The values of a protocol as a draft has them; `changes` gives those that differ from the record."""

    def __init__(self, data=None, *, record: protocols.Protocol, number: int, drafted: dict | None = None):
        super().__init__(data, record=record, number=number)
        self.initial |= drafted or {}
        self.fields["reason"].required = True
        self.fields["reason"].help_text = "Always needed. It stands in the history once the change is signed."


def spare_step(record: protocols.Protocol) -> dict[str, None]:
    """Leave room for one more interval after the series."""
    return dict.fromkeys(f"taper.{len(record.taper) + 1}.{part}" for part in WINDOW)


def differs(value, before) -> bool:
    """Tell a real change from an empty field that was empty before."""
    return value != before and not (value in (None, "") and before in (None, ""))


def field_for(name: str) -> forms.Field:
    """Make the form field of one value."""
    group, _, part = name.partition(".")
    words = label(name).name
    if name in CHOICES:
        return forms.ChoiceField(choices=list(CHOICES[name].items()), label=words)
    if name in BOOLEANS:
        return forms.BooleanField(label=words, required=False)
    if name in WORDS:
        return TextField(max_length=WORDS[name], label=words, required=False)
    if name == "only_with":
        return TextField(max_length=82, label=words, required=False, help_text="Its key: mesobotox.cheeks")
    if group in ("window", "window_mild", "taper"):
        part = part.rpartition(".")[2]
        return DurationInput(label=WINDOW_PARTS[part].capitalize(), required=group == "window")
    if name == "taper_step":
        return DurationInput(label=words, required=False)
    if group == "dose":
        return forms.FloatField(label=words, min_value=0, max_value=10000, required=False)
    if group in ("event", "event_last"):
        words = f"{EVENT_PARTS[part].capitalize()} … days"
    if group == "recovery":
        words = f"{words} … days"
    optional = name in ("sessions.maximum", "event.ideal") or group == "event_last"
    return forms.IntegerField(label=words, min_value=0, max_value=3650, required=not optional)


def protocol_layout(form: ProtocolForm) -> Layout:
    """Put the fields under their headings in the order of the protocol's page, each window on one row."""
    sections = []
    for topic in TOPIC_ORDER:
        rows: dict[str, list[str]] = {}
        for name in form.before:
            if label(name).topic == topic:
                window = name.rpartition(".")[0]
                rows.setdefault(window if window.startswith("taper.") else "", []).append(name)
        sections.append(Fieldset(topic, *hints(topic), *(row(*each) for each in rows.items())))
    why = Fieldset(
        "Source and reason",
        Row(Column("grade", css_class="col-md-4"), Column("source", css_class="col-md-8"), css_class="g-3"),
        "reason",
    )
    return Layout(*sections, Fieldset("Words for patients", "expectations"), why, Field("seen"))


def row(window: str, names: list[str]) -> Row | Fieldset:
    """Put fields beside each other; an interval of the taper stands under its own name."""
    cells = Row(*(cell(name) for name in names), css_class="g-3")
    return Fieldset(window_name(window), cells, css_class="step") if window else cells


def hints(topic: str) -> list:
    """Say above a group of fields what it takes, where it is not plain."""
    text = HINTS.get(topic)
    return [HTML(f'<p class="sub">{text}</p>')] if text else []


def cell(name: str) -> Column:
    """Give a field its share of the row."""
    if name in ("dose.note", "only_with", "offered", "maintenance", "taper_step"):
        return Column(name, css_class="col-md-6")
    if name in ("target_cost", "weight") or name.startswith("recovery."):
        return Column(name, css_class="col-6 col-md-4")
    return Column(name, css_class="col-6 col-md" if name.startswith("sessions.") else "col-6 col-md-3")


class RuleForm(forms.Form):
    """The days, level and words of a cross-treatment rule."""

    level = forms.ChoiceField(choices=list(CHOICES["level"].items()))
    stop_days = forms.IntegerField(label="Stopped below … days", min_value=0, max_value=3650)
    clear_days = forms.IntegerField(label="Clear from … days", min_value=0, max_value=3650)
    same_visit = forms.BooleanField(label="Both may share a visit", required=False)
    same_area = forms.BooleanField(label="Only where the areas overlap", required=False)
    planned = forms.BooleanField(label="The planner keeps these days", required=False)
    text = TextField(label="In words", max_length=300)
    reason = TextField(max_length=300)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, record: protocols.SeparationRule, number: int):
        names = ("level", "stop_days", "clear_days", "same_visit", "same_area", "planned", "text")
        initial = {name: getattr(record, name) for name in names}
        super().__init__(data, initial=initial | {"seen": number})
        self.record, self.names = record, names
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self):
        """Refuse days that run backwards."""
        values = super().clean()
        stop, clear = values.get("stop_days"), values.get("clear_days")
        if stop is not None and clear is not None and clear < stop:
            self.add_error("clear_days", f"It is clear from {stop} days at the earliest.")
        return values

    def changes(self) -> dict:
        """Give the values that are no longer what the record says."""
        return {
            name: self.cleaned_data[name]
            for name in self.names
            if self.cleaned_data[name] != getattr(self.record, name)
        }


class SettingForm(forms.Form):
    """A setting's value and why it is changed."""

    value = forms.IntegerField(min_value=0, max_value=100000)
    reason = TextField(max_length=300)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, record: protocols.Setting, number: int):
        super().__init__(data, initial={"value": record.value, "seen": number})
        self.helper = FormHelper()
        self.helper.form_tag = False

    def changes(self) -> dict:
        """Give the new value."""
        return {"value": self.cleaned_data["value"]}
