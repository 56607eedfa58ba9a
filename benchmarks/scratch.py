"""A database of its own for a benchmark: made empty, migrated, and removed afterwards."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
POSTGRESQL, SQLITE = "postgresql", "sqlite"
ENGINES = (POSTGRESQL, SQLITE)


@contextlib.contextmanager
def scratch(engine: str) -> Iterator[None]:
    """Set Django up as deployed on an empty database; import models only inside."""
    with address(engine) as url:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "clinic.settings",
            "SECRET_KEY": "only-for-benchmarks-" + "x" * 50,
            "DATABASE_URL": url,
            "DATABASE_POOL": "1",
            "HTTPS": "0",
            "DEBUG": "0",
        }
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        try:
            yield
        finally:
            let_go()


@contextlib.contextmanager
def address(engine: str) -> Iterator[str]:
    """Start a PostgreSQL of our own, or make room for a SQLite file, and give its URL."""
    if engine == SQLITE:
        with tempfile.TemporaryDirectory(prefix="clinic-benchmark-") as folder:
            yield f"sqlite:///{folder}/scratch.sqlite3"
        return
    sys.path.insert(0, str(ROOT))
    from dev import postgres

    with postgres() as url:
        if url is None:
            sys.exit("PostgreSQL is needed for this.")
        yield url


def let_go() -> None:
    """Close every connection of this process: before others are forked from it, and at the end."""
    from django.db import connection

    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()
