"""Time, processes that die, and what this process may not do to the rows meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import time_machine
from django.db import connection
from django.db.models import F, Q
from django.utils import timezone

from django_twentythree.api.levels import is_privileged
from django_twentythree.coordination.clocks import CLOCK_TOLERANCE
from django_twentythree.coordination.leases import LEASE
from django_twentythree.models import (
    Album,
    AlbumPhoto,
    Lease,
    LiveStream,
    Notification,
    Photo,
    Player,
    Recheck,
    SyncRun,
    Tag,
    Workspace,
    WorkspaceCondition,
)
from tests.chaos.oracle import MODELS
from tests.chaos.world import World

MOMENTS: Final = {
    Photo: ("observed_at", "changed_at", "missing_since", "details_observed_at"),
    Album: ("observed_at", "changed_at", "missing_since"),
    LiveStream: ("observed_at", "changed_at", "missing_since", "recordings_observed_at"),
    Player: ("observed_at", "changed_at", "missing_since"),
    SyncRun: ("started_at", "finished_at", "lease_until"),
    Notification: ("received_at", "processed_at", "due_at"),
    Lease: ("until",),
    WorkspaceCondition: ("retry_at", "throttled_until", "failing_since", "recovered_at"),
}


class KilledError(BaseException):
    """This process is no more."""


def forget_everything() -> None:
    """Delete all rows, as no code of the package ever would."""
    for model in (AlbumPhoto, Photo, LiveStream, Album, Player, Tag, Recheck):
        model._default_manager.all().delete()
    for model in (SyncRun, Notification, Lease, WorkspaceCondition, Workspace):  # type: ignore[assignment]
        model._default_manager.all().delete()


def let_pass(time: timedelta) -> None:
    """Let so much time go by: everything that is written down is that much longer ago."""
    for model, names in MOMENTS.items():
        model._default_manager.update(**{name: F(name) - time for name in names})


def clock_off_by(skew: timedelta) -> Any:
    """Set this process's clock wrong for the length of a block."""
    return time_machine.travel(datetime.now(UTC) + skew, tick=True) if skew else nullcontext()


def is_in_doubt() -> bool:
    """Whether a row was observed within what clocks may differ, ahead of now, or a right is held beyond now."""
    now = timezone.now()
    ahead = (now, now + CLOCK_TOLERANCE + timedelta(minutes=1))
    held = (now, now + LEASE + CLOCK_TOLERANCE + timedelta(minutes=1))
    return (
        any(model._default_manager.filter(observed_at__range=ahead).exists() for model in MODELS.values())
        or Photo.objects.filter(Q(details_observed_at__range=ahead) | Q(changed_at__range=ahead)).exists()
        or SyncRun.objects.filter(active_key__isnull=False, lease_until__range=held).exists()
        or Lease.objects.exclude(holder="").filter(until__range=held).exists()
    )


@dataclass
class Meddler:
    """Stands before every query of this process: lets others act in between, or ends it.

    Attributes:
        deeds: What others do, by the number of the query before which they do it; outside of transactions.
        dies_at: The number of the query that is never made; 0: none.
        is_hard: Whether nothing can be tidied up any more, as after `kill -9`.
    """

    deeds: dict[int, Callable[[], None]] = field(default_factory=dict)
    dies_at: int = 0
    is_hard: bool = False
    _count: int = 0
    _is_busy: bool = False

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: Any, context: Any) -> Any:
        if not self._is_busy:
            self._count += 1
            if self._count == self.dies_at or (self.is_hard and 0 < self.dies_at < self._count):
                raise KilledError
            if not connection.in_atomic_block:
                self._act()
        return execute(sql, params, many, context)

    def _act(self) -> None:
        self._is_busy = True
        try:
            for number in [number for number in self.deeds if number <= self._count]:
                self.deeds.pop(number)()
        finally:
            self._is_busy = False

    @contextmanager
    def at_work(self) -> Iterator[None]:
        with connection.execute_wrapper(self):
            yield


Snapshot = dict[tuple[str, int], tuple[int, datetime | None, datetime | None, int]]


def photograph() -> Snapshot:
    """Return remote id, moment of observation, absence and revision of every mirrored row."""
    found: Snapshot = {}
    for resource, model in MODELS.items():
        for pk, remote_id, observed_at, missing_since, extra in model._default_manager.values_list(
            "pk", "remote_id", "observed_at", "missing_since", "extra"
        ):
            found[resource, pk] = (remote_id, observed_at, missing_since, int(extra.get("revision", 0)))
    return found


def check_step(before: Snapshot, after: Snapshot, world: World, *, level: str | None, began: datetime) -> None:
    """Hold a step against the promises that hold at any moment.

    Args:
        before: The rows before it.
        after: The rows after it.
        world: The platform; its step began with this one.
        level: The permission level of the step, None: anonymous.
        began: By the clock of the step.
    """
    for key, (remote_id, observed_at, missing_since, revision) in before.items():
        name = f"{key[0]} {remote_id}"
        assert key in after, f"{name} was deleted"
        new_id, new_observed_at, new_missing_since, new_revision = after[key]
        assert new_id == remote_id, f"{name} became {new_id}"
        is_known = observed_at is not None and observed_at <= began + CLOCK_TOLERANCE
        if is_known and new_observed_at != observed_at:
            assert new_observed_at is not None, f"{name}: observed_at was lost"
            assert new_observed_at > observed_at, f"{name}: {new_observed_at} came over {observed_at}"
        assert new_revision >= revision, f"{name}: revision {new_revision} came over {revision}"
        if missing_since is None and new_missing_since is not None:
            privileged = is_privileged(level or "anonymous")
            is_there = world.was_findable_throughout(key[0], remote_id, privileged=privileged)
            assert not is_there, f"{name} exists, and was marked missing"


def freeze() -> dict[str, list[Any]]:
    """Return every column of the rows that are present, and of what links them.

    Of a category that visitors are not told of, a video may make a row that the next listing of categories notes
    as hidden: it is missing before and after.
    """
    rows = {model.__name__: model._default_manager.filter(missing_since=None) for model in MODELS.values()}
    rows |= {model.__name__: model._default_manager.all() for model in (Tag, AlbumPhoto, Photo.tags.through)}
    return {name: list(found.order_by("pk").values()) for name, found in rows.items()}
