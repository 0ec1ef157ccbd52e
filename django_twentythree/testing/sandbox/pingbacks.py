"""Pingbacks: a POST to one address whenever a documented part of a video changed.

Source: API reference, "Pingbacks and webhooks".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django_twentythree.testing.sandbox.outbox import Message, Outbox

if TYPE_CHECKING:
    from collections.abc import Set

ANNOUNCED_CHANGES: Final = frozenset({"upload", "title", "description", "tags", "albums", "encoding"})
"""The changes that have a pingback; publishing has none."""


def address_for(url: str, photo_id: int) -> str:
    """Return the configured address with kind and id added; a query that it has stays in front."""
    head = url.partition("#")[0]
    joint = "&" if "?" in head else "?"
    return f"{head}{joint}type=photo&photo_id={photo_id}"


class Pingbacks:
    """Sends pingbacks about changes to one address, and makes the callbacks of uploads."""

    def __init__(self, url: str = "") -> None:
        self.url = url
        self._outbox = Outbox("pingbacks")

    def announce(self, photo_id: int, changes: Set[str]) -> None:
        """Queue a pingback about a video, if a change is documented to send one and an address is set."""
        because = ", ".join(sorted(changes & ANNOUNCED_CHANGES))
        if self.url and because:
            log_entry = {"photo_id": photo_id, "because": because}
            self._outbox.send(Message(url=address_for(self.url, photo_id), log_entry=log_entry))

    def call_back(self, url: str, photo_id: int) -> None:
        """Queue the callback of an upload, which the platform makes from its own servers when asked to."""
        log_entry = {"photo_id": photo_id, "because": "upload callback"}
        self._outbox.send(Message(url=url, verb="GET", log_entry=log_entry))

    def sent(self) -> list[dict[str, Any]]:
        """Return the latest pingbacks and how each was received, oldest first."""
        return self._outbox.sent()

    def reset(self, url: str) -> None:
        """Forget those sent and those still to be sent, and turn to another address."""
        self.url = url
        self._outbox.reset()

    def wait(self, seconds: float) -> bool:
        """Return once all queued are sent; False when they were not in time."""
        return self._outbox.wait(seconds)
