"""Programs that a test starts, kills, and reads the last words of."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import psutil
import pytest

DEADLINE_SECONDS = 120.0


class Program:
    """A running program with all that it starts itself; what it prints goes to a file."""

    def __init__(self, command: Sequence[str], log: Path, environment: Mapping[str, str], directory: Path) -> None:
        self.log = log
        self._is_killed = False
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                list(command),
                env=dict(environment),
                cwd=directory,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a group of its own, which can be killed as a whole
            )

    def kill(self) -> None:
        """End it and all that it started, as a power cut would."""
        if self._is_killed:  # its number may be somebody else's by now
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=30)
        self._is_killed = True

    def tell_to_stop(self) -> int:
        """Tell it alone to stop, as deployments do, and return its exit code once it has."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout=DEADLINE_SECONDS)

    def find_connected(self, port: int) -> list[psutil.Process]:
        """Return those of its processes that have a connection to a port."""
        program = psutil.Process(self._process.pid)
        return [
            process
            for process in (program, *program.children(recursive=True))
            if any(each.raddr and each.raddr.port == port for each in process.net_connections("tcp"))
        ]

    @property
    def printed(self) -> str:
        """What it printed so far."""
        return self.log.read_text(errors="replace")

    def wait_until(self, is_ready: Callable[[], bool]) -> None:
        """Return as soon as something is so.

        Raises:
            AssertionError: It ended before that, or the time was up; the message has what it printed.
        """
        end = time.monotonic() + DEADLINE_SECONDS
        while not is_ready():
            assert self._process.poll() is None, f"{self.log.stem} ended: {self.printed}"
            assert time.monotonic() < end, f"{self.log.stem} is not ready: {self.printed}"
            time.sleep(0.05)


def find_free_port() -> int:
    """Return a port of this machine that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def why_absent(port: int) -> str:
    """Return why nothing can be had at a port of this machine, `""` when something answers."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=3).close()
    except OSError as error:
        return f"nothing answers on port {port} ({error})"
    return ""


def is_answered(port: int) -> bool:
    """Return whether something answers at a port of this machine."""
    return not why_absent(port)


def do_without(reason: str) -> NoReturn:
    """Skip the test for want of a program or a service; where CI=true, fail it."""
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(reason)
    pytest.skip(reason)  # a machine without it can still run the rest
