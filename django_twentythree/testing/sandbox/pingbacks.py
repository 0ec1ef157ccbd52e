"""Pingbacks: a POST to one address whenever a documented part of a video changed.

Source: API reference, "Pingbacks and webhooks". How long the platform waits, and whether it tries again, is
not documented; the sandbox waits five seconds and does not.
"""

from __future__ import annotations

import http.client
import queue
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

TIMEOUT_SECONDS: Final = 5.0
KEPT: Final = 200


def address_for(url: str, photo_id: int) -> str:
    """Return the configured address with kind and id added; a query that it has stays in front."""
    head = url.partition("#")[0]
    joint = "&" if "?" in head else "?"
    return f"{head}{joint}type=photo&photo_id={photo_id}"


class Pingbacks:
    """Sends pingbacks from a thread of its own, one after the other."""

    def __init__(self, url: str = "") -> None:
        self.url = url
        self._queue: queue.SimpleQueue[tuple[int, str, str, int, str]] = queue.SimpleQueue()
        self._pending = 0
        self._generation = 0
        self._idle = threading.Condition()
        self._sent: deque[dict[str, Any]] = deque(maxlen=KEPT)
        threading.Thread(target=self._run, name="pingbacks", daemon=True).start()

    def announce(self, photo_id: int, changes: Iterable[str]) -> None:
        """Queue a pingback about a video, if there was a change and anybody to tell."""
        because = ", ".join(sorted(changes))
        if self.url and because:
            self._send_later("POST", address_for(self.url, photo_id), photo_id, because)

    def call_back(self, url: str, photo_id: int) -> None:
        """Queue the callback of an upload, which the platform makes from its own servers when asked to."""
        self._send_later("GET", url, photo_id, "upload callback")

    def _send_later(self, verb: str, url: str, photo_id: int, because: str) -> None:
        with self._idle:
            self._pending += 1
            generation = self._generation
        self._queue.put((generation, verb, url, photo_id, because))

    def sent(self) -> list[dict[str, Any]]:
        """Return the latest pingbacks and how each was received, oldest first."""
        with self._idle:
            return list(self._sent)

    def reset(self, url: str) -> None:
        """Forget those sent and those still to be sent, and turn to another address."""
        with self._idle:
            self.url = url
            self._sent.clear()
            self._generation += 1

    def wait(self, seconds: float) -> bool:
        """Return once all queued are sent; False when they were not in time."""
        with self._idle:
            return self._idle.wait_for(lambda: self._pending == 0, timeout=seconds)

    def _run(self) -> None:
        while True:
            generation, verb, url, photo_id, because = self._queue.get()
            began = time.time()
            outcome = _send(verb, url) if generation == self._generation else {}
            milliseconds = round((time.time() - began) * 1000)
            with self._idle:
                self._pending -= 1
                if generation == self._generation:
                    told = {"photo_id": photo_id, "because": because, "at": began, "ms": milliseconds}
                    self._sent.append(told | outcome)
                self._idle.notify_all()


def _send(verb: str, url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    target = (parts.path or "/") + f"?{parts.query}"
    try:
        connection = connect(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(verb, target, headers={"User-Agent": "TwentyThree sandbox"})
            return {"status": connection.getresponse().status, "error": ""}
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as error:
        return {"status": None, "error": f"{type(error).__name__}: {error}"}
