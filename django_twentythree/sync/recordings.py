"""Which videos are recordings of which live stream: asked from the live stream's side.

Photos of version 1 do not name their live stream, but `photo/list` can be asked for those of one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import models, transaction
from django.utils import timezone

from django_twentythree.api import Client
from django_twentythree.exceptions import AuthenticationError, ResponseError
from django_twentythree.models import LiveStream, Photo, SyncRun, Workspace
from django_twentythree.sync.apply import Applier
from django_twentythree.sync.asking import QUESTIONS, get_parameters
from django_twentythree.sync.clocks import get_latest_credible
from django_twentythree.sync.database import lock, retry_conflicts
from django_twentythree.sync.levels import get_level_class
from django_twentythree.sync.mappings import MAPPINGS

MAX_AGE: Final = timedelta(days=7)
FEW: Final = 20
"""So few videos may well all be recordings of one live stream."""
MOST_RECORDINGS: Final = 200
"""No live stream has more. So many, or the whole library, come from a platform that does not know the filter."""


def link_recordings(
    client: Client, workspace: Workspace, on_answer: Callable[[], None], *, is_everything: bool = False
) -> None:
    """Bring `Photo.live_stream` in line with the platform for live streams that are due, newest first.

    Due is what has changed since it was asked for, and what was asked for more than a week ago.

    Args:
        client: A connection to the workspace.
        workspace: The workspace.
        on_answer: Called after each answer, to renew the lease.
        is_everything: Whether to ask for each live stream, due or not.

    Raises:
        APIError: No usable answer, or the credentials were refused.
    """
    due = LiveStream.objects.filter(workspace=workspace).present()
    if not is_everything:
        overdue = models.Q(recordings_observed_at__lt=timezone.now() - MAX_AGE)
        unasked = models.Q(recordings_observed_at__isnull=True)
        unknown = unasked | models.Q(recordings_observed_at__gt=get_latest_credible())
        due = due.filter(overdue | unknown)
    applier = Applier(workspace, MAPPINGS[SyncRun.Resource.PHOTOS])
    library_size = Photo.objects.filter(workspace=workspace).present().count()
    for pk, remote_id in list(due.order_by("-remote_id").values_list("pk", "remote_id")):
        _link(client, workspace, applier, pk, remote_id, library_size)
        on_answer()


def _link(client: Client, workspace: Workspace, applier: Applier, pk: int, remote_id: int, library_size: int) -> None:
    resource = SyncRun.Resource.PHOTOS
    parameters = get_parameters(client, QUESTIONS[resource], workspace.permission_level)
    listing = client.list_photos(in_flight=1, live_id=remote_id, **parameters)
    recordings: set[int] = set()
    asked_at = timezone.now()
    try:
        for page in listing:
            is_everything = library_size > FEW and listing.announced_count == library_size
            if is_everything or (listing.announced_count or 0) > MOST_RECORDINGS:
                return  # not a selection
            if get_level_class(page.answer.permission_level) != get_level_class(workspace.permission_level):
                return  # what is absent may only be invisible
            applier.apply(page.items, page.answer.observed_at)
            recordings.update(entry.remote_id for entry in page.items if entry.remote_id is not None)
    except AuthenticationError:
        raise
    except ResponseError:
        return  # this one is not for us to see; the next listing of live streams says more
    if listing.is_complete:
        retry_conflicts(lambda: _write(workspace, pk, recordings, asked_at))


def _write(workspace: Workspace, pk: int, recordings: set[int], asked_at: datetime) -> None:
    photos = Photo.objects.filter(workspace=workspace)
    with transaction.atomic():
        LiveStream.objects.filter(pk=pk).update(recordings_observed_at=asked_at)
        rows = lock(photos.filter(models.Q(remote_id__in=recordings) | models.Q(live_stream_id=pk)))
        linked = [row.pk for row in rows if row.remote_id in recordings and row.live_stream_id != pk]
        unlinked = [row.pk for row in rows if row.remote_id not in recordings]
        photos.filter(pk__in=linked).update(live_stream_id=pk)
        photos.filter(pk__in=unlinked).update(live_stream_id=None)
