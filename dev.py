#!/usr/bin/env python3
"""Run, test and check this project with nothing but Python 3.11 or newer: dev.py run, test or check."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {"run": ["requirements.txt"], "test": ["requirements.txt", "requirements-dev.txt"]}
CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_BROWSERS = [f"/Applications/{name}.app/Contents/MacOS/{name}" for name in ("Chromium", "Google Chrome")]
WITHOUT_BROWSER = "--ignore=tests/browser"
WITHOUT_ACCESS = "--ignore=tests/test_access.py"  # the longest of all: once, on PostgreSQL where that is
TYPED = [
    "scheduling/planning",
    "scheduling/availability",
    "scheduling/arranging",
    "scheduling/intake",
    "scheduling/actions",
    "treatments/protocols.py",
    "treatments/routing.py",
    "treatments/actions.py",
    "treatments/capabilities.py",
    "clinic/actions",
    "clinic/text.py",
]


def main() -> None:
    """Read the command line and do what it says."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the reader may have an older one
        sys.exit(f"This needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.")
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("run", help="install, migrate, fill the demo practice and serve it")
    serve.add_argument("--port", type=int, default=8000)
    commands.add_parser("test", help="check, then every test; what follows is handed to pytest instead")
    commands.add_parser("check", help="lint, format, types, migrations, deployment settings")
    options, rest = parser.parse_known_args()
    if rest and options.command != "test":
        parser.error(f"unknown arguments: {' '.join(rest)}")
    os.chdir(ROOT)
    install("run" if options.command == "run" else "test")
    if options.command == "run":
        run(options.port)
    elif options.command == "check":
        sys.exit(check(settings_for_tests()))
    else:
        sys.exit(test(rest))


def run(port: int) -> None:
    """Serve the demo practice on this machine until Ctrl+C; the data stays in db.sqlite3.

    It is served as a practice would be; with DEBUG=1 in the environment Django's own server does it
    instead, which reloads changed code and shows tracebacks.
    """
    refuse_taken(port)
    here = f"http://127.0.0.1:{port}"
    env = {"DEMO": "1", "HTTPS": "0", "SITE_URL": here} | os.environ | {"SECRET_KEY": secret_key()}
    say("Preparing the demo practice")
    for command in ("migrate", "createcachetable", "collectstatic --no-input", "load_library", "seed_demo"):
        if code := call([PYTHON, "manage.py", *command.split(), "--verbosity", "0"], env):
            sys.exit(code)
    print(f"\n  The demo practice is at {here} (Ctrl+C stops it)\n", flush=True)
    serve = ["-m", "gunicorn", "clinic.wsgi", "--workers", "2", "--threads", "4", "--no-control-socket"]
    arguments = [*serve, "--log-level", "warning", "--bind", f"127.0.0.1:{port}"]
    if env.get("DEBUG", "0") == "1":
        arguments = ["manage.py", "runserver", f"127.0.0.1:{port}"]
    os.execve(PYTHON, [PYTHON, *arguments], env)


def test(arguments: list[str]) -> int:
    """Run pytest with the arguments, or without any: the checks, then every test on both databases."""
    env = settings_for_tests()
    if arguments:
        return pytest(arguments, env)
    if code := check(env):
        return code
    browser = find_browser()
    with postgres() as url:
        others = [beside("without a database", [WITHOUT_BROWSER, "-m", "not database"], env)]
        if browser:
            asked = ["tests/browser", "--no-migrations"]  # the other two databases are made by them
            others.append(beside("in the browser", asked, env | {"CHROMIUM": browser}))
        if url:
            asked = [WITHOUT_BROWSER, "-m", "database and not once"]
            others.append(beside("on PostgreSQL", asked, env | {"DATABASE_URL": url}))
        say("Tests on SQLite")
        asked = [WITHOUT_BROWSER, "-m", "database"]
        asked += [WITHOUT_ACCESS] if url else []
        codes = [pytest(asked, env), *(finish() for finish in others)]
        return max(codes)


