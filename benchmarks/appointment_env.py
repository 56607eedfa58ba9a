"""An environment of its own for django-appointment, which is no requirement of this project."""

import json
import subprocess
import venv
from pathlib import Path

import django

PINNED = ("django-appointment==3.12.0", f"Django=={django.get_version()}")
PEER = Path(__file__).resolve().parent / "appointment_peer.py"


def make_environment(folder: Path) -> Path:
    """Make a virtual environment in `folder` with django-appointment on the Django that runs here.

    Gives the path of its Python. CalledProcessError, with what pip said, when it cannot be installed.
    """
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PINNED]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return python


def ask(python: Path, workload: dict, limit: int | None = None) -> dict:
    """Measure a workload as `benchmarks/appointment_peer.py` describes both it and the answer."""
    limited = [] if limit is None else ["--limit", str(limit)]
    answer = subprocess.run(
        [str(python), str(PEER), *limited],
        input=json.dumps(workload),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(answer.stdout)
