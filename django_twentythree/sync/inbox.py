"""The inbox: pending notices to refreshed rows. A notice is a hint; what it names is fetched again."""

from __future__ import annotations

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import Any, Final

from django.db import models

from django_twentythree.api.paging import PAGE_SIZE
from django_twentythree.exceptions import APIError, AuthenticationError, RateLimitedError, TwentyThreeError
from django_twentythree.models import Notification, Photo, SyncRun, Workspace
from django_twentythree.notifications import read_hints
from django_twentythree.sync.clocks import DatabaseNow
from django_twentythree.sync.conditions import get_resting_until, note_failure, note_success
from django_twentythree.sync.explain import explain
from django_twentythree.sync.identity import IdentityError, LevelError, get_or_create_workspace
from django_twentythree.sync.leases import Grip, hold, take
from django_twentythree.sync.mappings import MAPPINGS
from django_twentythree.sync.memory import iter_by_key
from django_twentythree.sync.pauses import connect_politely
from django_twentythree.sync.refresh import Refreshed, Refresher
from django_twentythree.sync.report import SyncReport
from django_twentythree.sync.runs import was_listed
from django_twentythree.sync.session import Session
from django_twentythree.sync.slots import WorkspaceBusyError, lease_slots

logger = logging.getLogger(__name__)

BATCH: Final = 20_000
SECOND_LOOK: Final = timedelta(seconds=60)
"""A photo that is not encoded yet is looked at once more after so long."""
FIRST_PAUSE: Final = timedelta(seconds=30)
MAX_ATTEMPTS: Final = 8
MOST_UNKNOWN: Final = 60
"""So many objects that this site does not know are asked for within a minute: what forged ids may cost."""
UNKNOWN_PAUSE: Final = timedelta(minutes=1)
TOO_MANY_UNKNOWN: Final = (
    f"More than {MOST_UNKNOWN} objects that this site does not know were named within a minute; this one had to wait."
)
LIGHT_LOOK_PAUSE: Final = timedelta(minutes=5)
"""Between two looks around for notices that name nothing; those that come meanwhile wait for the next."""

SLOT_PATIENCE: Final = timedelta(seconds=20)

CROWD: Final = 50
"""So many notices that wait are looked at only when no more pour in: then one fetch does for all about one object."""
CALM_SECONDS: Final = 1.0
POURING: Final = 10
"""So many new ones within `CALM_SECONDS` are no calm."""
LONGEST_STORM_SECONDS: Final = 120.0
"""After so long a pass is made all the same."""

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
    """The notices selected, by what they name, and what became of that so far."""

    attempts: dict[int, int] = field(default_factory=dict)
    targets: dict[Target, set[int]] = field(default_factory=lambda: defaultdict(set))
    without_target: set[int] = field(default_factory=set)
    left: Counter[int] = field(default_factory=Counter)
    """Of how many objects that a notice names nothing is known yet."""
    problems: dict[int, str] = field(default_factory=dict)
    unencoded: set[int] = field(default_factory=set)

    def close(self, target: Target) -> set[int]:
        """Note that an object was dealt with, and return the notices of which it was the last."""
        notices = self.targets.pop(target)
        self.left.subtract(notices)
        return {pk for pk in notices if not self.left[pk]}

    @property
    def unsettled(self) -> set[int]:
        """The notices of which something is left."""
        return {pk for pk, left in self.left.items() if left} | self.without_target


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
    with hold(f"inbox:{workspace.pk}") as grip:
        if grip is None:
            return report
        _wait_for_calm(workspace, grip)
        pending = _select(workspace)
        if not pending.attempts:
            return report
        try:
            with (
                lease_slots(workspace, is_long=False, patience=patience, keep_as_well=grip.keep) as slots,
                connect_politely(workspace, keep=slots.keep) as client,
            ):
                refresher = Refresher(Session.resume(client, workspace))
                _refresh_all(workspace, refresher, pending, report)
                if pending.without_target:
                    _look_around(workspace, refresher, pending, report)
        except WorkspaceBusyError as error:
            logger.info("Change notices wait: %s", error)
        except (AuthenticationError, IdentityError, LevelError) as error:
            # No fault of the notices, which stay as they are. It is logged when the workspace changes state.
            note_failure(workspace, error, explain(error, alias))
        except TwentyThreeError as error:
            explanation = explain(error, alias)
            note_failure(workspace, error, explanation)
            logger.warning("Change notices of '%s' wait: %s", alias, explanation)
            _postpone(pending.unsettled, pending, explanation, report)
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


def _find_due(workspace: Workspace) -> models.QuerySet[Notification]:
    is_due = models.Q(due_at__isnull=True) | models.Q(due_at__lte=DatabaseNow())
    return Notification.objects.filter(is_due, workspace=workspace, state=Notification.State.PENDING)


def _wait_for_calm(workspace: Workspace, grip: Grip) -> None:
    """Wait while notices pour in; a few never wait."""
    due = _find_due(workspace)
    end = time.monotonic() + LONGEST_STORM_SECONDS
    while True:
        latest = list(due.order_by("-pk").values_list("pk", flat=True)[:CROWD])
        if len(latest) < CROWD or time.monotonic() > end:
            return
        time.sleep(CALM_SECONDS)
        grip.keep()
        if due.filter(pk__gt=latest[0])[:POURING].count() < POURING:
            return


