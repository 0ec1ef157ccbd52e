"""A count that several threads add to."""

from __future__ import annotations

import threading


class Counter:
    """A number that only goes up, by one, from any thread."""

    __slots__ = ("_lock", "value")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.value = 0

    def add_one(self) -> None:
        """Count one more."""
        with self._lock:
            self.value += 1
