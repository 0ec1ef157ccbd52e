"""A sync run from beginning to end: identity, listing or details, and how it ended in words."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import DatabaseError, transaction

from django_twentythree.api import Client
from django_twentythree.api.levels import is_privileged
from django_twentythree.api.paging import PAGE_SIZE
from django_twentythree.coordination.backoff import (
    connect_throttled,
    fails_alone,
    is_refusal,
    record_failure,
    record_success,
)
from django_twentythree.coordination.clocks import DatabaseNow
from django_twentythree.coordination.explain import explain
from django_twentythree.coordination.identity import get_or_create_workspace, record_whether_closed
from django_twentythree.coordination.leases import LONG, RequestPermits, WorkspaceBusyError, acquire_permits
from django_twentythree.coordination.runs import ActiveRun, RunBusyError, RunLostError, begin
from django_twentythree.exceptions import APIError, ConfigurationError, TwentyThreeError
from django_twentythree.models import SyncRun, Workspace
from django_twentythree.signals import sync_finished
from django_twentythree.sync.details import DetailsRun
from django_twentythree.sync.listings import ListingRun, Progress
from django_twentythree.sync.live_poll import poll_live_streams
from django_twentythree.sync.refresh import Refresher
from django_twentythree.sync.resources import RESOURCES
from django_twentythree.sync.session import Session

logger = logging.getLogger(__name__)

FULL_MIRROR: Final = (
    SyncRun.Resource.ALBUMS,
    SyncRun.Resource.LIVESTREAMS,
    SyncRun.Resource.PLAYERS,
    SyncRun.Resource.PHOTOS,
    SyncRun.Resource.DETAILS,
)
"""The resources of a full mirror, in the order in which they refer to each other."""

POLL_SECONDS: Final = 1.0
ACQUIRE_TIMEOUT: Final = timedelta(minutes=4)
"""The time that a run waits for a permit."""

REMINDER: Final = timedelta(days=1)
"""After so long, wrong settings are worth another error in the log."""


@dataclass(frozen=True, slots=True)
class SyncRequest:
    """A request to sync one resource."""

    alias: str
    resource: str
    trigger: str = SyncRun.Trigger.TASK
    accept_missing: bool = False
    is_everything: bool = False
    """For details: all photos, not only those that are due."""


@dataclass(frozen=True, slots=True)
class SyncResult:
    """The result of a run.

    Attributes:
        run: Its row; None when another run of the resource is under way.
        is_rerun_requested: Whether somebody asked for one more run meanwhile.
        error: What ended it, None when it went well.
    """

    run: SyncRun | None
    is_rerun_requested: bool = False
    error: TwentyThreeError | None = None


def sync_resource(
    order: SyncRequest,
    *,
    progress: Progress | None = None,
    on_wait: Callable[[SyncRun], None] | None = None,
    acquire_timeout: timedelta = ACQUIRE_TIMEOUT,
) -> SyncResult:
    """Mirror one resource of one workspace in this process.

    Args:
        order: What to mirror.
        progress: Told how far it got.
        on_wait: Given, a run of the same resource elsewhere is waited for, after telling this function of it;
            otherwise that run is asked for one more and the outcome has no run.
        acquire_timeout: How long to wait until other tasks leave a request to spare.

    Returns:
        How it ended. Trouble with the platform is an outcome, written into the run; it is not raised.

    Raises:
        ConfigurationError: The workspace is not configured.
    """
    workspace = get_or_create_workspace(order.alias)
    try:
        active = _begin(workspace, order, on_wait)
    except RunBusyError:
        return SyncResult(None)
    try:
        is_long = order.resource in LONG
        with (
            acquire_permits(
                workspace, is_long=is_long, acquire_timeout=acquire_timeout, heartbeat=active.renew_if_due
            ) as permits,
            connect_throttled(workspace, heartbeat=permits.renew_if_due) as client,
        ):
            return _mirror(client, workspace, active, permits, order, progress)
    except RunLostError as error:
        active.row.refresh_from_db()
        return SyncResult(active.row, error=error)
    except TwentyThreeError as error:
        return _fail(active, workspace, error, requests=0)
    except DatabaseError as error:
        return _fail(active, workspace, _DatabaseFailedError(error), requests=0)
    finally:
        active.release()


class _DatabaseFailedError(TwentyThreeError):
    """The database failed under a run."""

    def __init__(self, error: DatabaseError) -> None:
        super().__init__(error)

    def __str__(self) -> str:
        return f"This site's database failed ({type(self.args[0]).__name__}: {self.args[0]})"


def _begin(workspace: Workspace, order: SyncRequest, on_wait: Callable[[SyncRun], None] | None) -> ActiveRun:
    holder: SyncRun | None = None
    while True:
        try:
            return begin(
                workspace,
                order.resource,
                order.trigger,
                # The schedule comes by again anyway; two of its messages are not two requests.
                ask_for_rerun=on_wait is None and order.trigger != SyncRun.Trigger.SCHEDULE,
                accept_missing=order.accept_missing,
            )
        except RunBusyError as busy:
            if on_wait is None:
                raise
            if holder is None or holder.pk != busy.holder.pk:
                on_wait(busy.holder)
            holder = busy.holder
            time.sleep(POLL_SECONDS)


def _mirror(
    client: Client,
    workspace: Workspace,
    active: ActiveRun,
    permits: RequestPermits,
    order: SyncRequest,
    progress: Progress | None,
) -> SyncResult:
    try:
        is_first_contact = workspace.site_id is None
        session = Session.begin(client, workspace)
        active.row.permission_level = session.level
        is_telling = is_first_contact or order.resource == SyncRun.Resource.ALBUMS
        if is_telling and is_privileged(session.level):
            record_whether_closed(workspace, on_wait=permits.renew_if_due)
        resource = RESOURCES.get(order.resource)
        if resource is not None and resource.needs_privilege and not is_privileged(session.level):
            _close(active, client, SyncRun.State.NOT_PERMITTED)
        elif order.resource == SyncRun.Resource.DETAILS:
            DetailsRun(
                session,
                active,
                in_flight=permits.count,
                is_everything=order.is_everything,
                progress=progress,
            ).mirror()
        elif order.resource == SyncRun.Resource.NEWEST:
            active.add(Refresher(session).find_newest(SyncRun.Resource.PHOTOS, page_size=PAGE_SIZE))
            _close(active, client, SyncRun.State.SUCCEEDED)
        elif order.resource == SyncRun.Resource.ON_AIR:
            look = poll_live_streams(session, active.row)
            active.add(look.report)
            _close(active, client, SyncRun.State.SUCCEEDED, look.message)
        else:
            ListingRun(
                session,
                active,
                in_flight=permits.count,
                accept_missing=active.accepts_missing,
                progress=progress,
            ).mirror()
    except RunLostError:
        raise
    except TwentyThreeError as error:
        return _fail(active, workspace, error, requests=client.request_count)
    record_success(workspace)
    sync_finished.send_robust(SyncRun, run=active.row)
    return SyncResult(active.row, active.row.is_rerun_requested)


def _close(active: ActiveRun, client: Client, state: SyncRun.State, message: str = "") -> None:
    with transaction.atomic():
        active.close(state, requests=client.request_count, error=message)


def _fail(active: ActiveRun, workspace: Workspace, error: TwentyThreeError, *, requests: int) -> SyncResult:
    explanation = explain(error, workspace.alias)
    try:
        with transaction.atomic():
            active.close(SyncRun.State.FAILED, requests=requests, error=explanation)
    except RunLostError as lost:
        return SyncResult(active.row, error=lost)
    if not isinstance(error, _DatabaseFailedError | WorkspaceBusyError):
        record_failure(workspace, error, explanation)
    logger.log(_get_loudness(error, active.row), "%s: %s", active.row.resource, explanation)
    sync_finished.send_robust(SyncRun, run=active.row)
    return SyncResult(active.row, active.row.is_rerun_requested, error)


def _get_loudness(error: TwentyThreeError, run: SyncRun) -> int:
    """Return the level at which to log a failure: what only a person can mend is told once, and so is an outage."""
    if is_refusal(error):
        return logging.DEBUG  # an error was logged when the workspace changed state
    if isinstance(error, APIError):  # another one is, once that is trouble of the whole workspace
        return logging.WARNING if fails_alone(run) else logging.INFO
    if not isinstance(error, ConfigurationError):
        return logging.WARNING
    earlier = SyncRun.objects.filter(workspace_id=run.workspace_id, error=run.error).exclude(pk=run.pk)
    is_known = earlier.filter(started_at__gt=DatabaseNow() - REMINDER).exists()
    return logging.DEBUG if is_known else logging.ERROR


def summarize(run: SyncRun) -> dict[str, object]:
    """Return the facts of a run as `twentythree_sync --json` prints them."""
    names = ("state", "seen", "created", "updated", "unchanged", "skipped", "missing", "requests")
    facts: dict[str, object] = {name: getattr(run, name) for name in names}
    return facts | {"state": str(run.state), "seconds": run.duration_seconds, "error": run.error}
