"""Chapters and subtitles: fetched photo by photo after the listing, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from django.db import models, transaction
from django.utils import timezone

from django_twentythree.api import Response
from django_twentythree.api.levels import get_freshness
from django_twentythree.api.records import SectionRecord, SubtitleRecord
from django_twentythree.chunks import cut
from django_twentythree.coordination.clocks import get_latest_credible
from django_twentythree.coordination.report import SyncReport
from django_twentythree.coordination.runs import ActiveRun
from django_twentythree.exceptions import (
    AuthenticationError,
    ResponseError,
    UnexpectedResponseError,
)
from django_twentythree.models import Photo, Section, Subtitle, SyncRun, Workspace
from django_twentythree.models.details import digest_subtitle
from django_twentythree.sync.apply import NAMED_SKIPS, REFUSALS
from django_twentythree.sync.database import lock, retry_conflicts
from django_twentythree.sync.listings import Progress
from django_twentythree.sync.missing import find_visible
from django_twentythree.sync.recordings import link_recordings
from django_twentythree.sync.session import Session

MAX_AGE: Final = timedelta(days=7)
"""Chapters and subtitles have no event and no date of change: each photo's are looked at so often."""
SCHEDULED_SHARE: Final = 1_000
"""Photos that one scheduled run looks at; the rest is left for later runs."""
BATCH: Final = 50


@dataclass(frozen=True, slots=True)
class Target:
    """A photo whose details are to be fetched."""

    pk: int
    remote_id: int
    token: str = field(repr=False)
    has_sections: bool
    has_subtitles: bool


@dataclass(frozen=True, slots=True)
class Details:
    """The details of one photo, with the answers that must be accepted before they are written."""

    target: Target
    observed_at: datetime
    answers: tuple[Response, ...]
    sections: tuple[SectionRecord, ...]
    subtitles: tuple[SubtitleRecord, ...]
    skipped: int = 0
    problem: str = ""


class DetailsRun:
    """Mirrors chapters and subtitles within a run that this process holds."""

    def __init__(
        self,
        session: Session,
        run: ActiveRun,
        *,
        in_flight: int,
        is_everything: bool = False,
        progress: Progress | None = None,
    ) -> None:
        self._session = session
        self._workspace = session.workspace
        self._run = run
        self._is_everything = is_everything
        self._progress = progress
        self._in_flight = in_flight
        self.problems: list[str] = []

    def mirror(self) -> None:
        """Bring the details that are due in line with the platform, recordings included, and close the run.

        Raises:
            APIError: The platform gave no usable answer; what was written stays.
            IdentityError: Another site has answered; likewise.
            RunLostError: Another process holds the run.
        """
        self._drop_stale()
        link_recordings(self._session, lambda: self._run.add(SyncReport()), is_everything=self._is_everything)
        targets = find_due(self._workspace, is_everything=self._is_everything)
        if self._run.row.trigger == SyncRun.Trigger.SCHEDULE:
            targets = targets[:SCHEDULED_SHARE]
        keys = list(targets.values_list("pk", flat=True))
        done = 0
        for chunk in cut(keys, BATCH):
            for details in self._fetch(read_targets(chunk)):
                self._run.add(self._write(details))
                done += 1
                if self._progress:
                    self._progress(done, len(keys))
        message = f"Left for later: {'; '.join(self.problems)}." if self.problems else ""
        with transaction.atomic():
            self._run.close(SyncRun.State.SUCCEEDED, requests=self._session.client.request_count, error=message)

    def _drop_stale(self) -> None:
        """Delete chapters and subtitles of photos that have none any more, which costs no request."""
        photos = Photo.objects.filter(workspace=self._workspace)
        Section.objects.filter(photo__in=photos.filter(has_sections=False)).delete()
        Subtitle.objects.filter(photo__in=photos.filter(has_subtitles=False)).delete()

    def _fetch(self, targets: Iterable[Target]) -> Iterator[Details]:
        ask = partial(fetch_details, self._session)
        for _, future in self._session.client.waiter.ask_each(ask, targets, in_flight=self._in_flight):
            yield future.result()

    def _write(self, details: Details) -> SyncReport:
        if problem := find_problem(self._session, details):
            return self._leave(details, problem)
        try:
            is_changed = retry_conflicts(lambda: write_details(details))
        except REFUSALS as error:
            return self._leave(details, f"refused by the database: {type(error).__name__}")
        return SyncReport(seen=1, updated=int(is_changed), unchanged=int(not is_changed))

    def _leave(self, details: Details, problem: str) -> SyncReport:
        if len(self.problems) < NAMED_SKIPS:
            self.problems.append(f"{details.target.remote_id} ({problem})")
        return SyncReport(seen=1, skipped=1)


