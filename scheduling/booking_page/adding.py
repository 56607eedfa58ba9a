"""What was given at a completed visit and is not on record: the form that adds it."""

from django import forms

from scheduling.actions.visits import not_recorded
from scheduling.booking_page.forms import CardForm
from scheduling.models import Booking


class AddForm(CardForm):
    """Which other sessions of a completed visit were treated; `given` are its standing treatments."""

    treated = forms.MultipleChoiceField(
        label="Treated",
        widget=forms.CheckboxSelectMultiple({"class": "form-check-input"}),
        error_messages={"required": "Choose what else was treated at this visit."},
    )

    def __init__(self, *args, booking: Booking, given, **kwargs):
        super().__init__(*args, auto_id="added_%s", **kwargs)
        self.fields["treated"].choices = [(one.key, str(one.name)) for one in not_recorded(booking, given)]
