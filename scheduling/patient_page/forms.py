"""The forms of patients' pages: each checks what was entered."""

import datetime
from typing import Any

from django import forms

from clinic.models import Patient, User
from clinic.text import TextField
from scheduling.booking_page.forms import CardForm, ChosenField, WishesForm
from scheduling.composing.forms import DayInput
from scheduling.models import CheckIn, Question, Wishes

FARTHEST = datetime.timedelta(days=3 * 366)


class EventForm(CardForm):
    """A day that matters to the patient."""

    name = TextField(
        label="What is it?",
        max_length=80,
        widget=forms.TextInput({"placeholder": "For example: wedding"}),
        error_messages={"required": "Give the day a name, for example: wedding."},
    )
    date = forms.DateField(
        label="When?", widget=DayInput(), error_messages={"required": "Choose the day of your event."}
    )

    def __init__(self, *args, today: datetime.date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["date"].widget.attrs |= {"min": today.isoformat()}

    def clean_date(self) -> datetime.date:
        """Refuse a day that has passed, and one nobody plans for."""
        day = self.cleaned_data["date"]
        if day < self.today:
            raise forms.ValidationError("Choose a day that is still to come.", code="past")
        if day > self.today + FARTHEST:
            raise forms.ValidationError("Choose a day within the next three years.", code="far")
        return day


class BoosterForm(forms.Form):
    """Of which series an extra treatment is wished, by its key."""

    series = forms.CharField(max_length=82)


class QuestionForm(CardForm):
    """A question to the doctor."""

    topic = forms.ChoiceField(label="About", choices=Question.Topic.choices, initial=Question.Topic.OTHER)
    text = TextField(
        label="Your question",
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": "Write your question."},
    )


class AnswerForm(CardForm):
    """The practice's answer to a question."""

    text = TextField(
        label="Answer",
        max_length=4000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Write the answer."},
    )


class SmileForm(forms.Form):
    """The first answer of a check-in."""

    smile = forms.ChoiceField(choices=CheckIn.Smile.choices)


class CheckInForm(SmileForm):
    """Both answers of a check-in."""

    fading = forms.ChoiceField(choices=CheckIn.Fading.choices)


class ChosenForm(forms.Form):
    """A time that was chosen, to see what it would do."""

    at = ChosenField(max_length=30)


class DayForm(forms.Form):
    """From which day on times are shown."""

    day = forms.DateField(required=False)


class PreferencesForm(WishesForm):
    """A patient's own wishes, and whether they want to be reminded."""

    reminders = forms.ChoiceField(
        label="Reminders of your visits", choices=Wishes.Reminders.choices, widget=forms.RadioSelect()
    )

    def __init__(self, *args: Any, user: User, patient: Patient, **kwargs: Any):
        super().__init__(*args, user=user, patient=patient, **kwargs)
        kept = Wishes.objects.filter(patient=patient).values_list("reminders", flat=True).first()
        self.initial["reminders"] = kept or Wishes.Reminders.EMAIL
        self.fields["provider"].empty_label = "Whoever signed my plan"
