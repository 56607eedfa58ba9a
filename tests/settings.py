"""The shipped settings, changed only where a test needs speed or a place of its own."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 50)
os.environ.setdefault("DEBUG", "0")
os.environ["HTTPS"] = os.environ.get("TEST_HTTPS", "0")
# Playwright's synchronous interface runs an event loop, in which Django would refuse to use the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

from clinic.settings import *  # noqa: F403
from clinic.settings import DATABASES, ON_SQLITE, SQLITE_OPTIONS, STORAGES

STAFF_SECOND_FACTOR = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# The live server serves files from where they lie: hashed names need a collectstatic run first.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
SCRATCH = tempfile.TemporaryDirectory(prefix="clinic-tests-")
STATIC_ROOT = Path(SCRATCH.name) / "static"
STATIC_ROOT.mkdir()

if ON_SQLITE:
    # A file rather than memory: the live server's threads then have connections of their own, as deployed.
    quick = SQLITE_OPTIONS["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS | {"init_command": quick}
    DATABASES["default"]["TEST"] = {"NAME": str(Path(SCRATCH.name) / "test.sqlite3")}
