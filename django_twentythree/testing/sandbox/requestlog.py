"""The log of API calls, without anything secret in it."""

from __future__ import annotations

import re
import threading
from collections import deque
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_CALLS: Final = 20_000
# Version 2 adds kinds of tokens: `presenter_token`, `spot_token`, `object_token`.
SECRET_PARAMETERS: Final = re.compile(r"token$|secret|password|^target_url$|^verification_data$|^publish_stream$")
HIDDEN: Final = "(hidden)"


def without_secrets(params: Mapping[str, str]) -> dict[str, str]:
    """Return parameters with their tokens blotted out, and without those of the signature."""
    return {
        name: HIDDEN if value and SECRET_PARAMETERS.search(name) else value
        for name, value in params.items()
        if not name.startswith("oauth_")
    }


class RequestLog:
    """The latest calls. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: deque[dict[str, Any]] = deque(maxlen=MAX_CALLS)

    def add(self, call: dict[str, Any]) -> None:
        """Record a call."""
        with self._lock:
            self._calls.append(call)

    def calls(self, latest: int | None = None) -> list[dict[str, Any]]:
        """Return the calls, oldest first; at most the `latest` ones."""
        with self._lock:
            return list(self._calls)[-(latest or MAX_CALLS) :]

    def clear(self) -> None:
        """Forget all calls."""
        with self._lock:
            self._calls.clear()
