"""The schedule: which work is due now, and how a piece of it is done.

Celery's tasks publish what is due and do it in a worker; `twentythree_sync --due` does it on the spot. Both take the
work from here, and do it by the same function.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from django.utils.timezone import localtime

from django_twentythree.coordination.backoff import (
    get_loudness,
    get_pause_seconds,
    get_retry_at,
    is_refusal,
    record_failure,
)
from django_twentythree.coordination.explain import explain
from django_twentythree.coordination.identity import get_or_create_workspace
from django_twentythree.coordination.leases import WorkspaceBusyError
from django_twentythree.coordination.report import SyncReport
from django_twentythree.exceptions import TemporaryError, TwentyThreeError
from django_twentythree.models import SyncRun, Workspace
from django_twentythree.sync.due import find_due_resources, find_just_published, has_pending_notifications
from django_twentythree.sync.inbox import process_inbox
from django_twentythree.sync.listings import Progress
from django_twentythree.sync.refresh import connect_refresher
from django_twentythree.sync.runner import SyncRequest, sync_resource

logger = logging.getLogger(__name__)

_BY_ROWS: Final = frozenset({SyncRun.Trigger.SCHEDULE, SyncRun.Trigger.FOLLOW_UP})


@dataclass(frozen=True, slots=True)
class PhotoRefresh:
    """One video is to be fetched again, with its chapters and subtitles."""

    alias: str
    remote_id: int
    trigger: str = SyncRun.Trigger.TASK


@dataclass(frozen=True, slots=True)
class InboxPass:
    """The pending change notices of a workspace are to be processed."""

    alias: str


Work = SyncRequest | PhotoRefresh | InboxPass


@dataclass(frozen=True, slots=True)
class Done:
    """The result of a piece of work.

    Attributes:
        run: The sync run; None: there was none, or it was not due any more, or it is under way elsewhere.
        report: The counts.
        settled: Change notices that are settled.
        error: What ended it, None when it went well.
        follow_ups: What is to be done next.
    """

    run: SyncRun | None = None
    report: SyncReport = field(default_factory=SyncReport)
    settled: int = 0
    error: TwentyThreeError | None = None
    follow_ups: tuple[Work, ...] = ()


def iter_due_work(alias: str) -> Iterator[Work]:
    """Yield what is due in a workspace: sync runs, videos just published, change notices.

    Each kind is looked for when the kinds before it were taken, so that who does the work on the spot does not do
    it twice.

    Raises:
        ConfigurationError: The workspace is not configured.
    """
    for resource in find_due_resources(alias):
        yield SyncRequest(alias, resource, SyncRun.Trigger.SCHEDULE)
    for remote_id in find_just_published(alias):
        yield PhotoRefresh(alias, remote_id, SyncRun.Trigger.SCHEDULE)
    if has_pending_notifications(alias):
        yield InboxPass(alias)


def do(work: Work, *, progress: Progress | None = None) -> Done:
    """Do a piece of work in this process; scheduled work only if it is due still.

    Wake-up calls pile up while workers are away, and cron lines overlap: the first one did what the others ask for.
    Trouble with the platform is part of what is returned; it is counted, and not raised.

    Args:
        work: What is to be done.
        progress: Told how far a sync run got.

    Raises:
        ConfigurationError: The workspace is not configured.
    """
    match work:
        case SyncRequest():
            return _run(work, progress)
        case PhotoRefresh():
            return _refresh(work)
        case InboxPass():
            report = process_inbox(work.alias)
            wanted = tuple(SyncRequest(work.alias, resource) for resource in report.wanted)
            return Done(settled=report.done, follow_ups=wanted)


def _run(order: SyncRequest, progress: Progress | None) -> Done:
    if order.trigger in _BY_ROWS and order.resource not in find_due_resources(order.alias):
        return Done()
    outcome = sync_resource(order, progress=progress)
    again = SyncRequest(order.alias, order.resource, SyncRun.Trigger.FOLLOW_UP)
    return Done(outcome.run, error=outcome.error, follow_ups=(again,) if outcome.is_rerun_requested else ())


def _refresh(work: PhotoRefresh) -> Done:
    workspace = get_or_create_workspace(work.alias)
    if not _may_refresh(work, workspace):
        return Done()
    try:
        with connect_refresher(work.alias) as refresher:
            refreshed = refresher.refresh(SyncRun.Resource.PHOTOS, work.remote_id, with_details=True)
    except TwentyThreeError as error:
        _count(error, work, workspace)
        return Done(error=error)
    if refreshed.problem:
        logger.warning("Video %d of '%s': %s", work.remote_id, work.alias, refreshed.problem)
    return Done(report=refreshed.report)


def _may_refresh(work: PhotoRefresh, workspace: Workspace) -> bool:
    if work.trigger == SyncRun.Trigger.SCHEDULE:
        return work.remote_id in find_just_published(work.alias)
    if retry_at := get_retry_at(workspace):
        until = localtime(retry_at)
        logger.info("Video %d waits: '%s' is left alone until %s.", work.remote_id, work.alias, until)
    return retry_at is None


def _count(error: TwentyThreeError, work: PhotoRefresh, workspace: Workspace) -> None:
    """Count what says something of the platform; trouble in passing only of scheduled work, as others try again.

    That the platform refuses is counted already, whoever asked.
    """
    explanation = explain(error, work.alias)
    is_scheduled = work.trigger == SyncRun.Trigger.SCHEDULE
    is_passing = isinstance(error, TemporaryError) and not isinstance(error, WorkspaceBusyError)
    if get_pause_seconds(error) or (is_scheduled and is_passing):
        record_failure(workspace, error, explanation)
    elif not is_refusal(error) and (is_scheduled or not isinstance(error, TemporaryError)):
        logger.log(get_loudness(workspace, error), "Video %d: %s", work.remote_id, explanation)
