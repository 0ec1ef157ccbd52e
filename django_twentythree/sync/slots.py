"""How many requests a workspace may have under way, over all processes: leased by the task, not by the request.

Long listings (videos, chapters and subtitles) take all slots but the first, and the first only when there is
no other. It is for what is short: single objects, categories, live streams, players. So a listing of an hour
delays no notification.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from django_twentythree.conf import get_settings
from django_twentythree.exceptions import TemporaryError
from django_twentythree.models import SyncRun, Workspace
from django_twentythree.sync.leases import give_up, push, take

LEASE: Final = timedelta(minutes=5)
"""As long as that of a run: longer than one page with all its retries."""
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

    def __init__(self, holder: str, count: int) -> None:
        self._holder = holder
        self.count = count

    def renew(self) -> None:
        """Push the leases forward."""
        push(self._holder, LEASE)


@contextmanager
def lease_slots(workspace: Workspace, *, is_long: bool, patience: timedelta) -> Iterator[Slots]:
    """Lend as many of a workspace's requests as are free, at least one, for the length of a block.

    Args:
        workspace: The workspace to be asked.
        is_long: Whether the work is a long listing.
        patience: How long to wait for the first one.

    Raises:
        WorkspaceBusyError: None became free in time.
    """
    holder = str(uuid.uuid4())
    in_flight = max(1, get_settings().REQUESTS_IN_FLIGHT)
    end = time.monotonic() + patience.total_seconds()
    try:
        while True:
            taken = _take(workspace, range(1, in_flight), holder) if is_long else 0
            taken = taken or _take(workspace, range(1), holder)
            if taken:
                break
            if time.monotonic() > end:
                raise WorkspaceBusyError(workspace.alias)
            time.sleep(POLL_SECONDS)
        yield Slots(holder, taken)
    finally:
        give_up(holder)


def _take(workspace: Workspace, numbers: range, holder: str) -> int:
    keys = (f"slot:{workspace.pk}:{number}" for number in numbers)
    return sum(take(key, LEASE, holder=holder) is not None for key in keys)