def beside(where: str, arguments: list[str], env: dict[str, str]) -> Callable[[], int]:
    """Start pytest in a process of its own; the answer waits for it, shows it and tells how it went."""
    output = tempfile.TemporaryFile()  # noqa: SIM115 - read when it has ended
    command = [PYTHON, "-m", "pytest", *arguments]
    running = subprocess.Popen(command, env=env, stdout=output, stderr=subprocess.STDOUT)

    def finish() -> int:
        code = running.wait()
        output.seek(0)
        say(f"Tests {where}, which ran meanwhile")
        print(output.read().decode(errors="replace").rstrip(), flush=True)
        return abs(code)

    return finish


def check(env: dict[str, str]) -> int:
    """Run every static check, all of them even when one fails; return 1 when any did."""
    deployed = env | {"DJANGO_SETTINGS_MODULE": "clinic.settings", "SECRET_KEY": secret_key()}
    deployed |= {"EMAIL_URL": "smtp://localhost:25", "ALLOWED_HOSTS": "clinic.example.com"}
    templates = sorted(str(path) for path in Path("templates").rglob("*.html"))
    checks = (
        ("ruff check", ["ruff", "check"], env),
        ("ruff format", ["ruff", "format", "--check"], env),
        ("djade", ["djade", "--check", "--target-version", "5.2", *templates], env),
        ("mypy", ["mypy", *(path for path in TYPED if Path(path).exists())], env),
        ("migrations", ["python", "manage.py", "makemigrations", "--check", "--dry-run"], env),
        ("deployment", ["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"], deployed),
    )
    failed = []
    for name, (program, *arguments), settings in checks:
        say(name)
        if call([VENV / "bin" / program, *arguments], settings):
            failed.append(name)
    if failed:
        print(f"\nFailed: {', '.join(failed)}", file=sys.stderr, flush=True)
    return 1 if failed else 0


def install(purpose: str) -> None:
    """Make .venv and put the locked packages into it, unless that was done for these very lock files."""
    locks = LOCKS[purpose]
    content = b"".join(Path(name).read_bytes() for name in locks)
    stamp = VENV / f".installed-{purpose}"
    wanted = hashlib.sha256(content + sys.version.encode()).hexdigest()
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    if not PYTHON.exists() or call([PYTHON, "-c", "import pip"], os.environ, quiet=True):
        make_venv()
    say("Installing the locked packages into .venv")
    env = os.environ | {
        "UV_SYSTEM_CERTS": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "VIRTUAL_ENV": str(VENV),
    }
    requirements = [word for name in locks for word in ("-r", name)]
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes"]
    fast = [PYTHON, "-m", "uv", "pip", "install", "--quiet", "--require-hashes", *requirements]
    # uv is only quicker: whatever stops it, pip installs the same files, checked by the same hashes.
    if call([*pip, "-r", "requirements-uv.txt"], env) or call(fast, env):
        print("uv could not install them; trying pip.", flush=True)
        if code := call([*pip, *requirements], env):
            sys.exit(code)
    stamp.write_text(wanted)


def make_venv() -> None:
    """Create .venv with pip in it; on Debian the module for that may have to be fetched first."""
    say("Making .venv")
    if call([sys.executable, "-c", "import ensurepip"], os.environ, quiet=True) and not apt("python3-venv"):
        sys.exit("Python's venv module is incomplete here. On Debian: apt-get install python3-venv")
    venv.create(VENV, with_pip=True, clear=True)


def secret_key() -> str:
    """Give this machine's own key, made on first use and readable by its owner only."""
    if key := os.environ.get("SECRET_KEY"):
        return key
    path = ROOT / "var" / "secret_key"
    if not path.exists():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(60) + "\n")
    return path.read_text().strip()


