"""Facts of a location: its notice in words, its number as it is dialled, and names that are its own."""

import pytest
from django.core.exceptions import ValidationError
from django.db.models.signals import pre_save

from clinic.actions.locations import edit_location, open_location
from clinic.models import AuditEntry, Location
from clinic.models.clock import hours_in_words


@pytest.mark.parametrize(
    ("hours", "words"),
    [(1, "1 hour"), (24, "24 hours"), (36, "36 hours"), (48, "2 days"), (50, "50 hours"), (336, "14 days")],
)
def test_a_notice_is_said_as_people_say_it(hours, words):
    assert hours_in_words(hours) == words


@pytest.mark.parametrize(
    ("number", "dialled"),
    [
        ("", ""),
        ("555 0100", "5550100"),
        ("+1 (518) 555-0100", "+15185550100"),
        ("+44 (0)20 7946.0100", "+442079460100"),
    ],
)
def test_a_number_is_dialled_by_its_digits(number, dialled):
    assert Location(phone=number).dial == dialled


@pytest.mark.parametrize("number", ["call us", "55", "555 0100 ext. 2", "555;0100", "5+550100", "٥٥٥٠١٠٠"])
def test_a_number_that_cannot_be_dialled_is_refused(manager, location, number):
    with pytest.raises(ValidationError, match="Write the number with digits"):
        edit_location(by=manager, location=location, phone=number)

    assert Location.objects.get().phone == ""


@pytest.mark.parametrize(
    ("facts", "field", "words"),
    [
        ({"name": "PARK street", "slug": "pier"}, "name", "There is a location called Park Street already."),
        ({"name": "Pier", "slug": "park-street"}, "slug", "The short name park-street is Park Street's"),
    ],
)
def test_a_taken_name_is_refused_in_words(location, facts, field, words):
    with pytest.raises(ValidationError, match=words) as refusal:
        open_location(by=None, time_zone="UTC", **facts)

    assert list(refusal.value.message_dict) == [field]
    assert (Location.objects.count(), AuditEntry.objects.count()) == (1, 0)


@pytest.mark.parametrize("changes", ["opens", "renames"])
def test_a_name_that_is_taken_at_the_last_moment_is_refused_in_words(location, changes):
    def overtaken(instance, **_):
        Location.objects.bulk_create([Location(name="Pier", slug="first", time_zone="UTC")])

    pre_save.connect(overtaken, sender=Location)
    try:
        with pytest.raises(ValidationError, match="given this name or short name a moment ago") as refusal:
            if changes == "opens":
                open_location(by=None, name="Pier", slug="pier", time_zone="UTC")
            else:
                edit_location(by=None, location=location, name="Pier")
    finally:
        pre_save.disconnect(overtaken, sender=Location)

    assert list(refusal.value.message_dict) == ["name"]
    assert AuditEntry.objects.count() == 0
