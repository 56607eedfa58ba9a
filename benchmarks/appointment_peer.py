"""How long django-appointment takes to give the available slots of every provider on every day asked.

Run by the Python of an environment of its own (`benchmarks/appointment_env.py` makes it) as
`python benchmarks/appointment_peer.py [--limit COUNT] < workload.json`, with standard input
{"providers": [[[iso date, start minute, length in minutes], …] of each], "dates": [iso date, …], "opens",
"closes", "length", "step": minutes, "stored": old bookings, "repeats": times to measure}. The dates lie after
today, since the library leaves out what has passed. Standard output is one JSON object: the "seconds" of each
repeat, the "slots" found, the database "queries" of one repeat, the old bookings "stored" and the "filling"
seconds they took, the "version" of the library and of "django".

Timed is what the library's own view `get_next_available_date_ajax` runs to offer slots, and no more: for each
provider `get_object_or_404` for the `StaffMember` and the `Service`, then for each date
`appointment.utils.db_helpers.get_weekday_num_from_date` and
`appointment.services.get_available_slots_for_staff(date, staff_member, weekday_num, service=service)`, which
asks for days off, hours, settings, pending moves, appointments and absences. `get_available_slots_ajax`, the
view of a single day, calls the same and asks for days off and hours once more before; that, its form and its
JSON are left out in the library's favour. A `Config` is saved, so its cache works; DEBUG is off; SQLite keeps
a write-ahead log as ours does and has run ANALYZE, without which it reads all old bookings of a provider for
each date. No mail, payment, Django Q or page takes part in any of this.
"""

import argparse
import contextlib
import json
import logging
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, time, timedelta
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from time import perf_counter

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Model
from django.shortcuts import get_object_or_404
from django.utils import timezone

Booking = tuple[int, date, int, int]  # the provider's id, the date, the start and the length in minutes

MONDAY_TO_FRIDAY = range(1, 6)  # as the library counts, from Sunday
BATCH = 10_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limit", type=int, metavar="COUNT", help="store no more old bookings than these")
    options = parser.parse_args()
    workload = json.load(sys.stdin)
    if options.limit is not None:
        workload["stored"] = min(workload["stored"], options.limit)
    # The library logs to what is standard output when it is loaded, and warns that Django Q is not there.
    logging.disable(logging.WARNING)
    with contextlib.redirect_stdout(sys.stderr), tempfile.TemporaryDirectory(prefix="clinic-peer-") as folder:
        set_up(Path(folder) / "appointment.sqlite3")
        answer = measure(workload)
        connection.close()
    print(json.dumps(answer | {"version": version("django-appointment"), "django": django.get_version()}))
    return 0


def set_up(database: Path) -> None:
    """Configure Django with the library and make its tables; it ships no migrations."""
    settings.configure(
        SECRET_KEY="x" * 60,
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "phonenumber_field",
            "appointment",
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": database,
                "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"},
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        TIME_ZONE="UTC",
        USE_TZ=True,
    )
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)


def measure(workload: dict) -> dict:
    """Fill the practice, count the queries of a first time around, then time the others."""
    dates = [date.fromisoformat(one) for one in workload["dates"]]
    if min(dates) <= timezone.localdate():
        sys.exit("The dates must lie after today: the library leaves out what has passed.")
    services, staff = make_services(workload), make_staff(workload)
    begin = perf_counter()
    stored = store_old(workload, staff, services)
    filling = perf_counter() - begin
    store(asked_bookings(workload, staff), services)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # reading a long log would slow the library
    service, seconds, queries = services[workload["length"]], [], Queries()
    with connection.execute_wrapper(queries):
        slots = all_slots(staff, service, dates)
    for _ in range(workload["repeats"]):
        begin = perf_counter()
        all_slots(staff, service, dates)
        seconds.append(perf_counter() - begin)
    return {
        "seconds": seconds,
        "slots": slots,
        "queries": queries.count,
        "stored": stored,
        "filling": filling,
    }


def all_slots(staff: list[int], service_id: int, dates: list[date]) -> int:
    """How many slots there are, asked for as `get_next_available_date_ajax` does, but on every date."""
    from appointment.models import Service, StaffMember
    from appointment.services import get_available_slots_for_staff
    from appointment.utils.db_helpers import get_weekday_num_from_date

    found = 0
    for staff_id in staff:
        staff_member = get_object_or_404(StaffMember, pk=staff_id)
        service = get_object_or_404(Service, pk=service_id)
        for day in dates:
            weekday_num = get_weekday_num_from_date(day)
            found += len(get_available_slots_for_staff(day, staff_member, weekday_num, service=service))
    return found


