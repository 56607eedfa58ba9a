"""What the database itself refuses, whatever the code does."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from clinic.models import AuditEntry, Closure, Location, User

DAY = datetime.date(2026, 12, 24)


def test_a_closure_may_not_end_before_it_begins(location):
    with pytest.raises(IntegrityError):
        Closure.objects.create(location=location, first=DAY, last=DAY - datetime.timedelta(1), reason="x")


def test_a_closure_of_one_day_is_kept(location):
    closure = Closure.objects.create(location=location, first=DAY, last=DAY, reason="Stocktaking")

    assert str(closure) == "Stocktaking, 2026-12-24 to 2026-12-24"


def test_the_closure_message_is_for_people(location):
    closure = Closure(location=location, first=DAY, last=DAY - datetime.timedelta(1), reason="x")

    with pytest.raises(ValidationError, match="must not lie before the first"):
        closure.full_clean()


def test_two_accounts_cannot_share_an_address_in_other_case(make_user):
    make_user("nora", "coordinator")

    with pytest.raises(IntegrityError):
        User.objects.create(email="NORA@example.com", name="Nora", role="coordinator")


@pytest.mark.parametrize("fields", [{"role": "owner"}, {"name": ""}])
def test_an_account_has_a_name_and_a_known_role(db, fields):
    with pytest.raises(IntegrityError):
        User.objects.create(**({"email": "x@example.com", "name": "X", "role": "manager"} | fields))


@pytest.mark.parametrize("fields", [{"name": ""}, {"slug": ""}, {"time_zone": ""}])
def test_a_location_has_names_and_a_zone(db, fields):
    with pytest.raises(IntegrityError):
        Location.objects.create(**({"name": "Pier", "slug": "pier", "time_zone": "UTC"} | fields))


@pytest.mark.parametrize("fields", [{"notice_hours": 0}, {"notice_hours": 337}])
def test_a_notice_lasts_an_hour_to_two_weeks(location, fields):
    refused_by_both(location, fields, "The notice is 1 to 336 hours")


@pytest.mark.parametrize("fields", [{"reminder_days": 0}, {"reminder_days": 15}])
def test_a_reminder_goes_out_a_day_to_two_weeks_before(location, fields):
    refused_by_both(location, fields, "A reminder goes out 1 to 14 days before a visit.")


def refused_by_both(location: Location, fields: dict, words: str) -> None:
    """Assert that the model says why in words for people, and that the database refuses on its own."""
    for name, value in fields.items():
        setattr(location, name, value)
    with pytest.raises(ValidationError, match=words):
        location.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Location.objects.filter(pk=location.pk).update(**fields)


@pytest.mark.parametrize(
    "fields", [{"notice_hours": 336, "reminder_days": 14}, {"notice_hours": 1, "reminder_days": 1}]
)
def test_the_ends_of_notice_and_reminder_are_kept(location, fields):
    Location.objects.filter(pk=location.pk).update(**fields)

    assert Location.objects.filter(**fields).count() == 1


@pytest.mark.parametrize("days", [[], [0], [8], [2, 1], [1, 1], [1.0], ["1"], [True], "12345", None, {}])
def test_weekdays_are_a_sorted_list_of_iso_days(db, days):
    location = Location(name="Pier", slug="pier", time_zone="UTC", weekdays=days)

    with pytest.raises(ValidationError) as caught:
        location.full_clean()

    assert list(caught.value.message_dict) == ["weekdays"]


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "EST5EDT4"])
def test_a_time_zone_must_exist(db, zone):
    location = Location(name="Pier", slug="pier", time_zone=zone)

    with pytest.raises(ValidationError, match="Use a name like America/New_York"):
        location.full_clean()


def test_an_audit_entry_says_what_was_done(db):
    with pytest.raises(IntegrityError):
        AuditEntry.objects.create(action="", object_kind="clinic.patient", object_id=1)
