"""Is the process up, and could it serve a patient?"""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def healthz(request):
    """Answer that the process runs; asks nothing else."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def readyz(request):
    """Answer 200 when the database answers and has every migration, else 503 with which is missing."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse({"status": "down", "database": "unreachable"}, status=503)
    if waiting:
        return JsonResponse({"status": "down", "database": "migrations missing"}, status=503)
    return JsonResponse({"status": "ok", "database": "ok"})