class Queries:
    """Counts the queries that go through it, for `connection.execute_wrapper`."""

    def __init__(self):
        self.count = 0

    def __call__(self, execute, sql, params, many, context):
        self.count += 1
        return execute(sql, params, many, context)


def make_services(workload: dict) -> dict[int, int]:
    """A service of each length that is asked for or booked: its id by its minutes."""
    from appointment.models import Config, Service

    Config.objects.create(
        slot_duration=workload["step"],
        lead_time=clock(workload["opens"]),
        finish_time=clock(workload["closes"]),
        appointment_buffer_time=0,
    )
    lengths = {workload["length"]} | {one[2] for bookings in workload["providers"] for one in bookings}
    return {
        minutes: Service.objects.create(
            name=f"{minutes} minutes", duration=timedelta(minutes=minutes), price=0
        ).pk
        for minutes in sorted(lengths)
    }


def make_staff(workload: dict) -> list[int]:
    """The ids of the providers, who work from Monday to Friday and offer every service."""
    from appointment.models import Service, StaffMember, WorkingHours
    from django.contrib.auth.models import User

    found = []
    for number, _ in enumerate(workload["providers"], 1):
        staff_member = StaffMember.objects.create(user=User.objects.create(username=f"provider-{number}"))
        staff_member.services_offered.set(Service.objects.all())
        WorkingHours.objects.bulk_create(
            WorkingHours(
                staff_member=staff_member,
                day_of_week=weekday,
                start_time=clock(workload["opens"]),
                end_time=clock(workload["closes"]),
            )
            for weekday in MONDAY_TO_FRIDAY
        )
        found.append(staff_member.pk)
    return found


def store_old(workload: dict, staff: list[int], services: dict[int, int]) -> int:
    """Fill every provider's days from yesterday back, and count what was stored.

    The models make the latest bookings; all before are copies of them in SQL, in a tenth of the time. The
    tables must be empty.
    """
    from appointment.models import Appointment, AppointmentRequest

    wanted, length = workload["stored"], workload["length"]
    starts = range(workload["opens"], workload["closes"] - length + 1, length)
    today, days = timezone.localdate(), -(-BATCH // (len(staff) * len(starts)))
    latest = (
        (staff_id, today - timedelta(days=back), start, length)
        for back in range(1, days + 1)
        for start in starts
        for staff_id in staff
    )
    stored = store(islice(latest, wanted), services)
    while stored < wanted:
        more = min(stored, wanted - stored)
        with transaction.atomic():
            copy(AppointmentRequest, more, {"date": f"date(date, '-{days} days')"})
            copy(Appointment, more, {"appointment_request_id": f"appointment_request_id + {stored}"})
        stored, days = stored + more, 2 * days
    return stored


def copy(model: type[Model], count: int, changed: dict[str, str]) -> None:
    """Copy the first `count` rows of a table; `changed` has the SQL of the columns that differ."""
    columns = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    values = ", ".join(changed.get(column, column) for column in columns)
    table = model._meta.db_table
    copied = f"SELECT {values} FROM {table} ORDER BY id LIMIT {count}"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) {copied}")


def asked_bookings(workload: dict, staff: list[int]) -> Iterator[Booking]:
    """The bookings of the workload."""
    for staff_id, bookings in zip(staff, workload["providers"], strict=True):
        for day, start, length in bookings:
            yield staff_id, date.fromisoformat(day), start, length


def store(bookings: Iterator[Booking], services: dict[int, int]) -> int:
    """Write bookings as the library keeps them, each a request with its appointment, and count them."""
    from appointment.models import Appointment, AppointmentRequest

    count = 0
    while batch := list(islice(bookings, BATCH)):
        with transaction.atomic():
            requests = AppointmentRequest.objects.bulk_create(
                AppointmentRequest(
                    staff_member_id=staff_id,
                    date=day,
                    start_time=clock(start),
                    end_time=clock(start + length),
                    service_id=services[length],
                )
                for staff_id, day, start, length in batch
            )
            Appointment.objects.bulk_create(
                Appointment(appointment_request=one, amount_to_pay=0) for one in requests
            )
        count += len(batch)
    return count


def clock(minutes: int) -> time:
    """Minutes after midnight as a time of day."""
    return time(minutes // 60, minutes % 60)


if __name__ == "__main__":
    sys.exit(main())
