"""The example project as a process of its own, on a platform that a test can drive, and stop."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django_twentythree.testing.platform import TwentyThreePlatform

PROJECT_DIR = Path(__file__).resolve().parents[2] / "example_project"
START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Site:
    """Where it answers, and how to run its commands."""

    url: str
    platform: TwentyThreePlatform
    environment: dict[str, str]

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
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
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
    url = f"http://127.0.0.1:{port}"
    site = Site(url, platform, environment)
    site.manage("migrate", "--run-syncdb", "--verbosity", "0")
    site.manage("twentythree_sync", "--no-progress")
    site.manage("showcase_demo")
    with (directory / "site.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "waitress", f"--listen=127.0.0.1:{port}", "--threads=8", "config.wsgi:application"],
            cwd=PROJECT_DIR,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for_answer(process, url, directory / "site.log")
        yield site
    finally:
        process.terminate()
        process.wait(30)


def wait_for_answer(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
