"""The inbox: pending notices to refreshed rows. A notice is a hint; what it names is fetched again."""

from __future__ import annotations

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final, NamedTuple

from django.db import models

from django_twentythree.api.paging import PAGE_SIZE
from django_twentythree.chunks import cut
from django_twentythree.coordination.backoff import connect_throttled, get_retry_at, record_failure
from django_twentythree.coordination.clocks import DatabaseNow
from django_twentythree.coordination.explain import explain
from django_twentythree.coordination.identity import get_or_create_workspace
from django_twentythree.coordination.leases import HeldLeases, WorkspaceBusyError, acquire_permits, hold, lend_budget
from django_twentythree.coordination.report import SyncReport
from django_twentythree.coordination.runs import was_listed
from django_twentythree.exceptions import (
    APIError,
    AuthenticationError,
    ConfigurationError,
    RateLimitedError,
    TwentyThreeError,
)
from django_twentythree.models import Lease, Notification, Photo, SyncRun, Workspace
from django_twentythree.notifications import Hints, find_hints
from django_twentythree.sync.memory import iter_keyset
from django_twentythree.sync.payloads import SIZE, bound_payloads
from django_twentythree.sync.refresh import Refreshed, Refresher, record_health
from django_twentythree.sync.resources import RESOURCES
from django_twentythree.sync.session import LevelChangedError, Session

logger = logging.getLogger(__name__)

BATCH: Final = 20_000
"""Notices that one pass takes; fewer when one of them may have killed its worker before."""
PORTION: Final = 500
PORTION_CHARACTERS: Final = 2**20
"""Characters of payloads in memory at once."""
MOST_TARGETS: Final = 2_000
"""Objects that one pass refreshes; notices that name others wait for the next pass, in order."""
SECOND_LOOK: Final = timedelta(seconds=60)
"""A photo that is not encoded yet is looked at once more after so long."""
FIRST_PAUSE: Final = timedelta(seconds=30)
MAX_ATTEMPTS: Final = 8
MOST_KNOWN: Final = 600
"""Objects fetched within a minute, which bounds the cost of a flood. Others wait for the next minute."""
MOST_UNKNOWN: Final = 60
"""Unknown objects among them, which bounds the cost of forged ids."""
BUDGET_PERIOD: Final = timedelta(minutes=1)
BEGUN: Final = "It was taken into work; should it stay like this, whoever did that was stopped before the end."
GIVEN_UP: Final = "Each time that this was taken into work, the worker died of it, or for another reason."
TOO_MANY_UNKNOWN: Final = (
    f"More than {MOST_UNKNOWN} objects that this site does not know were named within a minute; this one had to wait."
)
POLL_PAUSE: Final = timedelta(minutes=5)
"""Between two looks around for notices that name nothing; those that come meanwhile wait for the next."""

ACQUIRE_TIMEOUT: Final = timedelta(seconds=20)

MANY_WAITING: Final = 50
"""Waiting notices above which the inbox debounces: one fetch then serves all notices about an object."""
DEBOUNCE_SECONDS: Final = 1.0
BURST_PER_SECOND: Final = 10
"""New notifications within `DEBOUNCE_SECONDS` above which the inbox waits."""
LONGEST_DEBOUNCE_SECONDS: Final = 120.0
"""After so long a pass is made all the same."""

Target = tuple[str, int]
"""A resource, and the remote id of one of its objects."""


