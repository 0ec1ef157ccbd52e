"""Leases in rows, by the database's clock: exclusive ones, permits for requests, and budgets for a period."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from django_twentythree.conf import get_settings
from django_twentythree.coordination.clocks import CLOCK_TOLERANCE, DatabaseNow
from django_twentythree.exceptions import TemporaryError
from django_twentythree.models import Lease, SyncRun, Workspace

LEASE: Final = timedelta(seconds=90)
"""A process that is silent for so long loses its lease to others."""
RENEW_AFTER_SECONDS: Final = 10.0
"""Seconds between two renewals by a process that works or waits for the platform."""


class HeldLeases:
    """The leases of one process, under a name of its own.

    Args:
        duration: When it lapses unless pushed forward.
    """

    def __init__(self, duration: timedelta = LEASE) -> None:
        self._duration = duration
        self._holder = str(uuid.uuid4())
        self._renewed = time.monotonic()

    def acquire(self, key: str) -> bool:
        """Hold `key` as well, and return whether it was to be had."""
        return acquire(key, self._duration, holder=self._holder)

    def renew_if_due(self) -> None:
        """Push everything forward when it is time to; to be called again and again, also while waiting."""
        if time.monotonic() - self._renewed > RENEW_AFTER_SECONDS:
            self.renew()

    def renew(self) -> None:
        """Push everything forward."""
        Lease.objects.filter(holder=self._holder).update(until=DatabaseNow() + self._duration)
        self._renewed = time.monotonic()

    def release(self) -> None:
        """Give up everything."""
        Lease.objects.filter(holder=self._holder).update(until=DatabaseNow(), holder="")


def acquire(key: str, duration: timedelta, *, holder: str = "") -> bool:
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


def acquire_one(keys: Sequence[str], duration: timedelta) -> bool:
    """Hold the first of these keys that is free for so long, and return whether one was to be had."""
    leased = Lease.objects.exclude(_is_free(duration)).filter(key__in=keys)
    taken = set(leased.values_list("key", flat=True))
    return any(acquire(key, duration) for key in keys if key not in taken)


def _is_free(duration: timedelta) -> Q:
    # Free is also what is held for longer than anybody may: the database's clock was set back since.
    too_late = DatabaseNow() + duration + CLOCK_TOLERANCE
    return Q(until__lt=DatabaseNow()) | Q(holder="") | Q(until__gt=too_late)


@contextmanager
def hold(key: str, duration: timedelta = LEASE) -> Iterator[HeldLeases | None]:
    """Hold `key` for the length of a block; None when it was not to be had."""
    held = HeldLeases(duration)
    is_ours = held.acquire(key)
    try:
        yield held if is_ours else None
    finally:
        if is_ours:
            held.release()


class Budget:
    """Rights to do something so many times."""

    def __init__(self, left: int) -> None:
        self.left = left

    def use_one(self) -> bool:
        """Return whether there was one left, which is used now."""
        if self.left == 0:
            return False
        self.left -= 1
        return True


@contextmanager
def lend_budget(key: str, wanted: int, *, most: int, period: timedelta) -> Iterator[Budget]:
    """Lend as many of the wanted permits as are left for now, over all processes; what was not used goes back.

    Args:
        key: What they are for.
        wanted: How many could be used.
        most: How many there are in each period.
        period: How long it is; it begins with the first permit.
    """
    budget = Budget(_reserve(key, wanted, most, period) if wanted else 0)
    try:
        yield budget
    finally:
        if budget.left:
            Lease.objects.filter(key=key, count__gte=budget.left).update(count=F("count") - budget.left)


def _reserve(key: str, wanted: int, most: int, period: timedelta) -> int:
    now = DatabaseNow()
    Lease.objects.get_or_create(key=key, defaults={"holder": "", "until": now + period})
    is_over = Q(until__lt=now) | Q(until__gt=now + period + CLOCK_TOLERANCE)
    Lease.objects.filter(is_over, key=key).update(count=0, until=now + period)
    while True:
        count = Lease.objects.values_list("count", flat=True).get(key=key)
        taken = max(0, min(wanted, most - count))
        if not taken or Lease.objects.filter(key=key, count=count).update(count=count + taken):
            return taken


POLL_SECONDS: Final = 0.2
LONG: Final = frozenset({SyncRun.Resource.PHOTOS, SyncRun.Resource.DETAILS})


class WorkspaceBusyError(TemporaryError):
    """Other processes use all the requests that a workspace may have under way."""

    def __init__(self, alias: str) -> None:
        super().__init__(alias)
        self.endpoint = alias
        self.detail = "other workers use all requests that REQUESTS_IN_FLIGHT allows; it is tried again"


class RequestPermits:
    """Requests that this task may have under way."""

    def __init__(self, held: HeldLeases, count: int, heartbeat: Callable[[], None] | None) -> None:
        self._held = held
        self._heartbeat = heartbeat
        self.count = count

    def renew_if_due(self) -> None:
        """Push the leases forward when it is time to; to be called again and again, also while waiting."""
        self._held.renew_if_due()
        if self._heartbeat is not None:
            self._heartbeat()


@contextmanager
def acquire_permits(
    workspace: Workspace, *, is_long: bool, acquire_timeout: timedelta, heartbeat: Callable[[], None] | None = None
) -> Iterator[RequestPermits]:
    """Lend as many of a workspace's requests as are free, at least one, for the length of a block.

    Args:
        workspace: The workspace to be asked.
        is_long: Whether the work is a long listing.
        acquire_timeout: How long to wait for the first one.
        heartbeat: Keeps what else the task holds, while it waits here and with `RequestPermits.keep`.

    Raises:
        WorkspaceBusyError: None became free in time.
    """
    held = HeldLeases()
    in_flight = max(1, get_settings().REQUESTS_IN_FLIGHT)
    end = time.monotonic() + acquire_timeout.total_seconds()
    numbers = range(1, in_flight) if is_long and in_flight > 1 else range(1)
    try:
        while not (taken := _take(workspace, numbers, held)):
            if time.monotonic() > end:
                raise WorkspaceBusyError(workspace.alias)
            if heartbeat is not None:
                heartbeat()
            time.sleep(POLL_SECONDS)
        yield RequestPermits(held, taken, heartbeat)
    finally:
        held.release()


def _take(workspace: Workspace, numbers: range, held: HeldLeases) -> int:
    return sum(held.acquire(f"slot:{workspace.pk}:{number}") for number in numbers)
