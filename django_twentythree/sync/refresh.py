"""One object, or the newest few, fetched again around every cache."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from django_twentythree.api import UploadMetadata, UploadTicket
from django_twentythree.api.redaction import forgets_variables
from django_twentythree.coordination.backoff import IN_TROUBLE, connect_throttled, record_failure, record_success
from django_twentythree.coordination.explain import explain
from django_twentythree.coordination.identity import IdentityError, LevelError, get_or_create_workspace
from django_twentythree.coordination.leases import acquire_permits
from django_twentythree.coordination.report import SyncReport
from django_twentythree.coordination.runs import get_key
from django_twentythree.exceptions import (
    APIError,
    AuthenticationError,
    NotFoundError,
    PermissionDeniedError,
    TransportError,
    UnexpectedResponseError,
)
from django_twentythree.models import Mirrored, Photo, Recheck, SyncRun
from django_twentythree.sync.apply import Applier
from django_twentythree.sync.database import insert_or_leave
from django_twentythree.sync.details import fetch_details, find_problem, read_targets, write_details
from django_twentythree.sync.missing import find_visible, is_proof_of_being_gone, mark_missing
from django_twentythree.sync.resources import RESOURCES
from django_twentythree.sync.session import Session

SHORT_PAGE: Final = 20
"""Objects on a page for somebody who waits for it."""
FEW_PAGES: Final = 3
"""Pages read at most to find new objects; a full listing finds the rest."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The result of refreshing one object.

    Attributes:
        report: The counts.
        row: The row as it now is; None when the platform does not have the object and never had.
        problem: Why nothing could be concluded; "" when something was.
    """

    report: SyncReport
    row: Any
    problem: str = ""


@contextmanager
def connect_refresher(
    alias: str, *, acquire_timeout: timedelta = timedelta(seconds=20), deadline_seconds: float | None = None
) -> Iterator[Refresher]:
    """Lend a refresher for the workspace `alias`. Whoever asked, it is noted that all went well, or the asking refused.

    Args:
        alias: A key of `TWENTYTHREE["WORKSPACES"]`.
        acquire_timeout: How long to wait until other tasks leave a request to spare.
        deadline_seconds: For somebody who waits: how long all this may take, that acquire_timeout included; no call is
            tried again then. None: as long as it needs.

    Raises:
        WorkspaceBusyError: None became free in time.
        ConfigurationError: The workspace is not configured as it should be.
        IdentityError: Another site answers.
    """
    workspace = get_or_create_workspace(alias)
    started = time.monotonic()
    with acquire_permits(workspace, is_long=False, acquire_timeout=acquire_timeout) as permits:
        limits: dict[str, Any] = {}
        if deadline_seconds is not None:
            limits = {"deadline_seconds": deadline_seconds - (time.monotonic() - started), "max_attempts": 1}

        def heartbeat() -> None:
            permits.renew_if_due()
            # Name servers know no time-outs: whoever waits leaves them behind.
            if deadline_seconds is not None and time.monotonic() - started > deadline_seconds:
                raise TransportError(alias, "there was no answer in time")

        with connect_throttled(workspace, heartbeat=heartbeat, **limits) as client:
            try:
                session = Session.resume(client, workspace)
                yield Refresher(session)
                record_health(session)
            except (AuthenticationError, IdentityError, LevelError) as error:
                record_failure(workspace, error, explain(error, alias))
                raise


def record_health(session: Session) -> None:
    """Note that the platform answered, if it did; in trouble only once it has said which site it is.

    Raises:
        IdentityError: Another site answers.
        LevelError: The platform does not take the credentials into account.
        AuthenticationError: The platform does not take the credentials.
    """
    if not session.client.request_count:
        return
    workspace = session.workspace
    workspace.refresh_from_db(fields=["state"])
    if workspace.state in IN_TROUBLE:
        try:
            session.ensure_confirmed()
        except AuthenticationError:
            raise
        except APIError:
            return  # whether all is well again is left to the next
    record_success(workspace)


class Refresher:
    """Refreshes single objects, and the newest, within one session.

    Each method raises IdentityError, and writes nothing, when another site answers.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._workspace = session.workspace
        self._appliers = {name: Applier(session.workspace, resource) for name, resource in RESOURCES.items()}

    @property
    def request_count(self) -> int:
        """HTTP requests sent so far, attempts that failed included."""
        return self._session.client.request_count

    def ensure_confirmed(self) -> None:
        """Ask which site this is, unless that was done just now.

        Raises:
            IdentityError: It answers as another site.
            APIError: It does not answer.
        """
        self._session.ensure_confirmed()

    def ping(self) -> None:
        """Ask the platform something that concerns no object, to tell its trouble from that of one object.

        Raises:
            APIError: It does not answer this either.
            IdentityError: It answers as another site.
        """
        self._session.confirm()

    def refresh(self, resource: str, remote_id: int, *, with_details: bool = False) -> Refreshed:
        """Bring the row of one object in line with the platform.

        Args:
            resource: `photos`, `albums` or `livestreams`.
            remote_id: The platform's id.
            with_details: Whether to fetch chapters and subtitles of a photo as well.

        Raises:
            APIError: No usable answer.
        """
        asked_at = timezone.now()
        try:
            entry, answer = self._session.fetch_one(resource, remote_id)
        except (NotFoundError, PermissionDeniedError) as error:
            self._session.ensure_confirmed()  # an answer that says no does not name its site
            if is_proof_of_being_gone(error, self._session.level):
                return self._miss(resource, remote_id, asked_at)
            self._session.ensure_level(error.actual_level)
            return Refreshed(SyncReport(), None, str(error))
        self._session.require(resource, answer)
        if entry is None:
            return self._miss(resource, remote_id, asked_at)
        if entry.remote_id != remote_id:
            return Refreshed(SyncReport(), None, f"the platform answered with object {entry.remote_id}")
        report = self._appliers[resource].apply([entry], answer.observed_at, is_single=True)
        if report.created or report.updated:
            self._note_for_run(resource, remote_id)
        row = self._get(RESOURCES[resource].model, remote_id)
        if with_details and isinstance(row, Photo):  # one that has none any more costs no request
            details = fetch_details(self._session, read_targets([row.pk])[0])
            if not find_problem(self._session, details):
                write_details(details)
        return Refreshed(report, row)

    def find_newest(self, resource: str, *, page_size: int = SHORT_PAGE) -> SyncReport:
        """Mirror the newest objects: a few pages, until one brings nothing new.

        Args:
            resource: `photos`, `albums` or `livestreams`.
            page_size: Objects on a page.

        Raises:
            APIError: No usable answer.
        """
        # Of live streams the platform does not say in which direction it sorts them; there are few.
        is_sorted = resource != SyncRun.Resource.LIVESTREAMS
        wanted = {"order": "desc", "size": page_size} if is_sorted else {}
        return self._read_pages(resource, wanted, stops_early=is_sorted)

    def find_by_words(self, words: str) -> SyncReport:
        """Mirror the first videos that the platform finds by these words.

        Raises:
            APIError: No usable answer.
        """
        wanted = {"search": words, "size": SHORT_PAGE, "order": "desc"}
        return self._read_pages(SyncRun.Resource.PHOTOS, wanted, max_pages=1)

    def fetch_upload_ticket(self, metadata: UploadMetadata, return_url: str) -> UploadTicket:
        """Return the right to upload one file from a browser.

        Raises:
            APIError: No usable answer, or the answer was no.
        """
        self._session.confirm()  # first: no other site is to be told of the file
        return self._session.client.fetch_upload_ticket(metadata, return_url=return_url)

    @forgets_variables
    def find_upload(self, upload_token: str) -> Photo | None:
        """Mirror what was uploaded with a ticket, and return its row; None while there is nothing yet.

        Raises:
            APIError: No usable answer.
        """
        resource = SyncRun.Resource.PHOTOS
        listing = self._session.list_(resource, upload_token=upload_token, size=SHORT_PAGE)
        page = next(iter(listing), None)
        if page is None:
            return None
        self._session.require(resource, page.answer)
        if not page.items:
            return None
        # A ticket is for one file: else the parameter was passed over, and this is the library.
        if len(page.items) > 1 or (listing.announced_count or 0) > 1:
            raise UnexpectedResponseError("photo/list", "several videos came for the ticket of one upload")
        self._appliers[resource].apply(page.items, page.answer.observed_at)
        remote_id = page.items[0].remote_id
        return None if remote_id is None else self._get(Photo, remote_id)

    def _read_pages(
        self, resource: str, wanted: dict[str, Any], *, stops_early: bool = True, max_pages: int = FEW_PAGES
    ) -> SyncReport:
        report = SyncReport()
        try:
            for page in self._session.list_(resource, **wanted):
                self._session.require(resource, page.answer)
                counts = self._appliers[resource].apply(page.items, page.answer.observed_at)
                report += counts
                if page.number >= max_pages or (stops_early and not counts.created):
                    break
        except PermissionDeniedError as error:
            self._session.ensure_level(error.actual_level)
            raise
        return report

    def _miss(self, resource: str, remote_id: int, asked_at: Any) -> Refreshed:
        model = RESOURCES[resource].model
        visible = find_visible(self._workspace, model, self._session.level)
        ids = list(visible.filter(remote_id=remote_id).values_list("remote_id", flat=True))
        if ids:
            self._session.confirm()
        with transaction.atomic():
            marked = mark_missing(self._workspace, model, ids, asked_at, None)
        return Refreshed(SyncReport(missing=marked), self._get(model, remote_id))

    def _note_for_run(self, resource: str, remote_id: int) -> None:
        """Have a listing that is being read look at this object once more: its page may be older."""
        key = get_key(self._workspace.pk, resource)
        if SyncRun.objects.filter(active_key=key).exists():
            mark = Recheck(workspace_id=self._workspace.pk, resource=resource, remote_id=remote_id)
            insert_or_leave(Recheck, [mark], ("workspace_id", "resource", "remote_id"))

    def _get(self, model: type[Mirrored], remote_id: int) -> Any:
        return model._default_manager.filter(workspace=self._workspace, remote_id=remote_id).first()
