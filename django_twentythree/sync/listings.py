"""One full listing of photos, albums, live streams or players: read, write, and judge what is gone."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from django_twentythree.api.levels import is_privileged
from django_twentythree.coordination.report import SyncReport
from django_twentythree.coordination.runs import ActiveRun
from django_twentythree.models import Recheck, SyncRun
from django_twentythree.sync.apply import Applier
from django_twentythree.sync.database import Statistics
from django_twentythree.sync.memory import PAGES_BETWEEN, trim_malloc
from django_twentythree.sync.missing import (
    confirm_missing,
    find_candidates,
    find_deletion_guard,
    find_visible,
    mark_missing,
)
from django_twentythree.sync.related import hide_albums_of_unlisted, hide_unlisted, reconcile_concealed
from django_twentythree.sync.resources import ALBUMS, PHOTOS, RESOURCES
from django_twentythree.sync.session import Session

PASSES: Final = 2
"""A listing that does not hold still so many times judges no absence."""

Progress = Callable[[int, int | None], None]
"""Told how many objects were seen and how many are announced (None: not told)."""


@dataclass(slots=True)
class Gone:
    """The rows that may be marked as missing when the run closes."""

    remote_ids: set[int]
    confirmed_at: Any


class ListingRun:
    """Mirrors one listed resource within a run that this process holds."""

    def __init__(
        self,
        session: Session,
        run: ActiveRun,
        *,
        in_flight: int,
        accept_missing: bool,
        progress: Progress | None,
    ) -> None:
        self._session = session
        self._workspace = session.workspace
        self._run = run
        self._accept_missing = accept_missing
        self._progress = progress
        self._level = session.level
        self._resource = RESOURCES[run.row.resource]
        self._has_single_call = self._resource.fetch_one is not None
        self._applier = Applier(session.workspace, self._resource, run=run.row)
        self._statistics = Statistics(self._resource.model)
        self._in_flight = in_flight
        self._is_held_back = False
        self.messages: list[str] = []

    def mirror(self) -> None:
        """Bring all rows of the resource in line with the platform, and close the run.

        Raises:
            APIError: The platform gave no usable answer; what was written stays, nothing is marked as gone.
            IdentityError: Another site has answered; likewise.
            RunLostError: Another process holds the run.
        """
        listed = self._read_until_complete()
        gone = self._judge_absence(listed) if listed is not None else None
        self._look_again()
        if gone is not None and gone.remote_ids:
            self._session.confirm()
        if self._applier.skips:
            self.messages.append("Skipped: " + "; ".join(self._applier.skips) + ".")
        with transaction.atomic():
            # First the run's own row: on SQLite the transaction must begin with a write.
            self._run.renew()
            if gone is not None:
                marked = mark_missing(
                    self._workspace, self._resource.model, gone.remote_ids, gone.confirmed_at, self._run.row
                )
                self._run.report += SyncReport(missing=marked)
            if self._resource is ALBUMS and listed is not None and not is_privileged(self._level):
                hide_unlisted(self._workspace, listed)
            self._run.close(
                SyncRun.State.SUCCEEDED,
                requests=self._session.client.request_count,
                error=" ".join(self.messages),
                is_held_back=self._is_held_back,
            )
        if self._resource in (ALBUMS, PHOTOS):
            reconcile_concealed(self._workspace, self._run.row)

    def _read_until_complete(self) -> Set[int] | None:
        """Return the ids that a complete pass listed, None when none was complete."""
        for attempt in range(PASSES):
            listed, is_complete = self._read_once(is_first=attempt == 0)
            if is_complete:
                return listed
        self.messages.append(
            "The listing did not hold still (fewer objects than announced), so nothing was judged as gone."
        )
        return None

    def _read_once(self, *, is_first: bool) -> tuple[Set[int], bool]:
        listing = self._session.list_(self._resource.name, in_flight=self._in_flight)
        for page in listing:
            self._session.require(self._resource.name, page.answer)
            report = self._applier.apply(page.items, page.answer.observed_at)
            if not is_first:  # the same objects again: only what the second look changed counts
                report = SyncReport(created=report.created, updated=report.updated)
            self._run.add(report)
            self._statistics.note(report.created)
            if self._progress:
                self._progress(listing.distinct_count, listing.announced_count)
            if page.number % PAGES_BETWEEN == 0:
                trim_malloc()
        return listing.seen_ids, listing.is_complete

    def _judge_absence(self, listed: Set[int]) -> Gone | None:
        visible = find_visible(self._workspace, self._resource.model, self._level)
        started_at = self._run.started_at
        candidates = find_candidates(visible, listed, started_at)
        if not candidates:
            return None
        guard = find_deletion_guard(len(candidates), visible.count(), self._resource.name, self._workspace.alias)
        if guard and not self._accept_missing:
            self._is_held_back = True
            self.messages.append(guard)
            return None
        if not self._has_single_call:
            again, is_complete = self._read_once(is_first=False)
            gone = set(candidates) - again
            return Gone(gone, started_at) if is_complete else None
        confirmation = confirm_missing(self._session, self._resource.name, candidates, in_flight=self._in_flight)
        for entry, answer in confirmation.found:
            report = self._applier.apply([entry], answer.observed_at, is_single=True)
            self._run.add(SyncReport(created=report.created, updated=report.updated))
        if self._resource is PHOTOS and not is_privileged(self._level):
            found = [entry.remote_id for entry, _ in confirmation.found if entry.remote_id is not None]
            hide_albums_of_unlisted(self._workspace, found)
        if confirmation.undecided:
            many = confirmation.undecided > 1
            objects = f"{confirmation.undecided} objects were" if many else "1 object was"
            self.messages.append(
                f"{objects} not listed, and TwentyThree did not clearly say why. The next sync asks again."
            )
        return Gone(confirmation.gone, confirmation.asked_at)

    def _look_again(self) -> None:
        """Fetch once more what a refresh changed while the listing was being read."""
        marks = Recheck.objects.filter(workspace_id=self._workspace.pk, resource=self._resource.name)
        noted = list(marks.values_list("pk", "remote_id"))
        if not noted or not self._has_single_call:
            return
        remote_ids = sorted({remote_id for _, remote_id in noted})
        confirmation = confirm_missing(self._session, self._resource.name, remote_ids, in_flight=self._in_flight)
        for entry, answer in confirmation.found:
            self._applier.apply([entry], answer.observed_at, is_single=True)
        Recheck.objects.filter(pk__in=[pk for pk, _ in noted]).delete()
