"""The shipped settings, started as a deployment would start them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEPLOYED = {
    "SECRET_KEY": "k" * 25 + "0123456789abcdefghijklmnop",
    "ALLOWED_HOSTS": "clinic.example.com",
    "EMAIL_URL": "smtp://localhost:25",
}


def manage(*arguments: str, **settings: str) -> subprocess.CompletedProcess:
    """Run manage.py with only these settings in its environment."""
    env = {"PATH": os.environ["PATH"], "SECRET_KEY_FILE": "/nonexistent"} | settings
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=env, capture_output=True, text=True
    )


def test_without_a_secret_key_nothing_starts():
    result = manage("check")

    assert result.returncode == 1
    assert "No secret key: set SECRET_KEY" in result.stderr


def test_the_deployment_check_finds_nothing():
    result = manage("check", "--deploy", "--fail-level", "WARNING", **DEPLOYED)

    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(
    ("settings", "warning"),
    [({"DEMO": "1"}, "clinic.W001"), ({"EMAIL_URL": ""}, "clinic.W002"), ({"DEBUG": "1"}, "security.W018")],
)
def test_the_deployment_check_names_what_must_not_go_live(settings, warning):
    result = manage("check", "--deploy", "--fail-level", "WARNING", **DEPLOYED | settings)

    assert result.returncode == 1
    assert warning in result.stderr


def test_cookies_are_bound_to_the_host_and_to_https():
    program = (
        "from django.conf import settings as s; "
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SECURE_HSTS_SECONDS)"
    )

    result = manage("shell", "--verbosity", "0", "--command", program, **DEPLOYED)

    assert result.stdout.strip() == "__Host-sessionid __Host-csrftoken True 31536000"


def test_an_address_without_transport_security_is_sent_to_the_secure_one():
    program = (
        "from django.test import Client; "
        "r = Client(headers={'host': 'clinic.example.com'}).get('/patients/'); "
        "print(r.status_code, r['Location'])"
    )

    result = manage("shell", "--verbosity", "0", "--command", program, **DEPLOYED)

    assert result.stdout.strip() == "301 https://clinic.example.com/patients/"
