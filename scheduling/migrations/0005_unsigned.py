"""Plans approved before signatures were kept wait for review again: no plan reaches a patient unsigned."""

from django.db import migrations


def wait_for_review(apps, schema_editor):
    """Take the approval of versions that nobody signed back; their bookings stay."""
    versions = apps.get_model("scheduling", "PlanVersion").objects.filter(status="approved", signature=None)
    versions.update(status="proposed")


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0004_people")]
    operations = [migrations.RunPython(wait_for_review, migrations.RunPython.noop)]
