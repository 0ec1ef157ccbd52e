"""How many requests a workspace may have under way, over all processes: leased by the task, not by the request.

Long listings (videos, chapters and subtitles) take all slots but the first, which is for what is short: single
objects, categories, live streams, players. So a listing of an hour delays no notification. Where one request is
all that is allowed, everybody takes turns.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from django_twentythree.conf import get_settings
from django_twentythree.exceptions import TemporaryError
from django_twentythree.models import SyncRun, Workspace
from django_twentythree.sync.leases import Grip

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
