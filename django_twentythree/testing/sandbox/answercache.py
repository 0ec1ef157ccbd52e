"""The platform's cache of unsigned answers.

Source: API reference, "Anonymous caching": up to 30 minutes, never for signed calls, bypassed with `time=`.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from typing import Any, Final

MAX_ANSWERS: Final = 64
CACHED_METHODS: Final = frozenset(
    {
        "album/list",
        "comment/list",
        "license/list",
        "live/list",
        "photo/list",
        "player/settings",
        "photo/section/list",
        "photo/subtitle/list",
        "site/get",
        "tag/list",
        "tag/related",
    }
)


class AnswerCache:
    """Envelopes by address, with the moment each was made. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, dict[str, Any]]] = OrderedDict()

    def find(self, address: str, max_age_seconds: int) -> dict[str, Any] | None:
        """Return the envelope kept for an address, marked as cached; None when there is none young enough."""
        with self._lock:
            made_at, envelope = self._kept.get(address, (0.0, {}))
        if not envelope or time.time() - made_at > max_age_seconds:
            return None
        marked: dict[str, Any] = {}
        for key, value in envelope.items():
            marked[key] = value
            if key == "cached":
                # Version 1 writes texts, version 2 a boolean and a number.
                is_text = isinstance(value, str)
                marked |= {
                    "cached": "1" if is_text else True,
                    "cache_time": str(int(made_at)) if is_text else int(made_at),
                }
        return marked

    def keep(self, address: str, envelope: dict[str, Any]) -> None:
        """Keep an envelope for an address."""
        with self._lock:
            self._kept[address] = (time.time(), envelope)
            self._kept.move_to_end(address)
            while len(self._kept) > MAX_ANSWERS:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget all answers."""
        with self._lock:
            self._kept.clear()
