"""Forms of the clinic's own pages."""

from allauth.account.forms import LoginForm, ReauthenticateForm, RequestLoginCodeForm, ResetPasswordForm
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.utils import timezone
from django.utils.html import format_html

from clinic.models import Location, Patient
from clinic.models.patient import EARLIEST_BIRTH
from clinic.text import TextField


class SignInForm(LoginForm):
    """django-allauth's sign-in, in our words: a label says what to enter, a placeholder would repeat it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "E-mail"
        for name in ("login", "password"):
            self.fields[name].widget.attrs.pop("placeholder", None)


class StillYouForm(ReauthenticateForm):
    """django-allauth's question for the password before what is signed: it is all the page asks for."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["password"].widget.attrs["autofocus"] = True


class CodeForm(RequestLoginCodeForm):
    """django-allauth's question where to send a code, in our words."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        in_our_words(self.fields["email"])


class ForgottenForm(ResetPasswordForm):
    """django-allauth's question where to send the link to a new password, in our words."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        in_our_words(self.fields["email"])


def in_our_words(email: forms.Field) -> None:
    """Label an address as everywhere else."""
    email.label = "E-mail"
    email.widget.attrs.pop("placeholder", None)


class SearchForm(forms.Form):
    """What to look for in a list."""

    q = TextField(label="Search", max_length=200, required=False)


class RoleForm(forms.Form):
    """Which of one's roles to work in."""

    role = forms.ChoiceField()

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        held = user.staff_roles.order_by("role").values_list("role", flat=True).distinct()
        self.fields["role"].choices = [(one, one) for one in held]


class PatientForm(forms.ModelForm):
    """A patient's identity, for registering and editing.

    Where they come to is asked once: afterwards their visits and plans belong there, and moving them is a
    page of its own, at `transfer`.
    """

    first_name = TextField(max_length=100)
    last_name = TextField(max_length=100)
    birth_date = forms.DateField(
        label="Date of birth", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    email = forms.EmailField(label="E-mail", max_length=254, required=False)
    phone = TextField(max_length=30, required=False, widget=forms.TextInput(attrs={"type": "tel"}))

    class Meta:
        model = Patient
        fields = ["first_name", "last_name", "birth_date", "email", "phone", "location"]

    def __init__(self, *args, user, transfer: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.transfer, rows = transfer, ["email"]
        if self.instance.pk:
            del self.fields["location"]
        else:
            own = Location.objects.visible_to(user)
            self.fields["location"] = forms.ModelChoiceField(own, empty_label=None)
            rows.append("location")
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            Row(Column("first_name", css_class="col-sm-6"), Column("last_name", css_class="col-sm-6")),
            Row(Column("birth_date", css_class="col-sm-6"), Column("phone", css_class="col-sm-6")),
            *rows,
        )

    def clean_birth_date(self):
        """Refuse a day that has not come, or that lies before anyone now living."""
        born = self.cleaned_data["birth_date"]
        if not EARLIEST_BIRTH <= born <= timezone.localdate():
            raise forms.ValidationError("Enter a day between 1 January 1900 and today.", code="range")
        return born

    def clean(self):
        """Refuse another location, with the way to the page that moves the patient's visits as well."""
        found = super().clean()
        asked = self.data.get("location")
        if self.instance.pk and asked and asked != str(self.instance.location_id):
            text = "Moving a patient to another location concerns their visits, so it is a page of its own:"
            link = format_html('{} <a href="{}">move to another location</a>.', text, self.transfer)
            self.add_error(None, forms.ValidationError(link, code="transfer"))
        return found
