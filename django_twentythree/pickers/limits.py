"""How often one person may have this site ask TwentyThree.

Presses of buttons are counted in rows, which all processes share: any of them reaches the platform, and what it
allows is the whole site's. The steps of an upload, which only somebody who may add videos takes, are counted in the
project's cache. A cache that forgets, or that each process has for itself, makes those limits wider, never narrower.
"""

from __future__ import annotations

import hashlib
import time
from datetime import timedelta

from django.core.cache import cache

from django_twentythree.coordination.leases import acquire_one
from django_twentythree.user_context import User


def may_press(user: User, *, times: int, period: timedelta) -> bool:
    """Count one more press of a button, and return whether it is allowed: so many are in any stretch of time.

    Each takes one of that many leases of the user, and nobody gives it back before it lapses.
    """
    # Keys of users may be longer than those of leases.
    person = hashlib.sha256(str(user.pk).encode()).hexdigest()[:32]
    return acquire_one([f"press:{person}:{number}" for number in range(times)], period)


def is_within_limit(name: str, user: User, *, times: int, seconds: int) -> bool:
    """Count one more, and return whether that many are allowed in a stretch of time.

    Args:
        name: Of what is counted.
        user: Who does it.
        times: How many are allowed.
        seconds: In how long.
    """
    key = f"twentythree:{name}:{user.pk}:{int(time.time() // seconds)}"
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key) <= times
    except ValueError:  # forgotten at once
        return True


class UploadCache:
    """What was last found by a secret such as an upload token, and when it was last asked for."""

    def __init__(self, secret: str) -> None:
        self._key = f"twentythree:upload:{hashlib.sha256(secret.encode()).hexdigest()}"

    def may_ask(self, pause_seconds: float) -> bool:
        """Return whether the last time is long enough ago; if so, it is now."""
        return cache.add(f"{self._key}:asked", 1, pause_seconds)

    def keep(self, pk: int) -> None:
        """Remember the key of the row that was found."""
        cache.set(self._key, pk)

    def get(self) -> int | None:
        """Return the key of the row that was last found, None for none."""
        pk: int | None = cache.get(self._key)
        return pk
