"""Check every signature against the plan it stands under: manage.py verify_signatures.

Names each that does not verify, and each approved plan that nobody signed; exit status 1 when there is one.
"""

import sys

from django.core.management.base import BaseCommand

from scheduling.models import PlanVersion, Signature


class Command(BaseCommand):
    """Verifies all signatures, those that are void too."""

    help = __doc__

    def handle(self, **options):
        """Check them one by one, so that any number of plans fits into memory."""
        count, wrong = 0, []
        for one in Signature.objects.select_related("version__plan").order_by("pk").iterator(chunk_size=100):
            count += 1
            if not one.verifies():
                wrong.append(f"{name_of(one.version)}: the signature of {one.printed_name} does not verify.")
        unsigned = PlanVersion.objects.approved().filter(signature=None).select_related("plan")
        wrong += [f"{name_of(one)}: approved, and nobody signed it." for one in unsigned.defer("content")]
        for line in wrong:
            self.stderr.write(line)
        self.stdout.write(f"{count} signature{'' if count == 1 else 's'} checked, {len(wrong)} wrong.")
        if wrong:
            sys.exit(1)


def name_of(version: PlanVersion) -> str:
    """Name a version without naming the patient: output of commands ends up in logs."""
    return f"Patient {version.plan.patient_id}, plan {version.plan.number}, version {version.number}"
