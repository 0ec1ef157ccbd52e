"""Limits on how often one person may cause requests to TwentyThree.

Presses of buttons are counted in database rows, which all processes share, because the platform limits the whole
site. The steps of an upload, which need the permission to add videos, are counted in the project's cache. A cache
that loses entries or is private to a process makes these limits wider, never narrower.
"""

from __future__ import annotations

import hashlib
import time
from datetime import timedelta

from django.core.cache import cache

from django_twentythree.coordination.leases import acquire_one
from django_twentythree.user_context import User


def may_press(user: User, *, times: int, period: timedelta) -> bool:
    """Count one press of a button, and return whether the user is still within the limit.

    Each press takes one of the user's leases, which becomes free again only when it expires.
    """
    # A user's key may be longer than a lease's key allows.
    person = hashlib.sha256(str(user.pk).encode()).hexdigest()[:32]
    return acquire_one([f"press:{person}:{number}" for number in range(times)], period)


def is_within_limit(name: str, user: User, *, times: int, seconds: int) -> bool:
    """Count one event, and return whether the user is still within the limit.

    Args:
        name: The name of the counted event.
        user: The user who causes it.
        times: The number of allowed events.
        seconds: The length of the period.
    """
    key = f"twentythree:{name}:{user.pk}:{int(time.time() // seconds)}"
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key) <= times
    except ValueError:  # forgotten at once
        return True


class UploadCache:
    """Remembers the row last found for a secret, such as an upload token, and the time of the last request."""

    def __init__(self, secret: str) -> None:
        self._key = f"twentythree:upload:{hashlib.sha256(secret.encode()).hexdigest()}"

    def may_ask(self, pause_seconds: float) -> bool:
        """Return whether the last request is old enough; if so, record a new one."""
        return cache.add(f"{self._key}:asked", 1, pause_seconds)

    def keep(self, pk: int) -> None:
        """Remember the key of the row that was found."""
        cache.set(self._key, pk)

    def get(self) -> int | None:
        """Return the key of the row last found, or None."""
        pk: int | None = cache.get(self._key)
        return pk
