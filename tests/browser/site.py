"""The example project as a process of its own, on a platform that a test can drive, and stop."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django_twentythree.testing.platform import TwentyThreePlatform

PROJECT_DIR = Path(__file__).resolve().parents[2] / "example_project"
START_SECONDS = 180
STOP_SECONDS = 30
# In one process: to start one takes longer than what it does.
PREPARE = """
from django.core.management import call_command
call_command("migrate", run_syncdb=True, verbosity=0)
call_command("twentythree_sync", no_progress=True)
call_command("showcase_demo")
"""


@dataclass(frozen=True, slots=True)
class Site:
    """Where it answers, and how to run its commands."""

    url: str
    platform: TwentyThreePlatform
    environment: dict[str, str]
    database: Path

    def ask(self, question: str, *values: object) -> list[Any]:
        """Return what the first column of an SQL query gives; a statement that writes is committed."""
        with closing(sqlite3.connect(self.database, timeout=60)) as connection, connection:
            return [row[0] for row in connection.execute(question, values).fetchall()]

    def copy_rows(self, source: Path, target: Path) -> None:
        """Make a database file equal to another, also while the site has it open."""
        with closing(sqlite3.connect(source)) as rows, closing(sqlite3.connect(target, timeout=60)) as place:
            rows.backup(place)

    def manage(self, *arguments: str) -> str:
        """Run a command of `manage.py`, and return what it printed."""
        command = [sys.executable, str(PROJECT_DIR / "manage.py"), *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command} ended with {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout

    def run(self, python: str) -> str:
        """Run a piece of Python in the site, models imported, and return what it printed."""
        header = "from django.contrib.auth.models import *; from django_twentythree.models import *; "
        header += "from showcase.models import *; from tests.browser.pages.models import *\n"
        return self.manage("shell", "--no-imports", "--verbosity", "0", "--command", header + python)


@contextmanager
def run_site(
    directory: Path, platform: TwentyThreePlatform, *, level: str | None = "super", **variables: str
) -> Iterator[Site]:
    """Run the site on a platform, mirrored once, with the administrator admin (password admin).

    The platform stays as it is when the site ends.

    Args:
        directory: For database and log.
        platform: Whose library to mirror.
        level: The permission level of the site's credentials; None: it has none.
        variables: Of the environment.
    """
    credentials = {} if level is None else platform.credentials_for(level)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TWENTYTHREE_", "DJANGO_", "CELERY_", "PYTEST"))
        and name not in {"CACHE_URL", "DEBUG", "SECRET_KEY", "ALLOWED_HOSTS"}
    }
    environment = {
        **kept,
        "PYTHONPATH": os.pathsep.join([str(PROJECT_DIR.parent), str(PROJECT_DIR)]),
        "DJANGO_SETTINGS_MODULE": "tests.browser.pages.settings",
        "DATABASE_URL": f"sqlite:///{directory / 'site.sqlite3'}",
        "CELERY_BROKER_URL": f"sqla+sqlite:///{directory / 'broker.sqlite3'}",
        "TWENTYTHREE_DOMAIN": platform.domain,
        "TWENTYTHREE_SCHEME": "http",
        **{f"TWENTYTHREE_{name.upper()}": value for name, value in credentials.items()},
        **variables,
    }
    site = Site("", platform, environment, directory / "site.sqlite3")
    site.run(PREPARE)
    log = directory / "site.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "waitress", "--listen=127.0.0.1:0", "--threads=8", "config.wsgi:application"],
            cwd=PROJECT_DIR,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield replace(site, url=wait_for_address(process, log))
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the web server: politely, and for good where a browser holds a connection open."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_for_address(process: subprocess.Popen[bytes], log: Path) -> str:
    """Return the address that the web server says it listens at."""
    deadline = time.monotonic() + START_SECONDS
    while not (said := re.search(r"Serving on (http://127\.0\.0\.1:[0-9]+)", log.read_text())):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)
    return said[1]