@dataclass(slots=True)
class InboxReport:
    """The counts of one pass over the inbox.

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


class _Row(NamedTuple):
    """The columns of a notice that are loaded before its payload."""

    pk: int
    attempts: int
    error: str
    received_at: datetime | None
    size: int

    @property
    def was_interrupted(self) -> bool:
        """Whether whoever took it into work last never came to an end."""
        return self.error == BEGUN


@dataclass(slots=True)
class _Pending:
    """The notices selected, by what they name, and what became of that so far."""

    attempts: dict[int, int] = field(default_factory=dict)
    """Those before this one."""
    targets: dict[Target, set[int]] = field(default_factory=lambda: defaultdict(set))
    looks: dict[int, datetime | None] = field(default_factory=dict)
    """Arrival times of notices that call for a poll, because they name nothing or too much."""
    left: Counter[int] = field(default_factory=Counter)
    """The number of open objects by notice; a poll counts as one."""
    problems: dict[int, str] = field(default_factory=dict)
    unencoded: set[int] = field(default_factory=set)
    waiting: set[int] = field(default_factory=set)
    """Those of which an object has to wait, through no fault of theirs."""

    def add(self, row: _Row, hints: Hints) -> bool:
        """Take in what a notice names, and return whether there was room for it."""
        named = [(hint.kind.resource, hint.id) for hint in hints.named]
        if len(self.targets) + sum(target not in self.targets for target in named) > MOST_TARGETS:
            return False
        self.attempts[row.pk] = row.attempts
        self.left[row.pk] = len(named)
        for target in named:
            self.targets[target].add(row.pk)
        if not named or hints.has_more:
            self.looks[row.pk] = row.received_at
            self.left[row.pk] += 1
        return True

    def close(self, target: Target) -> set[int]:
        """Note that an object was dealt with, and return the notices of which it was the last."""
        notices = self.targets.pop(target)
        self.left.subtract(notices)
        return {pk for pk in notices if not self.left[pk]}

    def close_looks(self) -> dict[int, datetime | None]:
        """Close the poll, and return the arrival times of the notices that called for it."""
        looks, self.looks = self.looks, {}
        self.left.subtract(looks.keys())
        return looks

    @property
    def unsettled(self) -> set[int]:
        """The notices of which something is left."""
        return {pk for pk, left in self.left.items() if left}


def process_inbox(alias: str, *, acquire_timeout: timedelta = ACQUIRE_TIMEOUT) -> InboxReport:
    """Refresh what the pending notices of a workspace name; one process at a time does.

    Args:
        alias: The workspace.
        acquire_timeout: How long to wait until other tasks leave a request to spare; without one the notices wait.

    Raises:
        ConfigurationError: The workspace is not configured.
    """
    workspace = get_or_create_workspace(alias)
    report = InboxReport()
    if get_retry_at(workspace):
        return report
    with hold(f"inbox:{workspace.pk}") as held:
        if held is None:
            return report
        _debounce(workspace, held)
        bound_payloads()
        pending = _select(workspace)
        if not pending.attempts:
            return report
        try:
            with (
                acquire_permits(
                    workspace, is_long=False, acquire_timeout=acquire_timeout, heartbeat=held.renew_if_due
                ) as permits,
                connect_throttled(workspace, heartbeat=permits.renew_if_due) as client,
            ):
                session = Session.resume(client, workspace)
                refresher = Refresher(session)
                _refresh_all(workspace, refresher, pending, report)
                if pending.looks:
                    _look_around(workspace, refresher, pending, report)
                record_health(session)
        except (WorkspaceBusyError, LevelChangedError) as error:
            logger.info("Change notices wait: %s", error)
            _give_back(pending.unsettled)
        except (AuthenticationError, ConfigurationError) as error:
            # No fault of the notices, which stay as they are. It is logged when the workspace changes state.
            record_failure(workspace, error, explain(error, alias))
            _give_back(pending.unsettled)
        except TwentyThreeError as error:
            explanation = explain(error, alias)
            record_failure(workspace, error, explanation)  # logs an error, if this is trouble of the whole workspace
            logger.info("Change notices of '%s' wait: %s", alias, explanation)
            _postpone(pending.unsettled, pending, explanation, report)
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


def _debounce(workspace: Workspace, held: HeldLeases) -> None:
    """Debounce: wait while many notices arrive; a few never wait."""
    due = _find_due(workspace)
    end = time.monotonic() + LONGEST_DEBOUNCE_SECONDS
    while True:
        latest = list(due.order_by("-pk").values_list("pk", flat=True)[:MANY_WAITING])
        if len(latest) < MANY_WAITING or time.monotonic() > end:
            return
        time.sleep(DEBOUNCE_SECONDS)
        held.renew_if_due()
        if due.filter(pk__gt=latest[0])[:BURST_PER_SECOND].count() < BURST_PER_SECOND:
            return


def _select(workspace: Workspace) -> _Pending:
    """Take notices into work, the oldest first, and return what they name.

    Each counts as attempted before it is read: what ends its worker time and again is put aside after some attempts.
    """
    pending = _Pending()
    for rows in _iter_portions(workspace):
        chosen = _take_into_work(rows, len(pending.attempts))
        by_key = {row.pk: row for row in chosen}
        payloads = Notification.objects.filter(pk__in=by_key).order_by("pk").values_list("pk", "payload")
        too_much = [pk for pk, payload in payloads if not pending.add(by_key[pk], find_hints(payload))]
        _give_back(too_much)
        if too_much or len(chosen) < len(rows):
            break
    return pending


def _iter_portions(workspace: Workspace) -> Iterator[list[_Row]]:
    """Yield the notices that are due in portions that fit into memory, one at least."""
    due = _find_due(workspace).annotate(size=SIZE)
    portion: list[_Row] = []
    room = PORTION_CHARACTERS
    for facts in islice(iter_keyset(due, *_Row._fields, portion=2_000), BATCH):
        row = _Row(*facts)
        if portion and (row.size > room or len(portion) == PORTION):
            yield portion
            portion, room = [], PORTION_CHARACTERS
        portion.append(row)
        room -= row.size
    if portion:
        yield portion


def _take_into_work(rows: list[_Row], count: int) -> list[_Row]:
    """Mark notices as begun, and return those of them that are: all, unless one of them ended its worker before.

    With each time that this happens to a notice, ten times fewer are taken together with it.

    Args:
        rows: The notices.
        count: How many were taken already.
    """
    limit = BATCH
    chosen: list[_Row] = []
    hopeless: list[int] = []
    for row in rows:
        if row.was_interrupted and row.attempts >= MAX_ATTEMPTS:
            hopeless.append(row.pk)
            continue
        if row.was_interrupted:
            limit = min(limit, max(1, BATCH // 10**row.attempts))
        if count + len(chosen) >= limit:
            break
        chosen.append(row)
    # Where nothing more is taken, the next pass begins with those that are left.
    Notification.objects.filter(pk__in=[row.pk for row in chosen]).update(
        attempts=models.F("attempts") + 1, error=BEGUN
    )
    Notification.objects.filter(pk__in=hopeless).update(
        state=Notification.State.FAILED, processed_at=DatabaseNow(), due_at=None, error=GIVEN_UP
    )
    return chosen


def _refresh_all(workspace: Workspace, refresher: Refresher, pending: _Pending, report: InboxReport) -> None:
    known = _find_known(workspace, pending.targets)
    unknown = len(pending.targets) - len(known)
    put_off: set[int] = set()
    try:
        with (
            lend_budget(f"known:{workspace.pk}", len(known), most=MOST_KNOWN, period=BUDGET_PERIOD) as for_known,
            lend_budget(f"unknown:{workspace.pk}", unknown, most=MOST_UNKNOWN, period=BUDGET_PERIOD) as for_unknown,
        ):
            for target, notices in list(pending.targets.items()):
                if (for_known if target in known else for_unknown).use_one():
                    _note(_refresh(refresher, target), notices, pending)
                    report.refreshed += 1
                    _settle_all(pending.close(target), pending, report)
                    continue
                if target in known:
                    pending.waiting |= notices
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
    waiting = rest & pending.waiting
    _give_back(waiting, BUDGET_PERIOD)
    again = (rest - waiting) & pending.unencoded
    for chunk in cut(sorted(again)):
        Notification.objects.filter(pk__in=chunk).update(due_at=DatabaseNow() + SECOND_LOOK, attempts=1, error="")
    report.postponed += len(waiting) + len(again)
    _settle(rest - waiting - again, report)


def _refresh(refresher: Refresher, target: Target) -> Refreshed:
    """Refresh one object; trouble that concerns it alone is a result, so that it holds up no other.

    Raises:
        TwentyThreeError: The platform, or access to it, is in trouble.
    """
    try:
        return refresher.refresh(*target)
    except (AuthenticationError, RateLimitedError, WorkspaceBusyError, LevelChangedError):
        raise
    except APIError as error:
        refresher.ping()
        return Refreshed(SyncReport(), None, str(error))


def _look_around(workspace: Workspace, refresher: Refresher, pending: _Pending, report: InboxReport) -> None:
    """Look at what is new for notices that name nothing, or too much, but not more often than now and then."""
    key = f"light:{workspace.pk}"
    look = HeldLeases(POLL_PAUSE)
    if not look.acquire(key):
        began = Lease.objects.values_list("until", flat=True).get(key=key) - POLL_PAUSE
        looks = pending.close_looks()
        # Those that the last look came after need none of their own.
        late = {pk for pk, arrived in looks.items() if arrived is None or arrived >= began} - pending.problems.keys()
        _give_back(late, POLL_PAUSE)
        report.postponed += len(late)
        _settle_all(looks.keys() - late, pending, report)
        return
    try:
        if was_listed(workspace, SyncRun.Resource.PHOTOS):  # the first listing looks at everything
            refresher.find_newest(SyncRun.Resource.PHOTOS, page_size=PAGE_SIZE)
    except TwentyThreeError:
        look.release()  # that was none
        raise
    report.wanted = [SyncRun.Resource.ALBUMS, SyncRun.Resource.LIVESTREAMS]
    _settle_all(set(pending.close_looks()), pending, report)


def _find_known(workspace: Workspace, targets: Iterable[Target]) -> set[Target]:
    by_resource: dict[str, list[int]] = defaultdict(list)
    for resource, remote_id in targets:
        by_resource[resource].append(remote_id)
    known: set[Target] = set()
    for resource, remote_ids in by_resource.items():
        rows = RESOURCES[resource].model._default_manager.filter(workspace=workspace)
        for chunk in cut(remote_ids):
            found = rows.filter(remote_id__in=chunk).values_list("remote_id", flat=True)
            known.update((resource, remote_id) for remote_id in found)
    return known


def _settle(keys: Collection[int], report: InboxReport) -> None:
    for chunk in cut(sorted(keys)):
        Notification.objects.filter(pk__in=chunk).update(
            state=Notification.State.DONE,
            processed_at=DatabaseNow(),
            due_at=None,
            error="",
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
        for chunk in cut(group):
            Notification.objects.filter(pk__in=chunk).update(**facts)
    report.postponed += len(keys)


def _give_back(keys: Collection[int], pause: timedelta | None = None) -> None:
    """Leave notices to a later pass, as if they had not been taken into work; with a pause, not before it is over."""
    facts: dict[str, Any] = {} if pause is None else {"due_at": DatabaseNow() + pause}
    for chunk in cut(sorted(keys)):
        rows = Notification.objects.filter(pk__in=chunk, error=BEGUN)
        rows.update(attempts=models.F("attempts") - 1, error="", **facts)
