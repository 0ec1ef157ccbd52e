"""Short rights that live in rows, by the database's clock: exclusive ones, and those of which a time has so many."""

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


class Permits:
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
def lend_permits(key: str, wanted: int, *, most: int, period: timedelta) -> Iterator[Permits]:
    """Lend as many of the wanted permits as are left for now, over all processes; what was not used goes back.

    Args:
        key: What they are for.
        wanted: How many could be used.
        most: How many there are in each period.
        period: How long it is; it begins with the first permit.
    """
    permits = Permits(_take_permits(key, wanted, most, period) if wanted else 0)
    try:
        yield permits
    finally:
        if permits.left:
            Lease.objects.filter(key=key, count__gte=permits.left).update(count=F("count") - permits.left)


def _take_permits(key: str, wanted: int, most: int, period: timedelta) -> int:
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


class Slots:
    """Requests that this task may have under way."""

    def __init__(self, grip: Grip, count: int, keep_as_well: Callable[[], None] | None) -> None:
        self._grip = grip
        self._keep_as_well = keep_as_well
        self.count = count

    def keep(self) -> None:
        """Push the leases forward when it is time to; to be called again and again, also while waiting."""
        self._grip.keep()
        if self._keep_as_well is not None:
            self._keep_as_well()


@contextmanager
def lease_slots(
    workspace: Workspace, *, is_long: bool, patience: timedelta, keep_as_well: Callable[[], None] | None = None
) -> Iterator[Slots]:
    """Lend as many of a workspace's requests as are free, at least one, for the length of a block.

    Args:
        workspace: The workspace to be asked.
        is_long: Whether the work is a long listing.
        patience: How long to wait for the first one.
        keep_as_well: Keeps what else the task holds, while it waits here and with `Slots.keep`.

    Raises:
        WorkspaceBusyError: None became free in time.
    """
    grip = Grip()
    in_flight = max(1, get_settings().REQUESTS_IN_FLIGHT)
    end = time.monotonic() + patience.total_seconds()
    numbers = range(1, in_flight) if is_long and in_flight > 1 else range(1)
    try:
        while not (taken := _take(workspace, numbers, grip)):
            if time.monotonic() > end:
                raise WorkspaceBusyError(workspace.alias)
            if keep_as_well is not None:
                keep_as_well()
            time.sleep(POLL_SECONDS)
        yield Slots(grip, taken, keep_as_well)
    finally:
        grip.give_up()


def _take(workspace: Workspace, numbers: range, grip: Grip) -> int:
    return sum(grip.take(f"slot:{workspace.pk}:{number}") for number in numbers)
