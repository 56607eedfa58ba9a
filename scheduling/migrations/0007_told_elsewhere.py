"""Toxin told of elsewhere stood in the audit of the doses alone; it becomes rows that count at every visit."""

from decimal import Decimal

from django.db import migrations


def keep_as_rows(apps, schema_editor):
    """Make a row of the most that was told at each visit, on the visit's day, as nobody knows a better one.

    Each visit was asked anew, so what was told at two of them may be the same toxin: it counts twice then,
    never less than it did, until one is withdrawn.
    """
    rows, most = apps.get_model("scheduling", "ToxinElsewhere").objects, told(apps)
    for booking in apps.get_model("scheduling", "Booking").objects.filter(pk__in=most):
        units, by, at = most[booking.pk]
        if not rows.filter(booking=booking).exists():
            facts = {"units": units, "told_to_id": by or booking.booked_by_id, "told_at": at}
            rows.create(patient_id=booking.patient_id, booking=booking, date=booking.date, **facts)


def told(apps):
    """The most units told at each visit, by its id, with who wrote it and when."""
    entries = apps.get_model("clinic", "AuditEntry").objects
    entries = entries.filter(action="visit.dosed", object_kind="scheduling.booking").order_by("pk")
    found = {}
    for pk, detail, by, at in entries.values_list("object_id", "detail", "actor", "at"):
        units = Decimal(detail.get("elsewhere", "0"))
        if units > found.get(pk, (0,))[0]:
            found[pk] = units, by, at
    return found


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0006_outbox")]
    operations = [migrations.RunPython(keep_as_rows, migrations.RunPython.noop)]
