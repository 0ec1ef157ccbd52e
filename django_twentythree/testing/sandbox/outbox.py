"""The requests that the platform sends by itself: one after the other from a thread of its own, each logged.

How long the platform waits, and whether it tries again, is not documented; the sandbox waits five seconds and
does not.
"""

from __future__ import annotations

import http.client
import queue
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT_SECONDS: Final = 5.0
MAX_LOG_ENTRIES: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One request to be sent."""

    url: str
    log_entry: Mapping[str, Any]
    """Its description in the log, which adds the time of sending and the answer."""
    verb: str = "POST"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Outbox:
    """Sends messages in the background. Safe to use from several threads."""

    def __init__(self, name: str) -> None:
        self._queue: queue.SimpleQueue[tuple[int, Message]] = queue.SimpleQueue()
        self._pending = 0
        self._generation = 0
        self._idle = threading.Condition()
        self._sent: deque[dict[str, Any]] = deque(maxlen=MAX_LOG_ENTRIES)
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def send(self, message: Message) -> None:
        """Queue a message."""
        with self._idle:
            self._pending += 1
            generation = self._generation
        self._queue.put((generation, message))

    def sent(self) -> list[dict[str, Any]]:
        """Return the latest messages: their log entries with `at`, `ms`, `status` and `error`; oldest first."""
        with self._idle:
            return list(self._sent)

    def reset(self) -> None:
        """Forget those sent and those still to be sent."""
        with self._idle:
            self._sent.clear()
            self._generation += 1

    def wait(self, seconds: float) -> bool:
        """Return once all queued are sent; False when they were not in time."""
        with self._idle:
            return self._idle.wait_for(lambda: self._pending == 0, timeout=seconds)

    def _run(self) -> None:
        while True:
            generation, message = self._queue.get()
            began = time.time()
            outcome = _send(message) if generation == self._generation else {}
            milliseconds = round((time.time() - began) * 1000)
            with self._idle:
                self._pending -= 1
                if generation == self._generation:
                    self._sent.append({**message.log_entry, "at": began, "ms": milliseconds, **outcome})
                self._idle.notify_all()


def _send(message: Message) -> dict[str, Any]:
    try:
        parts = urlsplit(message.url)
        connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection = connect(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
        try:
            headers = {"User-Agent": "TwentyThree sandbox", **message.headers}
            connection.request(message.verb, target, message.body or None, headers)
            return {"status": connection.getresponse().status, "error": ""}
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as error:
        return {"status": None, "error": f"{type(error).__name__}: {error}"}
