"""Setting a location up for booking from a file."""

import datetime

import pytest
from django.core.management import CommandError, call_command

from clinic.models import AuditEntry, OpeningHours, Room, Shift
from scheduling.claiming.free_times import place_of
from scheduling.setting_up import BadSetup, read, set_up
from tests.scheduling.builders import catalogue

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2027, 1, 4)
FILE = b"""
[park-street]
grid = 20
hours = { mon = "09:00-12:30, 13:00-18:00", tue = "08:00-16:00" }
[[park-street.rooms]]
name = "Room 1"
[[park-street.devices]]
name = "RF 1"
treatments = ["mesobotox"]
[[park-street.providers]]
email = "ellis@example.com"
shifts = { mon = "09:00-18:00" }
treatments = ["botox"]
"""


def test_a_file_makes_a_location_bookable(location, provider):
    catalogue()

    set_up(read(FILE), TODAY)

    place = place_of(location.__class__.objects.get(pk=location.pk), TODAY, TODAY)
    assert [(one.weekday, one.opens, one.closes) for one in place.weekly] == [
        (1, 540, 750),
        (1, 780, 1080),
        (2, 480, 960),
    ]
    assert place.grid == 4
    assert [(one.name, sorted(one.serves)) for one in place.holders["provider"]] == [
        ("Dr. June Ellis", ["botox"])
    ]
    assert [one.name for one in place.able("room", ["botox", "mesobotox"])] == ["Room 1"]
    assert [one.name for one in place.able("device", ["mesobotox"])] == ["RF 1"]


def test_a_file_says_how_to_call_and_how_long_before(location, provider):
    catalogue()
    told = b'grid = 20\nphone = "555 0100"\nnotice_hours = 48\nreminder_days = 3'

    set_up(read(FILE.replace(b"grid = 20", told)), TODAY)

    location.refresh_from_db()
    facts = (location.grid, location.phone, location.notice_hours, location.reminder_days)
    assert facts == (20, "555 0100", 48, 3)


def test_the_same_file_again_changes_nothing(location, provider):
    catalogue()
    set_up(read(FILE), TODAY)

    set_up(read(FILE), TODAY)

    assert (OpeningHours.objects.count(), Room.objects.count(), Shift.objects.count()) == (3, 1, 1)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"[park-street]", b"[elsewhere]", "elsewhere: no location has this short name; known: park-street"),
        (b"grid = 20", b"grid = 7", "park-street.grid: one of 5, 10, 15, 20, 30, 60 minutes"),
        (b"08:00-16:00", b"8-16", "park-street.hours.tue: '8-16' is not a stretch such as 09:00-17:00"),
        (
            b"08:00-16:00",
            b"16:00-08:00",
            "park-street: Opening comes before closing",
        ),
        (
            b"13:00-18:00",
            b"12:00-18:00",
            "Monday 09:00 to 12:30 and Monday 12:00 to 18:00 overlap.",
        ),
        (b"ellis@", b"nobody@", "nobody@example.com is no provider of Park Street"),
        (b'["botox"]', b'["laser"]', "park-street.providers[1].treatments: laser; known: "),
        (b"grid = 20", b"colour = 20", "park-street: unknown: colour; known: devices, grid, hours"),
        (b'name = "Room 1"', b"name = 1", "park-street.rooms[1].name: expected a text"),
        (b"grid = 20", b"grid 20", "file: not a TOML file in UTF-8"),
        (b"grid = 20", b"grid = " + b"[" * 3000, "file: not a TOML file in UTF-8"),
        (b"grid = 20", b"grid = " + b"9" * 5000, "file: not a TOML file in UTF-8"),
        (b"grid = 20", b"grid = 20.0", "park-street.grid: one of 5, 10, 15, 20, 30, 60 minutes"),
        (
            b'treatments = ["mesobotox"]',
            b'treats = ["mesobotox"]',
            "devices[1]: unknown: treats; known: ",
        ),
        (b'name = "Room 1"', b'name = "a\\u0000b"', "park-street.rooms[1].name: expected a text"),
        (b"08:00-16:00", "٠٩:٠٠-١٠:٠٠".encode(), "is not a stretch such as 09:00-17:00"),
        (b"grid = 20", b"notice_hours = 337", "park-street: The notice is 1 to 336 hours"),
        (b"grid = 20", b"notice_hours = true", "park-street.notice_hours: a whole number"),
        (b"grid = 20", b"reminder_days = 0", "park-street: A reminder goes out 1 to 14 days"),
        (b"grid = 20", b"phone = 5550100", "park-street.phone: a text"),
        (b"grid = 20", b'phone = "call us"', "park-street: Write the number with digits"),
    ],
)
def test_a_bad_file_is_refused_and_nothing_is_half_done(location, provider, old, new, said):
    catalogue()
    before = AuditEntry.objects.count()

    with pytest.raises(BadSetup) as refusal:
        set_up(read(FILE.replace(old, new, 1)), TODAY)

    assert said in str(refusal.value)
    assert (OpeningHours.objects.count(), AuditEntry.objects.count()) == (0, before)


def test_the_command_says_what_is_ready(location, provider, tmp_path, capsys):
    catalogue()
    file = tmp_path / "practice.toml"
    file.write_bytes(FILE)

    call_command("set_up_booking", str(file))

    assert capsys.readouterr().out == "Ready for booking: Park Street.\n"


def test_the_command_names_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="No such file") as refusal:
        call_command("set_up_booking", str(tmp_path / "none.toml"))

    assert refusal.value.returncode == 2
