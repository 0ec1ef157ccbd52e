"""Real Celery workers, as an operator starts them: messages go through a broker, rows appear in a database."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection

from django_twentythree.testing.platform import TwentyThreePlatform

PROJECT = Path(__file__).resolve().parents[2] / "example_project"
DEADLINE_SECONDS = 60.0


class Site:
    """The example project with a database, a broker and a worker of its own."""

    def __init__(self, directory: Path, broker: str, workspace: dict[str, Any]) -> None:
        self.database = directory / "site.sqlite3"
        self.broker = broker
        # A queue of its own: a worker or a message left over from elsewhere must not get in between.
        self.queue = f"twentythree-test-{uuid.uuid4().hex[:8]}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TWENTYTHREE_")}
        self._environment = {
            **kept,
            **{f"TWENTYTHREE_{name}": str(value) for name, value in workspace.items()},
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": f"sqlite:///{self.database}",
            "CELERY_BROKER_URL": broker,
            "CELERY_TASK_DEFAULT_QUEUE": self.queue,
            "PYTHONPATH": str(PROJECT.parent),
        }
        self._log = directory / "worker.log"
        self._worker: subprocess.Popen[bytes] | None = None

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the project to its end."""
        return subprocess.run(
            [sys.executable, str(PROJECT / "manage.py"), *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=DEADLINE_SECONDS,
            check=False,
        )

    def start_worker(self) -> None:
        """Start a worker that takes tasks one at a time."""
        with self._log.open("ab") as log:
            self._worker = subprocess.Popen(
                [sys.executable, "-m", "celery", "--workdir", str(PROJECT), "-A", "config", "worker", "--pool", "solo"],
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill_worker(self, number: signal.Signals = signal.SIGKILL) -> None:
        """End the worker, by default as a power cut would."""
        if self._worker is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._worker.pid, number)
            self._worker.wait(timeout=30)
            self._worker = None

    def ask(self, question: str) -> Any:
        """Return the first value that a query of the project's database gives."""
        with contextlib.closing(sqlite3.connect(self.database, timeout=20)) as connection:
            row = connection.execute(question).fetchone()
        return row[0] if row else None

    def wait_for(self, question: str, is_there: Callable[[Any], bool]) -> Any:
        """Return the first answer that will do.

        Raises:
            AssertionError: None came in time; the message has the worker's last words.
        """
        end = time.monotonic() + DEADLINE_SECONDS
        answer = None
        while time.monotonic() < end:
            answer = self.ask(question)
            if is_there(answer):
                return answer
            time.sleep(0.1)
        raise AssertionError(f"{question}: {answer!r}; the worker says: {self._log.read_text()[-3000:]}")


BROKERS = {
    "embedded": "sqla+sqlite:///{directory}/broker.sqlite3",
    "redis": os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/13"),
    "rabbitmq": os.environ.get("RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672//"),
}
PORTS = {"redis": 6379, "rabbitmq": 5672}


@pytest.fixture(params=sorted(BROKERS))
def site(request: pytest.FixtureRequest, tmp_path: Path, twentythree_platform: TwentyThreePlatform) -> Iterator[Site]:
    """A migrated site whose worker is not running yet, once for each broker."""
    name: str = request.param
    if name in PORTS and (reason := _why_absent(PORTS[name])):
        if os.environ.get("CI", "").lower() in {"1", "true"}:
            pytest.fail(f"{name}: {reason}")
        pytest.skip(f"{name}: {reason}")  # a machine without the service can still run the rest
    site = Site(tmp_path, BROKERS[name].format(directory=tmp_path), twentythree_platform.workspace())
    assert site.manage("migrate", "--verbosity", "0").returncode == 0
    yield site
    site.kill_worker()
    with Connection(site.broker) as connection:
        connection.default_channel.queue_delete(site.queue)


def _why_absent(port: int) -> str:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=3).close()
    except OSError as error:
        return f"nothing answers on port {port} ({error})"
    return ""


def test_worker__mirror_queued__rows_appear(site, twentythree_platform):
    twentythree_platform.fill(photos=120)
    queued = site.manage("twentythree_sync", "--queue")
    assert queued.returncode == 0, queued.stderr
    site.start_worker()
    site.wait_for(
        "SELECT count(*) FROM twentythree_syncrun WHERE state IN ('succeeded', 'not_permitted')", lambda n: n == 5
    )
    assert site.ask("SELECT count(*) FROM twentythree_photo WHERE missing_since IS NULL") == 120


@pytest.mark.parametrize("site", ["embedded"], indirect=True)
def test_worker__killed_in_the_middle__next_run_begins_anew_and_ends_right(site, twentythree_platform):
    twentythree_platform.fill(photos=600)
    twentythree_platform.set_latency_ms(1_500)
    queued = site.manage("twentythree_sync", "--queue", "--resource", "photos")
    assert queued.returncode == 0, queued.stderr
    site.start_worker()
    site.wait_for("SELECT count(*) FROM twentythree_photo", lambda n: n > 0)
    site.kill_worker()
    twentythree_platform.set_latency_ms(0)
    assert site.ask("SELECT state FROM twentythree_syncrun") == "running"
    # What five minutes of silence would do.
    with contextlib.closing(sqlite3.connect(site.database, timeout=20)) as connection, connection:
        connection.execute("UPDATE twentythree_syncrun SET lease_until = '2020-01-01 00:00:00'")
    again = site.manage("twentythree_sync", "--due")
    assert again.returncode == 0, again.stderr
    assert site.ask("SELECT count(*) FROM twentythree_syncrun WHERE state = 'interrupted'") == 1
    assert site.ask("SELECT count(*) FROM twentythree_photo WHERE missing_since IS NULL") == 600
    assert site.ask("SELECT count(DISTINCT remote_id) FROM twentythree_photo") == 600
