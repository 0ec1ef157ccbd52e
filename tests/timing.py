"""Waiting for what must come, and seconds that do not count what else the machine is doing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from django_twentythree.testing.plugin import THREAD_NAME

PATIENCE_SECONDS = 120.0
"""How long to wait for what must come; on a busy machine everything comes late."""


def wait_until(is_so: Callable[[], object], *, seconds: float = PATIENCE_SECONDS) -> None:
    """Return as soon as something is so.

    Raises:
        AssertionError: It was not so in time.
    """
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "What was waited for did not come."
        time.sleep(0.01)


def find_client_threads() -> list[threading.Thread]:
    """Return the threads in which clients wait for answers."""
    return [thread for thread in threading.enumerate() if thread.name.startswith(THREAD_NAME)]


class Stopwatch:
    """Seconds since it was made, without those in which threads of this process only waited for a core.

    Where other programs want the same cores, this is what would have passed without them. Linux keeps count of it;
    elsewhere these are all seconds.
    """

    def __init__(self) -> None:
        self._began, self._waited = time.monotonic(), _read_waited()

    @property
    def seconds(self) -> float:
        """How many there are so far."""
        return time.monotonic() - self._began - (_read_waited() - self._waited)


def _read_waited() -> float:
    """Return for how long the threads that live were ready and had no core, in seconds."""
    waited = 0
    for file in Path("/proc/self/task").glob("*/schedstat"):
        try:
            waited += int(file.read_text().split()[1])  # seconds on a core, seconds without, turns; in nanoseconds
        except (OSError, IndexError):  # the thread has ended, or the kernel does not count
            continue
    return waited / 1e9
