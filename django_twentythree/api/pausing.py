"""The pause that a platform asks for (`Retry-After`), kept by all threads that share a client."""

from __future__ import annotations

import threading
from time import monotonic
from typing import Final

LONGEST_SHARED_SECONDS: Final = 300.0
"""A longer pause is believed for the call that it answered; all others ask again after so long."""


class Pause:
    """Until when the platform is to be left alone; none at first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0

    @property
    def until(self) -> float:
        """When the pause ends, by the clock of `time.monotonic`."""
        return self._until

    @property
    def remaining_seconds(self) -> float:
        """How much of it is left; 0 when there is none."""
        return max(0.0, self._until - monotonic())

    def extend(self, seconds: float) -> float:
        """Leave the platform alone for so long from now on, and return when that will be over.

        One answer silences nobody for hours: the pause is the longest shared one at most.
        """
        moment = monotonic() + min(seconds, LONGEST_SHARED_SECONDS)
        with self._lock:
            self._until = max(self._until, moment)
        return moment
