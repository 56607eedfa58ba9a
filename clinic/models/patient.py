"""A person who is treated."""

import datetime

from django.db import models
from django.db.models import Q

from clinic.text import fold, validate_storable

EARLIEST_BIRTH = datetime.date(1900, 1, 1)


class SearchText(models.TextField):
    """A column that holds what search looks through, rewritten at every save and bulk save."""

    def pre_save(self, model_instance, add):
        """Fold the patient's own words anew, so the column can never be stale."""
        text = model_instance.search_words()
        setattr(model_instance, self.attname, text)
        return text


class PatientQuerySet(models.QuerySet["Patient"]):
    """Sets of patients."""

    def visible_to(self, user):
        """Keep the patients of the person's locations; for a patient, only their own record."""
        if user.works_here:
            return self.filter(location__in=user.locations.all())
        return self.filter(user=user)

    def search(self, text: str):
        """Keep those in whom every word of the text is found: names, e-mail, phone or date of birth."""
        found = self
        for word in fold(text).split():
            found = found.filter(search_text__contains=word)
        return found

    def with_details(self):
        """Bring the location along, as every list names it."""
        return self.select_related("location")


class Patient(models.Model):
    """A person who is treated at one location, with or without an account of their own."""

    first_name = models.CharField(max_length=100, validators=[validate_storable])
    last_name = models.CharField(max_length=100, validators=[validate_storable])
    birth_date = models.DateField("date of birth")
    email = models.EmailField("e-mail", max_length=254, blank=True)
    phone = models.CharField(max_length=30, blank=True, validators=[validate_storable])
    location = models.ForeignKey("clinic.Location", on_delete=models.PROTECT, related_name="patients")
    user = models.OneToOneField(
        "clinic.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="patient"
    )
    search_text = SearchText(editable=False)

    objects = PatientQuerySet.as_manager()

    class Meta:
        ordering = ["last_name", "first_name", "pk"]
        indexes = [models.Index(fields=["location", "last_name", "first_name"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(first_name="") & ~Q(last_name=""),
                name="patient_named",
                violation_error_message="A patient needs a first and a last name.",
            ),
            models.CheckConstraint(
                condition=Q(birth_date__gte=EARLIEST_BIRTH),
                name="patient_born_after_1900",
                violation_error_message="The date of birth must be 1 January 1900 or later.",
            ),
        ]

    def __str__(self):
        return self.full_name

    @property
    def full_name(self) -> str:
        """First and last name, as spoken."""
        return f"{self.first_name} {self.last_name}"

    def search_words(self) -> str:
        """Give the folded words search compares, the date of birth both as 1985-03-14 and 14 march 1985."""
        born = self.birth_date
        if isinstance(born, str):
            born = datetime.date.fromisoformat(born)
        digits = "".join(filter(str.isdigit, self.phone))
        dates = f"{born.isoformat()} {born.day} {born:%B %Y}"
        return fold(f"{self.first_name} {self.last_name} {self.email} {digits} {dates}")