def _select(workspace: Workspace) -> _Pending:
    pending = _Pending()
    rows = iter_by_key(_find_due(workspace), "pk", "payload", "attempts", portion=2_000)
    for pk, payload, attempts in islice(rows, BATCH):
        pending.attempts[pk] = attempts
        hints = read_hints(payload)
        for hint in hints:
            pending.targets[_RESOURCES[hint.kind], hint.id].add(pk)
        pending.left[pk] = len(hints)
        if not hints:
            pending.without_target.add(pk)
    return pending


def _refresh_all(workspace: Workspace, refresher: Refresher, pending: _Pending, report: InboxReport) -> None:
    known = _find_known(workspace, pending.targets)
    permits = _iter_permits(workspace)
    put_off: set[int] = set()
    try:
        for target, notices in list(pending.targets.items()):
            if target in known or next(permits, False):
                _note(_refresh(refresher, target), notices, pending)
                report.refreshed += 1
                _settle_all(pending.close(target), pending, report)
            else:
                pending.problems |= dict.fromkeys(notices, TOO_MANY_UNKNOWN)
                put_off |= pending.close(target)
    finally:
        _settle_all(put_off, pending, report)


def _note(refreshed: Refreshed, notices: Collection[int], pending: _Pending) -> None:
    if refreshed.problem:
        pending.problems |= dict.fromkeys(notices, refreshed.problem)
    elif isinstance(refreshed.row, Photo) and not refreshed.row.visibility.ready.holds(refreshed.row):
        pending.unencoded.update(pk for pk in notices if pending.attempts[pk] == 0)


def _settle_all(keys: set[int], pending: _Pending, report: InboxReport) -> None:
    """Write what became of notices all of whose objects were dealt with."""
    by_problem: dict[str, set[int]] = defaultdict(set)
    for pk in keys & pending.problems.keys():
        by_problem[pending.problems[pk]].add(pk)
    for problem, group in by_problem.items():
        _postpone(group, pending, problem, report)
    rest = keys - pending.problems.keys()
    again = rest & pending.unencoded
    _reschedule(again, SECOND_LOOK, attempts=1)
    report.postponed += len(again)
    _settle(rest - again, report)


def _refresh(refresher: Refresher, target: Target) -> Refreshed:
    """Refresh one object; trouble that concerns it alone is a result, so that it holds up no other.

    Raises:
        TwentyThreeError: The platform, or access to it, is in trouble.
    """
    try:
        return refresher.refresh(*target)
    except (AuthenticationError, RateLimitedError):
        raise
    except APIError as error:
        refresher.knock()
        return Refreshed(SyncReport(), None, str(error))


def _iter_permits(workspace: Workspace) -> Iterator[bool]:
    """Yield True for each unknown object that may be asked for now; a permit serves once a minute."""
    for number in range(MOST_UNKNOWN):
        if take(f"unknown:{workspace.pk}:{number}", UNKNOWN_PAUSE):
            yield True


def _look_around(workspace: Workspace, refresher: Refresher, pending: _Pending, report: InboxReport) -> None:
    """Look at what is new for notices that name nothing, but not more often than now and then."""
    look = Grip(LIGHT_LOOK_PAUSE)
    if not look.take(f"light:{workspace.pk}"):
        _reschedule(pending.without_target, LIGHT_LOOK_PAUSE)
        report.postponed += len(pending.without_target)
        return
    try:
        if was_listed(workspace, SyncRun.Resource.PHOTOS):  # the first listing looks at everything
            refresher.find_newest(SyncRun.Resource.PHOTOS, page_size=PAGE_SIZE)
    except TwentyThreeError:
        look.give_up()  # that was none
        raise
    report.wanted = [SyncRun.Resource.ALBUMS, SyncRun.Resource.LIVESTREAMS]
    _settle(pending.without_target, report)


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


def _settle(keys: Collection[int], report: InboxReport) -> None:
    for chunk in _chunks(sorted(keys)):
        Notification.objects.filter(pk__in=chunk).update(
            state=Notification.State.DONE,
            processed_at=DatabaseNow(),
            due_at=None,
            error="",
            attempts=models.F("attempts") + 1,
        )
    report.done += len(keys)


def _postpone(keys: Collection[int], pending: _Pending, why: str, report: InboxReport) -> None:
    """Try again later, each time after twice the pause; give up after several attempts."""
    by_attempts: dict[int, list[int]] = defaultdict(list)
    for pk in keys:
        by_attempts[pending.attempts[pk]].append(pk)
    now = DatabaseNow()
    for attempts, group in by_attempts.items():
        facts: dict[str, Any] = {"attempts": attempts + 1, "error": why, "due_at": now + FIRST_PAUSE * 2**attempts}
        if attempts + 1 >= MAX_ATTEMPTS:
            facts |= {"state": Notification.State.FAILED, "processed_at": now, "due_at": None}
        for chunk in _chunks(group):
            Notification.objects.filter(pk__in=chunk).update(**facts)
    report.postponed += len(keys)


def _reschedule(keys: Collection[int], pause: timedelta, **facts: Any) -> None:
    for chunk in _chunks(sorted(keys)):
        Notification.objects.filter(pk__in=chunk).update(due_at=DatabaseNow() + pause, **facts)


def _chunks(keys: list[int], size: int = 500) -> Iterable[list[int]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))
