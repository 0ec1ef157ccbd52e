"""The inbox: pending notices to refreshed rows. A notice is a hint; what it names is fetched again."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import models
from django.utils import timezone

from django_twentythree.exceptions import TwentyThreeError
from django_twentythree.models import Notification, Photo, SyncRun, Workspace
from django_twentythree.notifications import read_hints
from django_twentythree.sync.conditions import get_resting_until, note_failure, note_success
from django_twentythree.sync.connections import connect
from django_twentythree.sync.explain import explain
from django_twentythree.sync.identity import get_or_create_workspace
from django_twentythree.sync.leases import hold, take
from django_twentythree.sync.mappings import MAPPINGS
from django_twentythree.sync.refresh import Refresher, apply_newest
from django_twentythree.sync.slots import WorkspaceBusyError, lease_slots

logger = logging.getLogger(__name__)

BATCH: Final = 20_000
LEASE: Final = timedelta(minutes=5)
SECOND_LOOK: Final = timedelta(seconds=60)
"""A photo that is not encoded yet is looked at once more after so long."""
FIRST_PAUSE: Final = timedelta(seconds=30)
MAX_ATTEMPTS: Final = 8
MOST_UNKNOWN: Final = 60
"""So many objects that this site does not know are asked for in one go: what forged ids may cost a minute."""
UNKNOWN_PAUSE: Final = timedelta(minutes=1)
LIGHT_LOOK_PAUSE: Final = timedelta(minutes=5)

SLOT_PATIENCE: Final = timedelta(seconds=20)

_RESOURCES: Final = {
    "photo": SyncRun.Resource.PHOTOS,
    "album": SyncRun.Resource.ALBUMS,
    "live": SyncRun.Resource.LIVESTREAMS,
}

Target = tuple[str, int]
"""A resource, and the remote id of one of its objects."""


@dataclass(slots=True)
class InboxReport:
    """What one pass over the inbox did.

    Attributes:
        done: Notices that are settled.
        postponed: Notices that will be looked at again.
        refreshed: Objects fetched.
        wanted: Resources that a notice without an id asks to be listed; the caller has that done.
    """

    done: int = 0
    postponed: int = 0
    refreshed: int = 0
    wanted: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Pending:
    """The notices selected, by what they name."""

    attempts: dict[int, int] = field(default_factory=dict)
    targets: dict[Target, set[int]] = field(default_factory=lambda: defaultdict(set))
    without_target: set[int] = field(default_factory=set)


def process_inbox(alias: str, *, patience: timedelta = SLOT_PATIENCE) -> InboxReport:
    """Refresh what the pending notices of a workspace name; one process at a time does.

    Args:
        alias: The workspace.
        patience: How long to wait until other tasks leave a request to spare; without one the notices wait.

    Raises:
        ConfigurationError: The workspace is not configured.
    """
    workspace = get_or_create_workspace(alias)
    report = InboxReport()
    if get_resting_until(workspace):
        return report
    with hold(f"inbox:{workspace.pk}", LEASE) as is_ours:
        if not is_ours:
            return report
        pending = _select(workspace)
        if not pending.attempts:
            return report
        try:
            with lease_slots(workspace, is_long=False, patience=patience), connect(alias) as client:
                refresher = Refresher(client, workspace)
                _refresh_all(workspace, refresher, pending, report)
                if pending.without_target:
                    if take(f"light:{workspace.pk}", LIGHT_LOOK_PAUSE):
                        apply_newest(client, workspace)
                        report.wanted = [SyncRun.Resource.ALBUMS, SyncRun.Resource.LIVESTREAMS]
                    _settle(pending.without_target, report)
        except WorkspaceBusyError as error:
            logger.info("Change notices wait: %s", error)
        except TwentyThreeError as error:
            explanation = explain(error, alias)
            note_failure(workspace, error, explanation)
            logger.warning("Change notices of '%s' wait: %s", alias, explanation)
            _postpone(_unsettled(pending), pending, explanation, report)
        else:
            note_success(workspace)
    return report


def replay(notices: models.QuerySet[Notification]) -> int:
    """Make these notices pending again, as if they had just arrived, and return how many there are."""
    # By keys: a sliced or filtered list may not be updated by its own conditions.
    keys = list(notices.values_list("pk", flat=True))
    return Notification.objects.filter(pk__in=keys).update(
        state=Notification.State.PENDING, attempts=0, due_at=None, processed_at=None, error=""
    )


def _select(workspace: Workspace) -> _Pending:
    now = timezone.now()
    rows = (
        Notification.objects.filter(workspace=workspace, state=Notification.State.PENDING)
        .filter(models.Q(due_at__isnull=True) | models.Q(due_at__lte=now))
        .order_by("pk")
        .values_list("pk", "payload", "attempts")[:BATCH]
    )
    pending = _Pending()
    for pk, payload, attempts in rows.iterator(chunk_size=2_000):
        pending.attempts[pk] = attempts
        hints = read_hints(payload)
        for hint in hints:
            pending.targets[_RESOURCES[hint.kind], hint.id].add(pk)
        if not hints:
            pending.without_target.add(pk)
    return pending


def _refresh_all(workspace: Workspace, refresher: Refresher, pending: _Pending, report: InboxReport) -> None:
    known = _find_known(workspace, pending.targets)
    unknown_left = MOST_UNKNOWN
    for target in list(pending.targets):
        notices = pending.targets[target]
        if target not in known:
            if not unknown_left:
                _reschedule(notices, UNKNOWN_PAUSE)
                report.postponed += len(notices)
                del pending.targets[target]
                continue
            unknown_left -= 1
        refreshed = refresher.refresh(*target)
        report.refreshed += 1
        del pending.targets[target]
        # A notice that names several objects is settled with the last of them.
        settled = notices - _unsettled(pending)
        if refreshed.problem:
            _postpone(settled, pending, refreshed.problem, report)
        elif isinstance(refreshed.row, Photo) and not refreshed.row.is_encoded and refreshed.row.kind != "image":
            first_looks = {pk for pk in settled if pending.attempts[pk] == 0}
            _reschedule(first_looks, SECOND_LOOK, attempts=1)
            report.postponed += len(first_looks)
            _settle(settled - first_looks, report)
        else:
            _settle(settled, report)


def _find_known(workspace: Workspace, targets: Iterable[Target]) -> set[Target]:
    by_resource: dict[str, list[int]] = defaultdict(list)
    for resource, remote_id in targets:
        by_resource[resource].append(remote_id)
    known: set[Target] = set()
    for resource, remote_ids in by_resource.items():
        rows = MAPPINGS[resource].model._default_manager.filter(workspace=workspace)
        for chunk in _chunks(remote_ids):
            found = rows.filter(remote_id__in=chunk).values_list("remote_id", flat=True)
            known.update((resource, remote_id) for remote_id in found)
    return known


def _unsettled(pending: _Pending) -> set[int]:
    return set().union(*pending.targets.values())


def _settle(keys: Collection[int], report: InboxReport) -> None:
    now = timezone.now()
    for chunk in _chunks(sorted(keys)):
        Notification.objects.filter(pk__in=chunk).update(
            state=Notification.State.DONE, processed_at=now, due_at=None, error="", attempts=models.F("attempts") + 1
        )
    report.done += len(keys)


def _postpone(keys: Collection[int], pending: _Pending, why: str, report: InboxReport) -> None:
    """Try again later, each time after twice the pause; give up after several attempts."""
    by_attempts: dict[int, list[int]] = defaultdict(list)
    for pk in keys:
        by_attempts[pending.attempts[pk]].append(pk)
    now: datetime = timezone.now()
    for attempts, group in by_attempts.items():
        facts: dict[str, Any] = {"attempts": attempts + 1, "error": why, "due_at": now + FIRST_PAUSE * 2**attempts}
        if attempts + 1 >= MAX_ATTEMPTS:
            facts |= {"state": Notification.State.FAILED, "processed_at": now, "due_at": None}
        for chunk in _chunks(group):
            Notification.objects.filter(pk__in=chunk).update(**facts)
    report.postponed += len(keys)


def _reschedule(keys: Collection[int], pause: timedelta, **facts: Any) -> None:
    for chunk in _chunks(sorted(keys)):
        Notification.objects.filter(pk__in=chunk).update(due_at=timezone.now() + pause, **facts)


def _chunks(keys: list[int], size: int = 500) -> Iterable[list[int]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))
