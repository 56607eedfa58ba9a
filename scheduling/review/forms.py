"""The forms of a provider's word: each checks what was entered; the actions decide whether it can be done."""

from django import forms

from clinic.text import TextField
from scheduling.booking_page.forms import VersionForm
from scheduling.composing.words import OUTCOMES

REASON = 130  # what fits into a signature's meaning beside its own words and the rules


class WordForm(VersionForm):
    """The version that was read, and where to go on: a plan's id, or nothing outside the queue."""

    queue = forms.BooleanField(required=False, widget=forms.HiddenInput)
    next = forms.IntegerField(required=False, min_value=1, max_value=10**17, widget=forms.HiddenInput)


class SignForm(WordForm):
    """A signature, with the reason where it sets a rule aside."""

    override = TextField(label="Reason", max_length=REASON, required=False)


class DeclineForm(WordForm):
    """A plan sent back."""

    because = TextField(
        label="What should change",
        max_length=300,
        error_messages={"required": "Say what should change, so that it can be adjusted."},
    )


class DiscussForm(WordForm):
    """What a discussion with the patient came to."""

    topic = forms.CharField(max_length=100)
    outcome = forms.ChoiceField(
        choices=[(value, name) for value, name in OUTCOMES.items() if value],
        error_messages={"required": "Choose what the discussion came to."},
    )
    reason = TextField(max_length=300, required=False)
