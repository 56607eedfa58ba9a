"""Forms of the managers' pages about people and logs."""

import datetime

from crispy_forms.helper import FormHelper
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from clinic.models import Location, User
from clinic.models.location import FIRST_YEAR, LAST_YEAR
from clinic.people import in_words
from clinic.text import TextField

NO_DAY = f"Choose a day between {FIRST_YEAR} and {LAST_YEAR}."
STAFF_ROLES = [choice for choice in User.Role.choices if choice[0] != User.Role.PATIENT]


class ManageForm(forms.Form):
    """A form on a card: crispy draws its fields, the page draws the form."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


class OwnLocations(forms.ModelMultipleChoiceField):
    """Boxes for the locations of the manager alone."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs):
        super().__init__(Location.objects.none(), **kwargs)


class PeopleFilter(ManageForm):
    """Whom to list."""

    q = TextField(label="Name or e-mail", max_length=200, required=False)
    role = forms.ChoiceField(choices=[("", "Every role"), *User.Role.choices], required=False)
    location = forms.ModelChoiceField(Location.objects.none(), required=False, empty_label="All yours")
    state = forms.ChoiceField(
        label="May sign in",
        choices=[("", "All"), ("active", "Active"), ("ended", "Ended")],
        required=False,
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["location"].queryset = Location.objects.visible_to(user)


class WorkForm(ManageForm):
    """What somebody of the staff is at each of the manager's locations, and `seen`: what was shown of it."""

    seen = forms.CharField(
        widget=forms.HiddenInput,
        error_messages={"required": "Open this page again: it came back incomplete."},
    )

    def __init__(self, *args, user, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.places = list(Location.objects.visible_to(user))
        held = [(one.location, one.role) for one in person.staff_roles.all() if one.location in self.places]
        self.fields["seen"].initial = ", ".join(in_words(held))
        for place in self.places:
            self.fields[f"at_{place.pk}"] = forms.MultipleChoiceField(
                label=f"At {place.name}",
                choices=STAFF_ROLES,
                widget=forms.CheckboxSelectMultiple,
                required=False,
                initial=[role for at, role in held if at == place],
            )

    def roles(self) -> set[tuple[Location, str]]:
        """Give the chosen roles, each with its location."""
        return {(place, role) for place in self.places for role in self.cleaned_data[f"at_{place.pk}"]}

    def shown(self) -> list[str]:
        """Give the roles that were shown when the page was opened."""
        return self.cleaned_data["seen"].split(", ")


class InviteStaffForm(ManageForm):
    """Whom to invite to work here, where and as what."""

    name = TextField(max_length=100)
    email = forms.EmailField(label="E-mail", max_length=254)
    role = forms.ChoiceField(choices=STAFF_ROLES)
    locations = OwnLocations()

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["locations"].queryset = Location.objects.visible_to(user)


class AuditFilter(ManageForm):
    """Which entries of the audit to show."""

    person = forms.ModelChoiceField(User.objects.none(), required=False, empty_label="Everybody")
    patient = TextField(label="Patient's name", max_length=100, required=False)
    action = forms.ChoiceField(required=False)
    day = forms.DateField(
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[
            MinValueValidator(datetime.date(FIRST_YEAR, 1, 1), NO_DAY),
            MaxValueValidator(datetime.date(LAST_YEAR, 12, 31), NO_DAY),
        ],
    )

    def __init__(self, *args, people, actions=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people
        self.fields["action"].choices = [("", "Everything"), *actions]


class AccessFilter(AuditFilter):
    """Which entries of the access log to show."""

    action = None
    field_order = ["person", "patient", "day"]

    def __init__(self, *args, people, **kwargs):
        ManageForm.__init__(self, *args, **kwargs)
        self.fields["person"].queryset = people