def find_due(workspace: Workspace, *, is_everything: bool = False) -> models.QuerySet[Photo]:
    """Return the photos whose chapters or subtitles are due, newest first.

    Due is what was never fetched or has changed since, then what was fetched more than a week ago. What the
    workspace's level does not show may be gone without anybody knowing, and is left alone.
    """
    photos = find_visible(workspace, Photo, workspace.permission_level).filter(
        models.Q(has_sections=True) | models.Q(has_subtitles=True)
    )
    if not is_everything:
        overdue = models.Q(details_observed_at__lt=timezone.now() - MAX_AGE)
        unknown = models.Q(details_observed_at__isnull=True) | models.Q(details_observed_at__gt=get_latest_credible())
        photos = photos.filter(overdue | unknown)
    never_first = models.Case(models.When(details_observed_at__isnull=True, then=0), default=1)
    return photos.order_by(never_first, "-uploaded_at", "-pk")


def read_targets(keys: Sequence[int]) -> list[Target]:
    """Return what is needed to ask for the details of these photos, in the given order."""
    rows = Photo.objects.filter(pk__in=keys).values_list("pk", "remote_id", "token", "has_sections", "has_subtitles")
    targets = {row[0]: Target(*row) for row in rows}
    return [targets[pk] for pk in keys if pk in targets]


def find_problem(session: Session, details: Details) -> str:
    """Return why these details may not be written, "" when they may.

    Raises:
        IdentityError: Another site has answered.
    """
    if details.problem:
        return details.problem
    is_accepted = all(session.accepts(answer) for answer in details.answers)
    return "" if is_accepted else "answered at another permission level"


def fetch_details(session: Session, target: Target) -> Details:
    """Return the chapters and subtitles of one photo as the platform has them; makes no query.

    Raises:
        APIError: No usable answer, or the credentials were refused. A refusal that concerns this photo alone
            becomes a `problem` instead.
    """
    client, freshness = session.client, get_freshness(session.client)
    sections: tuple[SectionRecord, ...] = ()
    subtitles: tuple[SubtitleRecord, ...] = ()
    skipped = 0
    answers: list[Response] = []
    try:
        if target.has_sections:
            sections, unread, answer = client.fetch_sections(target.remote_id, target.token, **freshness)
            skipped += unread
            answers.append(answer)
        if target.has_subtitles:
            subtitles, unread, answer = client.fetch_subtitles(target.remote_id, target.token, **freshness)
            skipped += unread
            answers.append(answer)
    except AuthenticationError:
        raise
    except (ResponseError, UnexpectedResponseError) as error:
        return Details(target, timezone.now(), (), (), (), problem=str(error))
    observed_at = min((answer.observed_at for answer in answers), default=timezone.now())
    return Details(target, observed_at, tuple(answers), sections, subtitles, skipped)


def write_details(details: Details) -> bool:
    """Make the chapters and subtitles of a photo exactly these, and return whether anything changed."""
    with transaction.atomic():
        photos = lock(Photo.objects.filter(pk=details.target.pk))
        if not photos:
            return False
        photo = photos[0]
        last = photo.details_observed_at
        if last is not None and details.observed_at < last <= get_latest_credible():
            return False
        changed_sections = _replace(
            Section.objects.filter(photo=photo),
            {record.remote_id: _section(photo, record) for record in details.sections},
            ("remote_id",),
            ("start_seconds", "title", "description_html", "extra"),
        )
        changed_subtitles = _replace(
            Subtitle.objects.filter(photo=photo),
            {(record.locale, record.kind): _subtitle(photo, record) for record in details.subtitles},
            ("locale", "kind"),
            ("file_path", "is_default", "extra"),
        )
        Photo.objects.filter(pk=photo.pk).update(details_observed_at=details.observed_at)
    return changed_sections or changed_subtitles


def _section(photo: Photo, record: SectionRecord) -> Section:
    return Section(
        photo=photo,
        remote_id=record.remote_id,
        start_seconds=record.start_seconds,
        title=record.title,
        description_html=record.description_html,
        extra=record.extra,
    )


def _subtitle(photo: Photo, record: SubtitleRecord) -> Subtitle:
    return Subtitle(
        photo=photo,
        locale=record.locale,
        kind=record.kind,
        digest=digest_subtitle(record.locale, record.kind),
        file_path=record.file_path,
        is_default=record.is_default,
        extra=record.extra,
    )


def _replace(
    rows: models.QuerySet[Any], wanted: dict[Any, Any], key: tuple[str, ...], columns: tuple[str, ...]
) -> bool:
    """Make the rows of a photo exactly the wanted ones; those that are equal are left alone."""

    def describe(row: Any) -> tuple[Any, ...]:
        return tuple(getattr(row, name) for name in columns)

    def identify(row: Any) -> Any:
        return getattr(row, key[0]) if len(key) == 1 else tuple(getattr(row, name) for name in key)

    existing = {identify(row): row for row in rows}
    same = {one for one, row in existing.items() if one in wanted and describe(row) == describe(wanted[one])}
    surplus = [row.pk for one, row in existing.items() if one not in same]
    added = [row for one, row in wanted.items() if one not in same]
    if surplus:
        rows.filter(pk__in=surplus).delete()
    rows.model._default_manager.bulk_create(added)
    return bool(surplus or added)
