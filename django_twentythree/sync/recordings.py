"""Link videos to the live stream that they record.

A video that names its live stream is believed, and has its link from the moment its row is written. Version 1 of
the API is not documented to send that name: of videos that are silent the live stream is asked, by
`photo/list?live_id=`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Final

from django.db import models, transaction
from django.utils import timezone

from django_twentythree.api.levels import get_level_class
from django_twentythree.api.records import PhotoRecord
from django_twentythree.coordination.clocks import get_latest_credible
from django_twentythree.exceptions import AuthenticationError, NotFoundError, PermissionDeniedError, ResponseError
from django_twentythree.models import LiveStream, Photo, SyncRun, Workspace
from django_twentythree.sync.apply import Applier
from django_twentythree.sync.database import lock, retry_conflicts
from django_twentythree.sync.missing import confirm_missing, find_visible
from django_twentythree.sync.resources import RESOURCES
from django_twentythree.sync.session import Session

MAX_AGE: Final = timedelta(days=7)
LATEST: Final = 20
"""Live streams, the latest changed first, that are asked again when a video came or changed."""
FEW: Final = 20
"""So few videos may well all be recordings of one live stream."""
MOST_RECORDINGS: Final = 200
"""No live stream has more. So many, or the whole library, come from a platform that does not know the filter."""

_PHOTOS: Final = SyncRun.Resource.PHOTOS


def link_recordings(session: Session, on_answer: Callable[[], None], *, is_everything: bool = False) -> None:
    """Bring `Photo.live_stream` in line with the platform for live streams that are due, newest first.

    Args:
        session: What to ask by.
        on_answer: Called after each answer, to renew the lease.
        is_everything: Whether to ask for each live stream, due or not.

    Raises:
        APIError: No usable answer, or the credentials were refused.
        IdentityError: Another site has answered.
    """
    due = list(find_due_live_streams(session.workspace, is_everything=is_everything))
    if not due:
        return
    linker = _Linker(session, on_answer)
    for live in due:
        linker.link(live)


def find_due_live_streams(workspace: Workspace, *, is_everything: bool = False) -> models.QuerySet[LiveStream]:
    """Return the live streams whose recordings are to be asked for, newest first.

    Due is what has changed since it was asked for, what has a recording that did, and what was asked for more than
    a week ago; of the latest ones also what was asked for before any video came or changed. What the platform no
    longer has, or never showed, is due in the same way as long as videos are linked to it.

    Args:
        workspace: The workspace.
        is_everything: Whether to return each of them, due or not.
    """
    recordings = find_visible(workspace, Photo, workspace.permission_level).filter(live_stream=models.OuterRef("pk"))
    lives = LiveStream.objects.filter(workspace=workspace).order_by("-remote_id")
    lives = lives.filter(models.Q(missing_since__isnull=True) | models.Exists(recordings))
    if is_everything:
        return lives
    latest_credible = get_latest_credible()
    unknown = models.Q(recordings_observed_at__isnull=True) | models.Q(recordings_observed_at__gt=latest_credible)
    overdue = models.Q(recordings_observed_at__lt=timezone.now() - MAX_AGE)
    changed = recordings.filter(changed_at__gt=models.OuterRef("recordings_observed_at"))
    is_outdated = models.Exists(changed.filter(changed_at__lte=latest_credible))
    return lives.filter(unknown | overdue | is_outdated | _may_have_another(workspace, latest_credible))


def _may_have_another(workspace: Workspace, latest_credible: datetime) -> models.Q:
    """Return the condition for the latest live streams, if a video came or changed since they were asked."""
    lives = LiveStream.objects.filter(workspace=workspace).present()
    # A list: MariaDB knows no limit in a subquery.
    latest = list(lives.order_by("-changed_at", "-pk").values_list("pk", flat=True)[:LATEST])
    photos = Photo.objects.filter(workspace=workspace, changed_at__lte=latest_credible)
    last_change = photos.aggregate(last=models.Max("changed_at"))["last"] if latest else None
    return models.Q(pk__in=latest, recordings_observed_at__lt=last_change) if last_change else models.Q(pk__in=[])


class _UntoldError(Exception):
    """The answer tells nothing about recordings.

    Attributes:
        is_settled: Whether it would be the same if asked again soon.
    """

    def __init__(self, *, is_settled: bool) -> None:
        super().__init__()
        self.is_settled = is_settled


class _Linker:
    """Asks for the recordings of one live stream after the other, and links them."""

    def __init__(self, session: Session, on_answer: Callable[[], None]) -> None:
        self._session = session
        self._workspace = workspace = session.workspace
        self._on_answer = on_answer
        self._level = session.level
        self._photos = Photo.objects.filter(workspace=workspace)
        self._applier = Applier(workspace, RESOURCES[_PHOTOS])
        self._library_size = self._photos.present().count()

    def link(self, live: LiveStream) -> None:
        """Make the links of one live stream those that the platform tells of; they stay where it tells nothing."""
        asked_at = timezone.now()
        try:
            recordings = self._fetch(live.remote_id)
            others = self._find_others(live, recordings)
        except AuthenticationError:
            raise
        except _UntoldError as error:
            if error.is_settled:
                _note_asked(live, asked_at)
        except ResponseError as error:
            is_plain_no = isinstance(error, NotFoundError | PermissionDeniedError)
            if is_plain_no and get_level_class(error.actual_level or self._level) == get_level_class(self._level):
                self._session.ensure_confirmed()
                _note_asked(live, asked_at)
        else:
            retry_conflicts(lambda: self._write(live, recordings, others, asked_at))
        self._on_answer()

    def _fetch(self, remote_id: int) -> set[int]:
        """Return the ids of the recordings of a live stream."""
        listing = self._session.list_(_PHOTOS, live_id=remote_id)
        recordings: set[int] = set()
        for page in listing:
            is_everything = self._library_size > FEW and listing.announced_count == self._library_size
            if is_everything or (listing.announced_count or 0) > MOST_RECORDINGS:
                raise _UntoldError(is_settled=True)
            if not self._session.accepts(page.answer):
                raise _UntoldError(is_settled=False)  # what is absent may only be invisible
            self._applier.apply(page.items, page.answer.observed_at)
            recordings.update(
                entry.remote_id
                for entry in page.items
                if entry.remote_id is not None and _may_be_recording_of(remote_id, entry.read())
            )
        if not listing.is_complete:
            raise _UntoldError(is_settled=False)
        return recordings

    def _find_others(self, live: LiveStream, recordings: Collection[int]) -> set[int]:
        """Return the ids of videos that are linked, were not listed, and do not say themselves that they belong."""
        linked = find_visible(self._workspace, Photo, self._level).filter(live_stream=live)
        unlisted = linked.exclude(remote_id__in=recordings).values_list("remote_id", flat=True)
        confirmation = confirm_missing(self._session, _PHOTOS, list(unlisted), in_flight=1)
        for entry, answer in confirmation.found:
            self._applier.apply([entry], answer.observed_at, is_single=True)
        records = [entry.read() for entry, _ in confirmation.found]
        return {record.remote_id for record in records if not record.has_live_id}

    def _write(self, live: LiveStream, recordings: set[int], others: set[int], asked_at: datetime) -> None:
        with transaction.atomic():
            _note_asked(live, asked_at)
            rows = lock(self._photos.filter(remote_id__in=recordings | others))
            linked = [row.pk for row in rows if row.remote_id in recordings and row.live_stream_id != live.pk]
            unlinked = [row.pk for row in rows if row.remote_id in others and row.live_stream_id == live.pk]
            self._photos.filter(pk__in=linked).update(live_stream=live)
            self._photos.filter(pk__in=unlinked).update(live_stream=None)


def _may_be_recording_of(live_remote_id: int, record: PhotoRecord) -> bool:
    """Return whether a listed video is silent about its live stream or names this one."""
    return not record.has_live_id or record.live_id == live_remote_id


def _note_asked(live: LiveStream, asked_at: datetime) -> None:
    LiveStream.objects.filter(pk=live.pk).update(recordings_observed_at=asked_at)
