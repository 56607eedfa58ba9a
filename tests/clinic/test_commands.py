"""Setting up a practice from the command line."""

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from clinic.models import AuditEntry, Location, User


def test_a_practice_is_set_up_and_its_first_person_gets_a_reset_link(client, db):
    call_command("add_location", "Park Street", zone="America/New_York")
    call_command("add_user", "Ann@Example.com", "Ann Lee", "provider", at=["park-street"])
    client.post("/accounts/password/reset/", {"email": "ann@example.com"})

    ann = User.objects.get(email="ann@example.com")
    assert [place.slug for place in ann.locations.all()] == ["park-street"]
    assert ann.provider.printed_name == "Ann Lee"
    done = [entry.action for entry in AuditEntry.objects.all()]
    assert done == ["location.opened", "hours.set", "user.added"]
    assert mail.outbox[0].to == ["ann@example.com"]
    assert "/accounts/password/reset/key/" in mail.outbox[0].body


@pytest.mark.parametrize(
    ("options", "hours"),
    [
        ({}, ["Monday 09:00 to 17:00", "Friday 09:00 to 17:00"]),
        ({"hours": "8:30-18:05"}, ["Monday 08:30 to 18:05", "Friday 08:30 to 18:05"]),
    ],
)
def test_a_new_location_is_open_on_its_weekdays(db, options, hours):
    call_command("add_location", "Pier", zone="UTC", weekdays=[1, 5], **options)

    assert [str(one) for one in Location.objects.get().hours.all()] == hours


def test_a_new_location_is_called_and_given_notice_as_told(db):
    call_command("add_location", "Pier", zone="UTC", phone="555 0100", notice_hours=48, reminder_days=3)
    call_command("add_location", "Mill", zone="UTC")

    facts = Location.objects.values_list("name", "phone", "notice_hours", "reminder_days")
    assert list(facts) == [("Mill", "", 24, 2), ("Pier", "555 0100", 48, 3)]


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        (["add_location", "Pier"], {"zone": "Mars"}, "is not a time zone"),
        (["add_location", "Pier"], {"zone": "UTC", "weekdays": [9]}, "1 for Monday to 7 for Sunday"),
        (["add_location", "Pier"], {"zone": "UTC", "hours": "nine to five"}, "write them like 09:00-17:00"),
        (["add_location", "Pier"], {"zone": "UTC", "hours": "09:75-17:00"}, "write them like 09:00-17:00"),
        (["add_location", "Pier"], {"zone": "UTC", "hours": "17:00-09:00"}, "Opening comes before closing"),
        (["add_location", "Park-Street"], {"zone": "UTC"}, "short name park-street is Park Street's already"),
        (["add_location", "Pier"], {"zone": "UTC", "phone": "call"}, "Write the number with digits"),
        (["add_location", "Pier"], {"zone": "UTC", "notice_hours": 0}, "The notice is 1 to 336 hours"),
        (["add_user", "a@example.com", "Ann", "provider"], {"at": ["pier"]}, "No location pier. Known: park"),
        (["add_user", "nobody", "Ann", "manager"], {"at": ["park-street"]}, "valid email"),
    ],
)
def test_a_wrong_fact_is_named_and_nothing_is_saved(location, arguments, options, words):
    with pytest.raises(CommandError, match=words) as caught:
        call_command(*arguments, **options)

    assert caught.value.returncode == 2
    assert (Location.objects.count(), User.objects.count()) == (1, 0)
