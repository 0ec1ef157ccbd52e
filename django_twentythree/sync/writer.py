"""One page of observations, written in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from django_twentythree.api.levels import is_privileged
from django_twentythree.coordination.report import SyncReport
from django_twentythree.models import Photo, SyncRun, Workspace
from django_twentythree.sync.announce import Changes, announce_on_commit
from django_twentythree.sync.database import insert_or_leave, lock, upsert
from django_twentythree.sync.plan import KNOWN_COLUMNS, WRITTEN, Known, Observation, Verdict, judge
from django_twentythree.sync.related import Links, RelatedRows, reconcile_concealed, set_albums, set_tags
from django_twentythree.sync.resources import ALBUMS, PHOTOS, Resource, is_same_wire

IDENTITY = ("workspace", "remote_id")
CLOSING: Final = frozenset({"is_hidden", "is_private"})
SEARCHED: Final = frozenset({"title", "name", "tags", "author_name"})
"""Fields of records that a row is found by."""


class PageWriter:
    """Writes pages of one resource of one workspace."""

    def __init__(self, workspace: Workspace, resource: Resource, run: SyncRun | None) -> None:
        self._workspace = workspace
        self._resource = resource
        self._rows = resource.model._default_manager.filter(workspace=workspace).order_by()
        self._related = RelatedRows(workspace)
        self._run = run
        # Below level `read` nothing says so, but what is listed there is neither hidden nor private.
        self._implied = frozenset() if is_privileged(workspace.permission_level) else CLOSING

    def write(
        self,
        observations: Sequence[Observation],
        records: Mapping[int, Any],
        *,
        new_ids: set[int],
        is_single: bool,
    ) -> SyncReport:
        """Insert what is new, lock what is not, compare once more, and write what still differs.

        Args:
            observations: What differed from the rows when they were read without locks.
            records: The parsed objects, by remote id.
            new_ids: Which of them had no row then.
            is_single: Whether the object was asked for by id.
        """
        links = self._find_links(list(records.values()))
        by_id = {observation.remote_id: observation for observation in observations}
        changes = Changes(run=self._run)
        with transaction.atomic():
            fresh = self._insert([by_id[i] for i in sorted(new_ids)], records, links) if new_ids else {}
            locked = lock(self._rows.filter(remote_id__in=sorted(by_id.keys() - fresh.keys())))
            hidden = {row.pk: row.is_hidden for row in locked} if self._resource is ALBUMS else {}
            stale, counts = self._judge(locked, by_id, records, links, changes, is_single=is_single)
            self._update(stale)
            if turned := [row.pk for row in stale if row.pk in hidden and row.is_hidden != hidden[row.pk]]:
                reconcile_concealed(self._workspace, self._run, albums=turned)
            self._link({**fresh, **{row.remote_id: row for row in stale}}, fresh, records, links, changes)
            changes.created.extend(fresh.values())
            announce_on_commit(self._resource.model, changes)
        return counts + SyncReport(created=len(fresh))

    def _find_links(self, records: Sequence[Any]) -> Links:
        if self._resource is PHOTOS:
            return self._related.find(
                tags={tag for record in records for tag in record.tags},
                albums=[album for record in records for album in record.album_ids],
                hidden_albums={r.hidden_album_id for r in records if r.hidden_album_id is not None},
                live_streams=[record.live_id for record in records if record.live_id is not None],
            )
        if self._resource.foreign_key:
            return self._related.find(albums=[r.album_id for r in records if r.album_id is not None])
        return self._related.find()

    def _insert(self, observations: Sequence[Observation], records: Mapping[int, Any], links: Links) -> dict[int, Any]:
        """Insert rows, and return by remote id those that no other process inserted before."""
        rows: dict[int, Any] = {}
        for observation in observations:
            row = self._resource.model(workspace=self._workspace, remote_id=observation.remote_id)
            self._fill(row, observation, records[observation.remote_id], links, is_new=True)
            self._note_other_content(row)
            rows[observation.remote_id] = row
        insert_or_leave(self._resource.model, list(rows.values()), IDENTITY)
        ours = {}
        for pk, remote_id, fingerprint, counters, observed_at, _ in self._rows.filter(remote_id__in=rows).values_list(
            *KNOWN_COLUMNS
        ):
            row = rows[remote_id]
            if (fingerprint, counters, observed_at) == (
                row.fingerprint,
                row.counters_fingerprint,
                row.observed_at,
            ):
                row.pk = pk
                row._state.adding = False
                ours[remote_id] = row
        return ours

    def _judge(
        self,
        rows: Sequence[Any],
        by_id: Mapping[int, Observation],
        records: Mapping[int, Any],
        links: Links,
        changes: Changes,
        *,
        is_single: bool,
    ) -> tuple[list[Any], SyncReport]:
        """Return the locked rows that an observation still changes, with the new values set, and the counts."""
        now = timezone.now()
        stale = []
        counts = SyncReport()
        for row in rows:
            observation = by_id[row.remote_id]
            known = Known(*(getattr(row, name) for name in KNOWN_COLUMNS))
            verdict = judge(observation, known, is_single=is_single, now=now)
            if verdict not in WRITTEN:
                counts += SyncReport(unchanged=1)
                continue
            before = {name: getattr(row, name) for name in self._resource.compared_columns}
            fingerprint, was_shown = row.fingerprint, not row.is_missing and row.visibility.public.holds(row)
            self._fill(row, observation, records[row.remote_id], links, is_new=verdict is Verdict.NEW)
            stale.append(row)
            if was_shown and not row.visibility.public.holds(row):
                changes.closed.append(row)
            differing = {name for name, value in before.items() if value != getattr(row, name)}
            is_change = self._is_change(fingerprint, row.fingerprint, differing)
            if verdict is Verdict.CROSS_VERSION:
                verdict = Verdict.CHANGED if is_change else Verdict.REWRITTEN
                if not is_change:
                    changes.translated[row.pk] = row
            if verdict in {Verdict.NEW, Verdict.CHANGED} or (verdict is Verdict.RETURNED and is_change):
                self._note_other_content(row)
            if verdict is Verdict.NEW:  # a stub, now filled
                counts += SyncReport(created=1)
                changes.created.append(row)
                continue
            counts += SyncReport(unchanged=1) if verdict is Verdict.CONFIRMED else SyncReport(updated=1)
            if verdict is Verdict.RETURNED:
                changes.returned.append(row)
            if verdict is Verdict.CHANGED:
                changes.changed.append(row)
                changes.fields[row.pk] = frozenset(
                    name.removesuffix("_id") if name == self._resource.foreign_key else name for name in differing
                )
        return stale, counts

    def _is_change(self, before: str, now: str, differing: Set[str]) -> bool:
        """Return whether two fingerprints stand for other content, by the columns where their wires differ."""
        if is_same_wire(before, now):
            return before.partition(":")[2] != now.partition(":")[2]
        return not differing.isdisjoint(self._resource.comparable_columns)

    def _fill(self, row: Any, observation: Observation, record: Any, links: Links, *, is_new: bool) -> None:
        # What the answer did not speak of stays as it is known.
        unset = frozenset() if is_new else record.unset - self._implied
        for name, value in self._resource.read_columns(_with_known_texts(record, row, unset)).items():
            if name not in unset:
                setattr(row, name, value)
        row.fingerprint = observation.fingerprint
        row.counters_fingerprint = observation.counters_fingerprint
        row.observed_at = observation.observed_at
        row.missing_since = None
        if self._resource is PHOTOS:
            if record.has_live_id:  # otherwise it is known from the live stream's side
                row.live_stream_id = links.get_live_stream(record.live_id)
            if "album_ids" not in unset:
                row.is_concealed = links.is_concealed(record.album_ids)
        elif self._resource.foreign_key and "album_id" not in unset:
            row.album_id = links.get_album(record.album_id)

    def _note_other_content(self, row: Any) -> None:
        row.changed_at = timezone.now()
        if self._resource is PHOTOS:
            row.details_observed_at = None
        elif self._resource.foreign_key:
            row.recordings_observed_at = None

    def _update(self, rows: Sequence[Any]) -> None:
        # Copies without their keys, so that (workspace, remote_id) is the one constraint in conflict.
        names = self._resource.written_columns
        copies = [
            self._resource.model(
                workspace_id=row.workspace_id,
                remote_id=row.remote_id,
                **{name: getattr(row, name) for name in names},
            )
            for row in rows
        ]
        upsert(self._resource.model, copies, unique_fields=IDENTITY, update_fields=names)

    def _link(
        self,
        rows: Mapping[int, Any],
        fresh: Mapping[int, Any],
        records: Mapping[int, Any],
        links: Links,
        changes: Changes,
    ) -> None:
        if self._resource is not PHOTOS or not rows:
            return
        tags, albums = {}, {}
        for remote_id, row in rows.items():
            record = records[remote_id]
            unset = frozenset() if remote_id in fresh else record.unset
            if "tags" not in unset:
                tags[row.pk] = links.get_tags(record.tags)
            if "album_ids" not in unset:
                albums[row.pk] = links.get_albums(record.album_ids)
        fresh_keys = {row.pk for row in fresh.values()}
        for name, touched in (
            ("tags", set_tags(tags, fresh=fresh_keys)),
            ("albums", set_albums(albums, fresh=fresh_keys)),
        ):
            self._announce_cross_version(touched & changes.translated.keys(), changes)
            for pk in touched & changes.fields.keys():
                changes.fields[pk] |= {name}

    def _announce_cross_version(self, keys: set[int], changes: Changes) -> None:
        """Count photos as changed whose tags or albums differ, though nothing else that both versions tell."""
        for pk in keys:
            row = changes.translated.pop(pk)
            self._note_other_content(row)
            changes.changed.append(row)
            changes.fields[pk] = frozenset()
        if keys:
            Photo.objects.filter(pk__in=keys).update(changed_at=timezone.now(), details_observed_at=None)


def _with_known_texts(record: Any, row: Any, unset: Set[str]) -> Any:
    """Return a record with the texts to search in that the answer did not speak of as the row has them."""
    absent = unset & SEARCHED
    if not absent:
        return record
    known = {name: getattr(row, name) for name in absent - {"tags"}}
    if "tags" in absent:
        known["tags"] = tuple(row.tags.values_list("name", flat=True))
    return replace(record, **known)
