"""A person who signs in."""

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from clinic.models.location import Location


class UserManager(BaseUserManager["User"]):
    """Makes accounts; the e-mail address is the sign-in name."""

    def create_user(self, email: str, password: str | None = None, **fields):
        """Save an account; without a password it can sign in only by reset link or e-mail code."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields):
        """Save an account that may do everything, for `manage.py createsuperuser`."""
        fields = {"role": User.Role.MANAGER, "is_staff": True, "is_superuser": True} | fields
        return self.create_user(email, password, **fields)

    def get_by_natural_key(self, email):
        """Find an account whatever the case its address is typed in."""
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in; of the staff in the role they work in now, of those they hold at locations.

    `role` decides alone what they may do and, with it, where: who is a provider at one location and a
    coordinator at another sees the one as a provider, and the other after changing roles.
    """

    class Role(models.TextChoices):
        COORDINATOR = "coordinator", "Coordinator"
        PROVIDER = "provider", "Provider"
        PATIENT = "patient", "Patient"
        MANAGER = "manager", "Manager"

    email = models.EmailField("e-mail", max_length=254, unique=True)
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=12, choices=Role)
    is_active = models.BooleanField("may sign in", default=True)
    is_staff = models.BooleanField("administers this software", default=False)
    joined = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message="Another account already uses this e-mail address.",
            ),
            models.CheckConstraint(
                condition=Q(role__in=["coordinator", "provider", "patient", "manager"]),
                name="user_role_known",
                violation_error_message="Choose coordinator, provider, patient or manager.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="user_name_given",
                violation_error_message="Enter the person's name.",
            ),
        ]

    def __str__(self):
        return self.name

    def get_full_name(self):
        """Give the whole name, as Django's password rules ask for it."""
        return self.name

    @property
    def works_here(self) -> bool:
        """Whether the person is staff rather than a patient."""
        return self.role != self.Role.PATIENT

    @property
    def session_limits(self) -> tuple[int, int]:
        """Seconds without a request, and in all, after which they have to sign in again."""
        kind = "staff" if self.works_here else "patient"
        return settings.SESSION_IDLE_SECONDS[kind], settings.SESSION_LONGEST_SECONDS[kind]

    @property
    def locations(self):
        """The set of locations at which they hold the role they work in now."""
        return Location.objects.filter(staff_roles__user=self, staff_roles__role=self.role)

    def other_roles(self) -> list[str]:
        """Name the roles they hold somewhere besides the one they work in now."""
        return sorted({one.role for one in self.staff_roles.exclude(role=self.role)})


def display_name(user: User) -> str:
    """Name the account in messages and mail."""
    return user.name
