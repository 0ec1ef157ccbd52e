"""The example project as an operator runs it: web server, workers and beat, each a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.worker.databases import Database
from tests.worker.processes import DEADLINE_SECONDS, Program, find_free_port, is_answered

ROOT = Path(__file__).resolve().parents[2]
PROJECT = ROOT / "example_project"
SECRET = "a-secret-for-the-notification-url-0123456789"


class Site:
    """The example project with a database, a broker and processes of its own."""

    def __init__(
        self, directory: Path, database: Database, broker_url: str, workspace: Mapping[str, Any], **environment: str
    ) -> None:
        self.database = database
        self.broker_url = broker_url
        # A queue of its own: a worker or a message left over from elsewhere must not get in between.
        self.queue = f"twentythree-test-{uuid.uuid4().hex[:8]}"
        self.programs: list[Program] = []
        self._directory = directory
        self._port = find_free_port()
        self.notification_url = f"http://127.0.0.1:{self._port}/twentythree/notify/default/{SECRET}/"
        self._environment = {
            **make_environment(database.url),
            **{f"TWENTYTHREE_{name}": str(value) for name, value in workspace.items()},
            "TWENTYTHREE_NOTIFICATION_SECRET": SECRET,
            "CELERY_BROKER_URL": broker_url,
            "CELERY_TASK_DEFAULT_QUEUE": self.queue,
            "CELERY_BEAT_SCHEDULE_FILENAME": str(directory / "beat-schedule"),
            **environment,
        }

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the project to its end."""
        return manage(self._environment, *arguments)

    def start_worker(self, *pool: str) -> Program:
        """Start a worker, by default one that takes two tasks at a time, in processes of their own."""
        name = f"worker-{len(self.programs)}"
        options = pool or ("--concurrency", "2")
        return self._start(
            name, "celery", "-A", "config", "worker", "--hostname", f"{name}@%h", "--loglevel", "INFO", *options
        )

    def start_beat(self) -> Program:
        """Start the schedule."""
        return self._start("beat", "celery", "-A", "config", "beat", "--pidfile", "")

    def start_web(self) -> Program:
        """Start the web server, and return when it answers."""
        web = self._start("web", "waitress", f"--listen=127.0.0.1:{self._port}", "config.wsgi:application")
        web.wait_until(lambda: is_answered(self._port))
        return web

    def end(self) -> None:
        """End every process of the site."""
        for program in self.programs:
            program.kill()

    def ask(self, question: str) -> Any:
        """Return the first value that a query gives, None without a row."""
        rows = self.database.ask(question)
        return rows[0][0] if rows else None

    def wait_for(self, question: str, is_there: Callable[[Any], bool], *, seconds: float = DEADLINE_SECONDS) -> Any:
        """Return the first answer that will do.

        Raises:
            AssertionError: None came in time; the message has the last words of all processes.
        """
        end = time.monotonic() + seconds
        answer = None
        while time.monotonic() < end:
            answer = self.ask(question)
            if is_there(answer):
                return answer
            time.sleep(0.1)
        raise AssertionError(f"{question}: {answer!r}; the processes say:\n{self.last_words}")

    @property
    def last_words(self) -> str:
        """The end of what each process printed."""
        return "\n".join(f"--- {program.log.stem}:\n{program.printed[-3000:]}" for program in self.programs)

    def _start(self, name: str, module: str, *arguments: str) -> Program:
        command = [sys.executable, "-m", module, *arguments]
        program = Program(command, self._directory / f"{name}.log", self._environment, PROJECT)
        self.programs.append(program)
        return program


def make_environment(database_url: str) -> dict[str, str]:
    """Return the environment of a project that has no workspace, with this database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TWENTYTHREE_")}
    path = os.pathsep.join((str(ROOT), str(PROJECT)))
    return {**kept, "DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": database_url, "PYTHONPATH": path}


def manage(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the project to its end."""
    return subprocess.run(
        [sys.executable, str(PROJECT / "manage.py"), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=DEADLINE_SECONDS,
        check=False,
    )


def migrate(database_url: str) -> None:
    """Give a database all its tables."""
    migrated = manage(make_environment(database_url), "migrate", "--verbosity", "0")
    assert migrated.returncode == 0, migrated.stderr
