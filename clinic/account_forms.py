"""Forms of invitations and sessions."""

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password

from clinic.models import Invitation, User


class InvitePatientForm(forms.Form):
    """Where a patient's link is sent."""

    email = forms.EmailField(
        label="E-mail", max_length=254, help_text="Ask the patient: whoever reads it can open their plan."
    )


class AcceptForm(forms.Form):
    """The password of the account that an invitation makes."""

    password = forms.CharField(
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args, invitation: Invitation, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = User(email=invitation.email, name=invitation.name)
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean_password(self):
        """Refuse a password that is short, common, or like the person's name or address."""
        password = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password


class SessionForm(forms.Form):
    """Which session to end."""

    session = forms.IntegerField(min_value=1, max_value=2**31 - 1)
