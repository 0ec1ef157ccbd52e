"""One object, or the newest few, fetched again around every cache."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from django_twentythree.api import Client
from django_twentythree.exceptions import NotFoundError, PermissionDeniedError
from django_twentythree.models import Mirrored, Photo, Recheck, SyncRun, Workspace
from django_twentythree.sync.absence import find_visible, is_proof_of_absence, mark_missing
from django_twentythree.sync.apply import Applier
from django_twentythree.sync.asking import QUESTIONS, get_freshness, get_parameters
from django_twentythree.sync.connections import connect
from django_twentythree.sync.database import insert_or_leave
from django_twentythree.sync.details import fetch_details, read_targets, write_details
from django_twentythree.sync.identity import get_or_create_workspace, identify
from django_twentythree.sync.levels import get_level_class
from django_twentythree.sync.mappings import MAPPINGS
from django_twentythree.sync.report import SyncReport
from django_twentythree.sync.runs import get_key
from django_twentythree.sync.slots import lease_slots


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What became of one object.

    Attributes:
        report: The counts.
        row: The row as it now is; None when the platform does not have the object and never had.
        problem: Why nothing could be concluded; "" when something was.
    """

    report: SyncReport
    row: Any
    problem: str = ""


@contextmanager
def connect_refresher(alias: str, *, patience: timedelta = timedelta(seconds=20)) -> Iterator[Refresher]:
    """Lend a refresher for the workspace `alias`.

    Args:
        alias: A key of `TWENTYTHREE["WORKSPACES"]`.
        patience: How long to wait until other tasks leave a request to spare.

    Raises:
        WorkspaceBusyError: None became free in time.
        ConfigurationError: The workspace is not configured as it should be.
    """
    workspace = get_or_create_workspace(alias)
    with lease_slots(workspace, is_long=False, patience=patience), connect(alias) as client:
        yield Refresher(client, workspace)


class Refresher:
    """Refreshes single objects of one workspace over one connection."""

    def __init__(self, client: Client, workspace: Workspace) -> None:
        self._client = client
        self._workspace = workspace
        self._appliers = {resource: Applier(workspace, mapping) for resource, mapping in MAPPINGS.items()}
        if not workspace.permission_level or workspace.site_id is None:
            site, answer = client.fetch_site_answer(**get_freshness(client))
            identify(workspace, site, answer)

    @property
    def request_count(self) -> int:
        """HTTP requests sent so far, attempts that failed included."""
        return self._client.request_count

    def refresh(self, resource: str, remote_id: int, *, with_details: bool = False) -> Refreshed:
        """Bring the row of one object in line with the platform.

        Args:
            resource: `photos`, `albums` or `livestreams`.
            remote_id: The platform's id.
            with_details: Whether to fetch chapters and subtitles of a photo as well.

        Raises:
            APIError: No usable answer.
        """
        questions = QUESTIONS[resource]
        assert questions.fetch_one is not None  # noqa: S101 - players are only ever listed
        level = self._workspace.permission_level
        parameters = get_parameters(self._client, questions, level)
        asked_at = timezone.now()
        try:
            entry, answer = questions.fetch_one(self._client, remote_id, **parameters)
        except (NotFoundError, PermissionDeniedError) as error:
            if is_proof_of_absence(error, level):
                return self._miss(resource, remote_id, asked_at)
            return Refreshed(SyncReport(), None, str(error))
        if answer.site_id not in {None, self._workspace.site_id} or (
            get_level_class(answer.permission_level) != get_level_class(level)
        ):
            return Refreshed(SyncReport(), None, "the answer came from another site or at another level")
        if entry is None:
            return self._miss(resource, remote_id, asked_at)
        if entry.remote_id != remote_id:
            return Refreshed(SyncReport(), None, f"the platform answered with object {entry.remote_id}")
        report = self._appliers[resource].apply([entry], answer.observed_at, is_single=True)
        if report.created or report.updated:
            self._note_for_run(resource, remote_id)
        row = self._get(MAPPINGS[resource].model, remote_id)
        if with_details and isinstance(row, Photo):  # one that has none any more costs no request
            details = fetch_details(self._client, read_targets([row.pk])[0])
            if not details.problem:
                write_details(details)
        return Refreshed(report, row)

    def _miss(self, resource: str, remote_id: int, asked_at: Any) -> Refreshed:
        model = MAPPINGS[resource].model
        visible = find_visible(self._workspace, model, self._workspace.permission_level)
        ids = visible.filter(remote_id=remote_id).values_list("remote_id", flat=True)
        with transaction.atomic():
            marked = mark_missing(self._workspace, model, list(ids), asked_at, None)
        return Refreshed(SyncReport(missing=marked), self._get(model, remote_id))

    def _note_for_run(self, resource: str, remote_id: int) -> None:
        """Have a listing that is being read look at this object once more: its page may be older."""
        key = get_key(self._workspace.pk, resource)
        if SyncRun.objects.filter(active_key=key).exists():
            mark = Recheck(workspace_id=self._workspace.pk, resource=resource, remote_id=remote_id)
            insert_or_leave(Recheck, [mark], ("workspace_id", "resource", "remote_id"))

    def _get(self, model: type[Mirrored], remote_id: int) -> Any:
        return model._default_manager.filter(workspace=self._workspace, remote_id=remote_id).first()


def apply_newest(client: Client, workspace: Workspace) -> SyncReport:
    """Mirror the newest uploads: pages of the latest photos, until one brings nothing new.

    Raises:
        APIError: No usable answer.
    """
    resource = SyncRun.Resource.PHOTOS
    parameters = get_parameters(client, QUESTIONS[resource], workspace.permission_level)
    applier = Applier(workspace, MAPPINGS[resource])
    report = SyncReport()
    for page in client.list_photos(in_flight=1, **{**parameters, "order": "desc"}):
        if get_level_class(page.answer.permission_level) != get_level_class(workspace.permission_level):
            break
        counts = applier.apply(page.items, page.answer.observed_at)
        report += counts
        if not counts.created:
            break
    return report
