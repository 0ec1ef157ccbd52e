"""What the schedule says is due now, told from rows alone: no message that got lost can be missed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import models
from django.utils import timezone

from django_twentythree.conf import get_settings
from django_twentythree.models import LiveStream, Notification, Photo, SyncRun, Workspace
from django_twentythree.sync.conditions import get_resting_until
from django_twentythree.sync.identity import get_or_create_workspace
from django_twentythree.sync.levels import is_privileged
from django_twentythree.sync.runs import interrupt_lapsed

SOON: Final = timedelta(hours=1)
SPARING_FACTOR: Final = 20
"""A listing starts no sooner than so many times its last duration after the one before."""
JUST_PUBLISHED: Final = timedelta(minutes=15)
MOST_JUST_PUBLISHED: Final = 50

_CHECKED: Final = (
    SyncRun.Resource.ALBUMS,
    SyncRun.Resource.LIVESTREAMS,
    SyncRun.Resource.PLAYERS,
    SyncRun.Resource.PHOTOS,
    SyncRun.Resource.NEWEST,
    SyncRun.Resource.DETAILS,
)


def find_due_resources(alias: str, now: datetime | None = None) -> list[str]:
    """Return the resources of a workspace whose interval has passed, none while the workspace rests.

    Runs that were killed are marked as interrupted on the way, and their resources are due at once.
    """
    workspace = get_or_create_workspace(alias)
    interrupt_lapsed(SyncRun.objects.filter(workspace=workspace))
    if get_resting_until(workspace):
        return []
    now = now or timezone.now()
    return [resource for resource in _CHECKED if is_due(workspace, resource, now)]


def is_due(workspace: Workspace, resource: str, now: datetime) -> bool:
    """Return whether the interval of a resource has passed since its last run began."""
    seconds = get_interval_seconds(workspace, resource, now)
    if seconds is None:
        return False
    runs = SyncRun.objects.filter(workspace=workspace, resource=resource)
    last = runs.order_by("-started_at", "-pk").first()
    if last is None:
        # What was never listed is not looked at in parts.
        return resource != SyncRun.Resource.NEWEST or _was_listed(workspace)
    if last.state == SyncRun.State.RUNNING:
        return False
    if last.state == SyncRun.State.INTERRUPTED:
        return True
    if resource == SyncRun.Resource.PHOTOS and last.duration_seconds:
        seconds = max(seconds, SPARING_FACTOR * last.duration_seconds)
    assert last.started_at is not None  # noqa: S101 - every run that ended began
    return now - last.started_at >= timedelta(seconds=seconds)


def _was_listed(workspace: Workspace) -> bool:
    return SyncRun.objects.filter(
        workspace=workspace, resource=SyncRun.Resource.PHOTOS, state=SyncRun.State.SUCCEEDED
    ).exists()


def get_interval_seconds(workspace: Workspace, resource: str, now: datetime) -> float | None:
    """Return how often a resource of this workspace is to be looked at now, None when never."""
    settings = get_settings()
    if resource == SyncRun.Resource.PLAYERS and workspace.permission_level:
        return settings.get_interval_seconds(resource) if is_privileged(workspace.permission_level) else None
    if resource == SyncRun.Resource.LIVESTREAMS and _is_live_soon(workspace, now):
        return settings.get_interval_seconds("livestreams_on_air")
    return settings.get_interval_seconds(resource)


def _is_live_soon(workspace: Workspace, now: datetime) -> bool:
    lives = LiveStream.objects.filter(workspace=workspace).present()
    is_on_air = models.Q(is_broadcasting=True) | models.Q(is_broadcasting__isnull=True, is_streaming=True)
    starts_soon = models.Q(next_start_at__range=(now - SOON, now + SOON))
    return lives.filter(is_on_air | starts_soon).exists()


def find_just_published(alias: str, now: datetime | None = None) -> list[int]:
    """Return the remote ids of photos whose publish date has just passed and that were not looked at since."""
    now = now or timezone.now()
    photos = Photo.objects.for_workspace(alias).present()
    waiting = photos.filter(published_at__range=(now - JUST_PUBLISHED, now), is_published=False)
    due = waiting.filter(models.Q(observed_at__isnull=True) | models.Q(observed_at__lt=models.F("published_at")))
    return list(due.order_by("published_at").values_list("remote_id", flat=True)[:MOST_JUST_PUBLISHED])


def has_pending_notifications(alias: str, now: datetime | None = None) -> bool:
    """Return whether the inbox of a workspace holds notices that may be processed now."""
    now = now or timezone.now()
    return (
        Notification.objects.filter(workspace__alias=alias, state=Notification.State.PENDING)
        .filter(models.Q(due_at__isnull=True) | models.Q(due_at__lte=now))
        .exists()
    )


def tidy(now: datetime | None = None) -> int:
    """Delete runs and processed notices that are past their retention, and return how many."""
    settings = get_settings()
    now = now or timezone.now()
    runs = SyncRun.objects.filter(finished_at__lt=now - timedelta(days=settings.RUN_RETENTION_DAYS))
    notices = Notification.objects.exclude(state=Notification.State.PENDING).filter(
        received_at__lt=now - timedelta(days=settings.NOTIFICATION_RETENTION_DAYS)
    )
    return runs.delete()[0] + notices.delete()[0]
