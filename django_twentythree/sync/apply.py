"""Observations to rows: the only entry point that writes mirrored columns.

A full listing, a refresh after a notification and an import by address all end here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.db import DataError, IntegrityError, reset_queries

from django_twentythree.api import Entry
from django_twentythree.conf import get_workspace_settings
from django_twentythree.coordination.report import SyncReport
from django_twentythree.exceptions import UnexpectedResponseError
from django_twentythree.models import SyncRun, Workspace
from django_twentythree.sync.database import retry_conflicts
from django_twentythree.sync.plan import Observation, compare, observe
from django_twentythree.sync.resources import Resource, get_version
from django_twentythree.sync.writer import PageWriter

NAMED_SKIPS: Final = 5

# What databases and their drivers raise for a value they cannot hold.
REFUSALS: Final = (DataError, IntegrityError, OverflowError, UnicodeError, ValueError)


class Applier:
    """Brings the rows of one resource of one workspace in line with observations."""

    def __init__(self, workspace: Workspace, resource: Resource, *, run: SyncRun | None = None) -> None:
        self._workspace = workspace
        self._resource = resource
        self._writer = PageWriter(workspace, resource, run)
        given = get_workspace_settings(workspace.alias)
        self._version = get_version(str(given.time_zone))
        self.skips: list[str] = []
        """The first few objects that could not be read or stored, in words."""

    def apply(self, entries: Iterable[Entry[Any]], observed_at: datetime, *, is_single: bool = False) -> SyncReport:
        """Write what differs; a page without a change writes nothing.

        Args:
            entries: Objects of one answer.
            observed_at: When the answer was true.
            is_single: Whether the object was asked for by id: then `observed_at` advances in any case.

        Returns:
            The counts of these entries.
        """
        entries = list(entries)
        observations = [observe(e, observed_at, self._version) for e in entries if e.remote_id is not None]
        unreadable = len(entries) - len(observations)
        for _ in range(unreadable):
            self._note_skip("an object without a readable id")
        plan = compare(self._workspace, self._resource, observations, is_single=is_single)
        report = SyncReport(seen=len(entries), skipped=unreadable, unchanged=plan.unchanged)
        records: dict[int, Any] = {}
        for observation in plan.writes:
            try:
                records[observation.remote_id] = observation.entry.read()
            except UnexpectedResponseError as error:
                self._note_skip(f"{observation.remote_id} ({error})")
                report += SyncReport(skipped=1)
        readable = [observation for observation in plan.writes if observation.remote_id in records]
        report += self._write(readable, records, plan.new_ids, is_single=is_single)
        if settings.DEBUG:
            reset_queries()  # Kept under DEBUG until a request ends; a mirror of 100,000 rows has none.
        return report

    def _write(
        self, observations: Sequence[Observation], records: dict[int, Any], new_ids: set[int], *, is_single: bool
    ) -> SyncReport:
        if not observations:
            return SyncReport()
        ids = {observation.remote_id for observation in observations}
        write = partial(
            self._writer.write,
            observations,
            {remote_id: records[remote_id] for remote_id in ids},
            new_ids=new_ids & ids,
            is_single=is_single,
        )
        try:
            return retry_conflicts(write)
        except REFUSALS as error:
            if len(observations) == 1:
                self._note_skip(f"{observations[0].remote_id} (refused by the database: {type(error).__name__})")
                return SyncReport(skipped=1)
        # Halved until the culprit is alone; the rest is written.
        middle = len(observations) // 2
        return self._write(observations[:middle], records, new_ids, is_single=is_single) + self._write(
            observations[middle:], records, new_ids, is_single=is_single
        )

    def _note_skip(self, what: str) -> None:
        if len(self.skips) < NAMED_SKIPS:
            self.skips.append(what)
