"""Short exclusive rights that live in rows: held by one process until given up or lapsed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from django_twentythree.models import Lease
from django_twentythree.sync.clocks import get_latest_credible


def take(key: str, duration: timedelta, *, holder: str = "") -> str | None:
    """Return the name under which this process now holds `key`, None when another does.

    Args:
        key: What is to be held.
        duration: When it lapses unless pushed forward.
        holder: A name used for several keys at once; "": a new one.
    """
    holder = holder or str(uuid.uuid4())
    now = timezone.now()
    until = now + duration
    # A conditional UPDATE decides between processes; the INSERT only ever happens once a key.
    # Free is also what was given up by a clock that runs ahead, or taken by one for longer than anybody may.
    is_free = Q(until__lt=now) | Q(holder="") | Q(until__gt=get_latest_credible(until))
    if Lease.objects.filter(is_free, key=key).update(holder=holder, until=until):
        return holder
    if Lease.objects.filter(key=key).exists():
        return None
    try:
        with transaction.atomic():
            Lease.objects.create(key=key, holder=holder, until=until)
    except IntegrityError:
        return None
    return holder


def push(holder: str, duration: timedelta) -> int:
    """Push forward everything that is held under a name, and return how much that is."""
    return Lease.objects.filter(holder=holder).update(until=timezone.now() + duration)


def give_up(holder: str) -> None:
    """Give up everything that is held under a name."""
    Lease.objects.filter(holder=holder).update(until=timezone.now(), holder="")


@contextmanager
def hold(key: str, duration: timedelta) -> Iterator[bool]:
    """Hold `key` for the length of a block, and say whether that was to be had."""
    holder = take(key, duration)
    try:
        yield holder is not None
    finally:
        if holder is not None:
            give_up(holder)