def settings_for_tests() -> dict[str, str]:
    """Give an environment in which nothing set outside changes what the tests see."""
    ours = ("DEBUG", "DEMO", "HTTPS", "DATABASE_URL", "SECRET_KEY", "ALLOWED_HOSTS", "EMAIL_URL")
    env = {name: value for name, value in os.environ.items() if name not in ours}
    return env | {"DJANGO_SETTINGS_MODULE": "tests.settings"}


def find_browser() -> str | None:
    """Find Chromium, installing it where that is possible; without one CI fails and others are told."""
    for _ in range(2):
        named = [os.environ.get("CHROMIUM"), *map(shutil.which, BROWSERS), *MAC_BROWSERS]
        for candidate in filter(None, named):
            if Path(candidate).exists():
                return candidate
        if not apt("chromium"):
            break
    return lacking("Chromium", "the browser tests", "Install it, or set CHROMIUM to its path.")


@contextlib.contextmanager
def postgres() -> Iterator[str | None]:
    """Start a PostgreSQL of our own on a free port, give its URL, and remove it afterwards."""
    binaries = find_postgres()
    if binaries is None:
        yield lacking("PostgreSQL", "the tests on it", "Install it; nothing needs to be configured.")
        return
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="clinic-postgres-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        data, as_owner = Path(folder) / "data", owner_of(folder)
        quick = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off"
        initialise = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"]
        control = [*as_owner, binaries / "pg_ctl", "-D", data, "-l", f"{folder}/log", "-w"]
        if call([*as_owner, *initialise], os.environ, quiet=True):
            sys.exit("PostgreSQL could not be initialised.")
        try:
            if call([*control, "-o", quick, "start"], os.environ, quiet=True):
                sys.exit("PostgreSQL did not start:\n" + Path(folder, "log").read_text())
            yield f"postgres://postgres@127.0.0.1:{port}/postgres"
        finally:
            call([*control, "-m", "immediate", "stop"], os.environ, quiet=True)


def find_postgres() -> Path | None:
    """Find the directory of initdb and pg_ctl, installing the server where that is possible."""
    for _ in range(2):
        onpath = shutil.which("initdb")
        debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name))
        bases = (Path("/opt/homebrew"), Path("/usr/local"))
        brewed = [path for base in bases for path in base.glob("opt/postgresql@*/bin")]
        for folder in [*([Path(onpath).parent] if onpath else []), *reversed(debian), *reversed(brewed)]:
            if (folder / "initdb").exists():
                return folder
        if not apt("postgresql"):
            break
    return None


def owner_of(folder: str) -> list[str]:
    """Hand the folder to a plain user when we are root, as PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return []
    names = {account.pw_name for account in pwd.getpwall()}
    account = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return ["runuser", "-u", account.pw_name, "--"]


def apt(package: str) -> bool:
    """Install a Debian package if we may; say whether that worked."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    say(f"Installing {package}")
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    if call(["apt-get", "update", "-qq"], env):
        return False
    return not call(["apt-get", "install", "-y", "-qq", "--no-install-recommends", package], env)


def lacking(what: str, without: str, advice: str) -> None:
    """Fail in CI, and elsewhere say aloud what is left out."""
    message = f"{what} was not found, so {without} cannot run. {advice}"
    if CI:
        sys.exit(message)
    print(f"\n{message}", flush=True)


def refuse_taken(port: int) -> None:
    """Say at once when something already listens there."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            sys.exit(f"Port {port} is taken. Stop what listens there, or use: dev.py run --port {port + 1}")


def free_port() -> int:
    """Ask the system for a port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def pytest(arguments: list[str], env: dict[str, str]) -> int:
    """Run pytest and return its exit code."""
    return call([PYTHON, "-m", "pytest", *arguments], env)


def call(command: list, env, *, quiet: bool = False) -> int:
    """Run a program to its end and return its exit code."""
    silence = subprocess.DEVNULL if quiet else None
    return subprocess.run(command, env=env, stdout=silence, stderr=silence, check=False).returncode


def say(heading: str) -> None:
    """Print what happens next."""
    print(f"\n== {heading}", flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
