"""Short exclusive rights that live in rows: held by one process until given up or lapsed, by the database's clock."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q

from django_twentythree.models import Lease
from django_twentythree.sync.clocks import CLOCK_TOLERANCE, DatabaseNow

LEASE: Final = timedelta(seconds=90)
"""How long a process may be silent before others take its place."""
RENEW_AFTER_SECONDS: Final = 10.0
"""How often one that works, or waits for the platform, says so."""


class Grip:
    """What one process holds under a name of its own.

    Args:
        duration: When it lapses unless pushed forward.
    """

    def __init__(self, duration: timedelta = LEASE) -> None:
        self._duration = duration
        self._holder = str(uuid.uuid4())
        self._pushed = time.monotonic()

    def take(self, key: str) -> bool:
        """Hold `key` as well, and return whether it was to be had."""
        return take(key, self._duration, holder=self._holder)

    def keep(self) -> None:
        """Push everything forward when it is time to; to be called again and again, also while waiting."""
        if time.monotonic() - self._pushed > RENEW_AFTER_SECONDS:
            self.push()

    def push(self) -> None:
        """Push everything forward."""
        Lease.objects.filter(holder=self._holder).update(until=DatabaseNow() + self._duration)
        self._pushed = time.monotonic()

    def give_up(self) -> None:
        """Give up everything."""
        Lease.objects.filter(holder=self._holder).update(until=DatabaseNow(), holder="")


def take(key: str, duration: timedelta, *, holder: str = "") -> bool:
    """Hold `key` for so long, and return whether it was to be had.

    Args:
        key: What is to be held.
        duration: When it lapses unless pushed forward.
        holder: Who holds it; "": nobody who could push it forward or give it up.
    """
    holder = holder or str(uuid.uuid4())
    until = DatabaseNow() + duration
    # A conditional UPDATE decides between processes; the INSERT only ever happens once a key.
    if Lease.objects.filter(_is_free(duration), key=key).update(holder=holder, until=until):
        return True
    if Lease.objects.filter(key=key).exists():
        return False
    try:
        with transaction.atomic():
            Lease.objects.create(key=key, holder=holder, until=until)
    except IntegrityError:
        return False
    return True


def take_one(keys: Sequence[str], duration: timedelta) -> bool:
    """Hold the first of these keys that is free for so long, and return whether one was to be had."""
    held = Lease.objects.exclude(_is_free(duration)).filter(key__in=keys)
    taken = set(held.values_list("key", flat=True))
    return any(take(key, duration) for key in keys if key not in taken)


def _is_free(duration: timedelta) -> Q:
    # Free is also what is held for longer than anybody may: the database's clock was set back since.
    too_late = DatabaseNow() + duration + CLOCK_TOLERANCE
    return Q(until__lt=DatabaseNow()) | Q(holder="") | Q(until__gt=too_late)


@contextmanager
def hold(key: str, duration: timedelta = LEASE) -> Iterator[Grip | None]:
    """Hold `key` for the length of a block; None when it was not to be had."""
    grip = Grip(duration)
    is_ours = grip.take(key)
    try:
        yield grip if is_ours else None
    finally:
        if is_ours:
            grip.give_up()
