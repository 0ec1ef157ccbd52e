"""Brokers of a test's own: started, killed in the middle of things, and started again."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from redis import Redis
from redis.exceptions import RedisError

from tests.worker.processes import Program, do_without, find_free_port, is_answered


class Broker(Protocol):
    """What every broker can do."""

    url: str

    def start(self) -> None:
        """Start it, for the first time or again, and return when it takes messages."""

    def kill(self) -> None:
        """Take it away from one moment to the next."""

    def end(self) -> None:
        """Leave nothing of it running."""


class EmbeddedBroker:
    """A file that worker and site share. There is nothing to kill; a lock that nobody can pass comes closest."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / "broker.sqlite3"
        self.url = f"sqla+sqlite:///{self._file}"
        self._lock: sqlite3.Connection | None = None

    def start(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def kill(self) -> None:
        self._lock = sqlite3.connect(self._file, timeout=20)
        self._lock.execute("BEGIN EXCLUSIVE")

    def end(self) -> None:
        self.start()


class RedisBroker:
    """A Redis server that keeps its messages over a restart, or loses them."""

    def __init__(self, directory: Path, *, is_lasting: bool) -> None:
        self._program = find_program("redis-server")
        self._directory = directory
        self._port = find_free_port()
        self._is_lasting = is_lasting
        self._server: Program | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        kept = ("--appendonly", "yes", "--appendfsync", "always") if self._is_lasting else ("--save", "")
        where = ("--bind", "127.0.0.1", "--port", str(self._port), "--dir", str(self._directory))
        self._server = Program(
            [self._program, *where, *kept], self._directory / "redis.log", os.environ, self._directory
        )
        self._server.wait_until(self._is_ready)

    def kill(self) -> None:
        if self._server is not None:
            self._server.kill()

    def end(self) -> None:
        self.kill()

    def _is_ready(self) -> bool:
        try:
            with Redis.from_url(self.url) as client:
                return bool(client.ping())
        except RedisError:  # not yet, or still reading what it kept
            return False


class RabbitBroker:
    """A RabbitMQ node with a port mapper of its own, so that no other node of this machine notices."""

    def __init__(self, directory: Path) -> None:
        # Debian's wrapper on the PATH changes to a user who may write to the system's own directories only.
        self._program = find_program("rabbitmq-server", "/usr/lib/rabbitmq/bin/rabbitmq-server")
        self._mapper_program = find_program("epmd")
        self._directory = directory
        self._port = find_free_port()
        self._mapper_port = find_free_port()
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("RABBITMQ_", "ERL_"))},
            "HOME": str(directory),  # where its cookie is kept
            "ERL_EPMD_PORT": str(self._mapper_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"test-{uuid4().hex[:8]}@localhost",
            "RABBITMQ_DIST_PORT": str(find_free_port()),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_MNESIA_BASE": str(directory / "mnesia"),
            "RABBITMQ_LOG_BASE": str(directory / "log"),
            "RABBITMQ_CONF_ENV_FILE": self._write("rabbitmq-env.conf", ""),
            "RABBITMQ_ENABLED_PLUGINS_FILE": self._write("enabled_plugins", "[].\n"),
            "RABBITMQ_CONFIG_FILE": self._write(
                "rabbitmq.conf", f"listeners.tcp.1 = 127.0.0.1:{self._port}\ndisk_free_limit.absolute = 1MB\n"
            ),
        }
        self._mapper: Program | None = None
        self._node: Program | None = None
        self.url = f"amqp://guest:guest@127.0.0.1:{self._port}//"

    def start(self) -> None:
        # In the foreground: a node that finds none would start one that outlives it.
        command = [self._mapper_program, "-port", str(self._mapper_port), "-address", "127.0.0.1"]
        self._mapper = Program(command, self._directory / "epmd.log", self._environment, self._directory)
        self._mapper.wait_until(lambda: is_answered(self._mapper_port))
        self._node = Program([self._program], self._directory / "rabbitmq.log", self._environment, self._directory)
        self._node.wait_until(lambda: is_answered(self._port))

    def kill(self) -> None:
        for program in (self._node, self._mapper):
            if program is not None:
                program.kill()

    def end(self) -> None:
        self.kill()

    def _write(self, name: str, text: str) -> str:
        file = self._directory / name
        file.write_text(text)
        return str(file)


def find_program(name: str, *places: str) -> str:
    """Return where a program is; without it the test is skipped, or fails where CI=true."""
    found = next((place for place in places if Path(place).is_file()), None) or shutil.which(name)
    if found is None:
        do_without(f"there is no {name} on this machine")
    return found
