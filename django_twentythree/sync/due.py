"""Find what is due now, from rows alone, so that a lost message costs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db import models

from django_twentythree.api.levels import is_privileged
from django_twentythree.conf import get_settings
from django_twentythree.coordination.backoff import IN_TROUBLE, REST, get_retry_at, is_worth_another
from django_twentythree.coordination.clocks import DatabaseNow, get_latest_credible, read_database_clock
from django_twentythree.coordination.identity import get_or_create_workspace
from django_twentythree.coordination.leases import LONG
from django_twentythree.coordination.runs import interrupt_lapsed, was_listed
from django_twentythree.models import Notification, Photo, SyncRun, Workspace, WorkspaceCondition
from django_twentythree.sync.live_poll import is_live_soon
from django_twentythree.sync.payloads import bound_payloads

SPARING_FACTOR: Final = 20
"""A listing starts no sooner than so many times its last duration after the one before."""
RETRY_SECONDS: Final = 300
"""A run that failed is begun anew after so long, if its interval is longer."""
JUST_PUBLISHED: Final = timedelta(minutes=15)
MOST_JUST_PUBLISHED: Final = 50

_CHECKED: Final = (
    SyncRun.Resource.ALBUMS,
    SyncRun.Resource.LIVESTREAMS,
    SyncRun.Resource.ON_AIR,
    SyncRun.Resource.PLAYERS,
    SyncRun.Resource.PHOTOS,
    SyncRun.Resource.NEWEST,
    SyncRun.Resource.DETAILS,
)


_LISTED_BY: Final[Mapping[str, str]] = {
    SyncRun.Resource.NEWEST: SyncRun.Resource.PHOTOS,
    SyncRun.Resource.ON_AIR: SyncRun.Resource.LIVESTREAMS,
}
"""Looks at a part of what is listed elsewhere: only once it has been listed."""


def find_due_resources(alias: str, now: datetime | None = None) -> list[str]:
    """Return the resources of a workspace whose interval has passed, none while the workspace rests.

    A workspace in trouble is probed by one run, as soon as it does not rest; the others follow once anybody was
    answered. One long listing waits for another. Runs that were killed are marked as interrupted on the way, and
    their resources are due at once.
    """
    workspace = get_or_create_workspace(alias)
    interrupt_lapsed(SyncRun.objects.filter(workspace=workspace))
    if get_retry_at(workspace):
        return []
    now = now or read_database_clock()
    if workspace.state in IN_TROUBLE:
        return _find_probe(workspace, now)
    due: list[str] = [resource for resource in _CHECKED if is_due(workspace, resource, now)]
    if SyncRun.Resource.LIVESTREAMS in due:
        due = [resource for resource in due if resource != SyncRun.Resource.ON_AIR]  # the whole list has them
    if SyncRun.objects.filter(workspace=workspace, resource__in=LONG, active_key__isnull=False).exists():
        # Two at once would take every request in flight between them, and change notices would wait for both.
        due = [resource for resource in due if resource not in LONG]
    return due


def _find_probe(workspace: Workspace, now: datetime) -> list[str]:
    """Return the one resource whose run tells whether trouble is over: the one that was tried longest ago.

    Each has its turn, because one may fail for reasons of its own. None while a probe is under way.
    """
    conditions = WorkspaceCondition.objects.filter(workspace_id=workspace.pk)
    retry_at = conditions.values_list("retry_at", flat=True).first()
    tried: dict[str, datetime] = {}
    for resource in _CHECKED:
        if get_interval_seconds(workspace, resource, now) is None:
            continue
        if resource in _LISTED_BY and not was_listed(workspace, _LISTED_BY[resource]):
            continue
        last = SyncRun.objects.filter(workspace=workspace, resource=resource).order_by("-pk").first()
        if last is None or last.started_at is None:
            tried[resource] = now  # what is known to have worked tells more
        elif last.state == SyncRun.State.RUNNING:
            # With new credentials it is probed before that moment.
            if retry_at is None or retry_at > now or last.started_at >= retry_at:
                return []
        elif now - last.started_at >= REST:  # wake-up calls pile up while workers are away
            tried[resource] = last.started_at
    return [min(tried, key=tried.__getitem__)] if tried else []


def is_due(workspace: Workspace, resource: str, now: datetime) -> bool:
    """Return whether the interval of a resource has passed since its last run began, or one more was asked for then."""
    looks = [resource]
    if resource == SyncRun.Resource.ON_AIR:
        looks.append(SyncRun.Resource.LIVESTREAMS)  # a whole list, and no long one
    last = SyncRun.objects.filter(workspace=workspace, resource__in=looks).order_by("-pk").first()
    if last is not None and last.is_rerun_requested and last.state != SyncRun.State.RUNNING:
        return True
    seconds = get_interval_seconds(workspace, resource, now)
    if seconds is None:
        return False
    if last is None:
        # What was never listed is not looked at in parts.
        return resource not in _LISTED_BY or was_listed(workspace, _LISTED_BY[resource])
    if last.state == SyncRun.State.RUNNING:
        return False
    if last.state == SyncRun.State.INTERRUPTED:
        return True
    if resource == SyncRun.Resource.PHOTOS and last.duration_seconds:
        seconds = max(seconds, SPARING_FACTOR * last.duration_seconds)
    if last.state == SyncRun.State.FAILED:
        if is_worth_another(last, now):
            return True
        seconds = min(seconds, max(RETRY_SECONDS, SPARING_FACTOR * (last.duration_seconds or 0)))
    assert last.started_at is not None  # noqa: S101 - every run that ended began
    is_in_future = last.started_at > get_latest_credible(now)  # the database's clock was set back since
    return is_in_future or now - last.started_at >= timedelta(seconds=seconds)


def get_interval_seconds(workspace: Workspace, resource: str, now: datetime) -> float | None:
    """Return how often a resource of this workspace is to be looked at now, None when never."""
    settings = get_settings()
    if resource == SyncRun.Resource.PLAYERS and workspace.permission_level:
        return settings.get_interval_seconds(resource) if is_privileged(workspace.permission_level) else None
    if resource == SyncRun.Resource.ON_AIR:
        return settings.get_interval_seconds("livestreams_on_air") if is_live_soon(workspace, now) else None
    return settings.get_interval_seconds(resource)


def find_just_published(alias: str, now: datetime | None = None) -> list[int]:
    """Return the remote ids of photos whose publish date has just passed and that were not looked at since.

    None while the workspace rests or is in trouble.
    """
    if _is_left_alone(alias):
        return []
    moment = now or DatabaseNow()
    photos = Photo.objects.for_workspace(alias).present()
    waiting = photos.filter(published_at__range=(moment - JUST_PUBLISHED, moment), is_published=False)
    due = waiting.filter(models.Q(observed_at__isnull=True) | models.Q(observed_at__lt=models.F("published_at")))
    return list(due.order_by("published_at").values_list("remote_id", flat=True)[:MOST_JUST_PUBLISHED])


def has_pending_notifications(alias: str, now: datetime | None = None) -> bool:
    """Return whether the inbox of a workspace holds notices that may be processed now.

    None may while the workspace rests or is in trouble.
    """
    if _is_left_alone(alias):
        return False
    return (
        Notification.objects.filter(workspace__alias=alias, state=Notification.State.PENDING)
        .filter(models.Q(due_at__isnull=True) | models.Q(due_at__lte=now or DatabaseNow()))
        .exists()
    )


def _is_left_alone(alias: str) -> bool:
    """Return whether nothing but a probe may ask the workspace now; that is left to a listing, if there is one."""
    workspace = get_or_create_workspace(alias)
    if workspace.state in IN_TROUBLE:
        now = read_database_clock()
        if any(get_interval_seconds(workspace, each, now) is not None for each in _CHECKED):
            return True
    return get_retry_at(workspace) is not None


def purge_expired(now: datetime | None = None) -> int:
    """Delete runs and processed notices that are past their retention, and return how many; bound what others take up.

    The latest notice of a workspace stays: without it, nobody could tell silence from never having been called.
    """
    settings = get_settings()
    moment = now or DatabaseNow()
    runs = SyncRun.objects.filter(finished_at__lt=moment - timedelta(days=settings.RUN_RETENTION_DAYS))
    latest = Notification.objects.order_by().values("workspace").annotate(latest=models.Max("pk"))
    kept = list(latest.values_list("latest", flat=True))  # a list: MariaDB deletes by no query of the same table
    notices = Notification.objects.exclude(models.Q(state=Notification.State.PENDING) | models.Q(pk__in=kept)).filter(
        received_at__lt=moment - timedelta(days=settings.NOTIFICATION_RETENTION_DAYS)
    )
    deleted = runs.delete()[0] + notices.delete()[0]
    bound_payloads()
    return deleted
