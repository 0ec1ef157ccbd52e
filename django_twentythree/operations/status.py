"""The health of the mirror, from rows alone: for `twentythree_status` and monitoring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Min

from django_twentythree.conf import get_aliases, get_workspace_settings
from django_twentythree.coordination.backoff import IN_TROUBLE, get_retry_at
from django_twentythree.coordination.clocks import read_database_clock
from django_twentythree.coordination.identity import get_or_create_workspace
from django_twentythree.models import Notification, Photo, SyncRun, Workspace, WorkspaceCondition
from django_twentythree.operations.broken_uses import BrokenUses, find_broken_uses
from django_twentythree.sync.due import get_interval_seconds
from django_twentythree.sync.runner import FULL_MIRROR

STALE_AFTER_INTERVALS: Final = 3
"""A resource is stale once so many of its intervals have passed without a success."""
STALE_MARGIN: Final = timedelta(minutes=15)
"""Beyond those; and so long a workspace may be known before anything has to have succeeded."""
INBOX_PATIENCE: Final = timedelta(minutes=30)
"""A notice that has been due for longer means that nobody empties the inbox."""
SILENCE: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class ResourceStatus:
    """One mirrored resource of a workspace.

    Attributes:
        resource: A `SyncRun.Resource`.
        state: That of the last run; "" when there was none.
        finished_at: When the last run ended, None while it lasts.
        succeeded_at: When the last successful run began: the rows are at least as new as that.
        error: What the last run had to say.
        is_held_back: Whether the last run left rows as they were and waits for a person's word.
        is_stale: Whether a success is overdue by far.
    """

    resource: str
    state: str
    finished_at: datetime | None
    succeeded_at: datetime | None
    error: str
    is_held_back: bool
    is_stale: bool


@dataclass(frozen=True, slots=True)
class InboxStatus:
    """The change notices of a workspace.

    Attributes:
        pending: How many wait.
        failed: How many were given up.
        oldest_due_at: Since when the one that waits longest could have been processed.
        last_received_at: When the last one arrived, None when none ever did.
        is_stuck: Whether nobody seems to empty the inbox.
        is_silent: Whether none arrive any more although the mirror finds changes.
    """

    pending: int
    failed: int
    oldest_due_at: datetime | None
    last_received_at: datetime | None
    is_stuck: bool
    is_silent: bool


@dataclass(frozen=True, slots=True)
class WorkspaceStatus:
    """The health of one workspace."""

    alias: str
    domain: str
    state: str
    permission_level: str
    reason: str
    retry_at: datetime | None
    resources: tuple[ResourceStatus, ...]
    inbox: InboxStatus
    broken_uses: BrokenUses
    """Objects that this site uses and visitors do not see."""

    @property
    def problems(self) -> list[str]:
        """Problems, a sentence each; none when all is well."""
        found = []
        if self.state == Workspace.State.REFUSED:
            found.append(self.reason or "The credentials are refused.")
        if self.state == Workspace.State.MISMATCHED:
            found.append(self.reason or "Another site answers than the one that is mirrored.")
        found += self._describe_stale()
        if self.inbox.is_stuck:
            waiting = f"{self.inbox.pending} change notices wait"
            found.append(
                f"{waiting} until TwentyThree can be asked again."
                if self.state in IN_TROUBLE
                else f"{waiting}, and nobody processes them."
            )
        return found

    @property
    def warnings(self) -> list[str]:
        """Hints that may be worth a look, a sentence each."""
        found = []
        if self.state == Workspace.State.UNREACHABLE and self.reason:
            found.append(self.reason)
        found += [f"Used here, but not visible to visitors: {use}." for use in self.broken_uses.named]
        if self.broken_uses.count > len(self.broken_uses.named):
            more = self.broken_uses.count - len(self.broken_uses.named)
            found.append(f"Used here, but not visible to visitors: {more} more.")
        if self.inbox.is_silent:
            found.append("No change notice came while syncs found changes. Does TwentyThree still send them?")
        if self.inbox.failed:
            found.append(
                f"{self.inbox.failed} change notices failed for good. Syncs find the same changes. To process the"
                " notices again, select them in the admin and choose “Process again”."
            )
        return found

    def _describe_stale(self) -> list[str]:
        stale = [each for each in self.resources if each.is_stale]
        if not stale:
            return []
        words = f"Stale: {', '.join(each.resource for each in stale)}"
        if self.state in IN_TROUBLE:
            return [f"{words}, because TwentyThree cannot be asked."]
        if errors := dict.fromkeys(each.error for each in stale if each.state == SyncRun.State.FAILED and each.error):
            return [f"{words}. Runs fail: {' '.join(errors)}"]
        if running := [each.resource for each in self.resources if each.state == SyncRun.State.RUNNING]:
            return [f"{words}. Under way: {', '.join(running)}."]
        return [f"{words}. Are a worker and beat, or the cron line, running?"]


def get_status() -> list[WorkspaceStatus]:
    """Return how every configured workspace is doing, without asking any of them.

    Raises:
        ConfigurationError: A workspace is not configured as it should be.
    """
    now = read_database_clock()
    return [_get_workspace_status(alias, now) for alias in get_aliases()]


def find_abandoned() -> list[str]:
    """Return the aliases of workspaces that have rows but are no longer configured."""
    unconfigured = Workspace.objects.exclude(alias__in=get_aliases())
    return [workspace.alias for workspace in unconfigured if Photo.objects.filter(workspace=workspace).exists()]


def _get_workspace_status(alias: str, now: datetime) -> WorkspaceStatus:
    domain = get_workspace_settings(alias).DOMAIN
    # The row tells since when nothing has run: the patience with a new site is had once.
    workspace = get_or_create_workspace(alias)
    condition = WorkspaceCondition.objects.filter(workspace_id=workspace.pk).first()
    return WorkspaceStatus(
        alias=alias,
        domain=domain,
        state=workspace.state,
        permission_level=workspace.permission_level,
        reason=condition.reason if condition else "",
        retry_at=get_retry_at(workspace),
        resources=tuple(_get_resource_status(workspace, resource, now) for resource in FULL_MIRROR),
        inbox=_get_inbox_status(workspace, now),
        broken_uses=find_broken_uses(workspace),
    )


def _get_resource_status(workspace: Workspace, resource: str, now: datetime) -> ResourceStatus:
    runs = SyncRun.objects.filter(workspace=workspace, resource=resource)
    last = runs.order_by("-pk").first()
    good = runs.filter(state__in=(SyncRun.State.SUCCEEDED, SyncRun.State.NOT_PERMITTED))
    succeeded_at = good.order_by("-pk").values_list("started_at", flat=True).first()
    seconds = get_interval_seconds(workspace, resource, now)
    patience = timedelta(seconds=STALE_AFTER_INTERVALS * (seconds or 0)) + STALE_MARGIN
    is_overdue = now - succeeded_at > patience if succeeded_at else _is_first_overdue(workspace, patience, now)
    return ResourceStatus(
        resource=str(resource),
        state=str(last.state) if last else "",
        finished_at=last.finished_at if last else None,
        succeeded_at=succeeded_at,
        error=last.error if last else "",
        is_held_back=last is not None and last.is_held_back,
        is_stale=seconds is not None and is_overdue,
    )


def _is_first_overdue(workspace: Workspace, patience: timedelta, now: datetime) -> bool:
    """Return whether a resource should have been mirrored for the first time by now.

    A new site has some minutes; and while its first runs are under way, as long as between two successes later on.
    """
    runs = SyncRun.objects.filter(workspace=workspace)
    first_began_at = runs.aggregate(first=Min("started_at"))["first"]
    age = now - min(workspace.known_since, first_began_at or workspace.known_since)
    return age > (patience if runs.filter(active_key__isnull=False, lease_until__gte=now).exists() else STALE_MARGIN)


def _get_inbox_status(workspace: Workspace, now: datetime) -> InboxStatus:
    notices = Notification.objects.filter(workspace=workspace)
    pending = notices.filter(state=Notification.State.PENDING)
    waiting = pending.filter(due_at__isnull=True).aggregate(oldest=Min("received_at"))["oldest"]
    overdue = pending.filter(due_at__lte=now).aggregate(oldest=Min("due_at"))["oldest"]
    oldest_due_at = min((moment for moment in (waiting, overdue) if moment), default=None)
    last_received_at = notices.order_by("-received_at").values_list("received_at", flat=True).first()
    has_secrets = bool(get_workspace_settings(workspace.alias).notification_secrets)
    is_quiet = last_received_at is not None and now - last_received_at > SILENCE
    return InboxStatus(
        pending=pending.count(),
        failed=notices.filter(state=Notification.State.FAILED).count(),
        oldest_due_at=oldest_due_at,
        last_received_at=last_received_at,
        is_stuck=oldest_due_at is not None and now - oldest_due_at > INBOX_PATIENCE,
        is_silent=has_secrets and is_quiet and _has_changed(workspace, now - SILENCE),
    )


def _has_changed(workspace: Workspace, since: datetime) -> bool:
    return Photo.objects.filter(workspace=workspace, changed_at__gte=since).exists()
