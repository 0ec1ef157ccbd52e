"""Plan the writes of a page, without locks and from one query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any, Final, NamedTuple

from django.utils import timezone

from django_twentythree.api import Entry
from django_twentythree.coordination.clocks import get_latest_credible
from django_twentythree.models import Workspace
from django_twentythree.sync.resources import Resource, is_same_wire

COUNTERS_MAX_AGE: Final = timedelta(days=1)


class Verdict(Enum):
    """The consequence of one observation for its row."""

    NEW = auto()
    CHANGED = auto()
    RETURNED = auto()
    REWRITTEN = auto()
    """The same content, read by a newer mapping: written without signal or `changed_at`."""
    CROSS_VERSION = auto()
    """Written from the other version of the API, or another choice of properties, whose wire cannot be compared:
    the columns tell."""
    COUNTED = auto()
    """The same content with other counters, and the last write is long ago."""
    CONFIRMED = auto()
    """Nothing changed; a single refresh moves `observed_at` all the same."""
    UNCHANGED = auto()
    OLDER = auto()


# Of this and the next there is one for every object of a listing, changed or not: tuples are made fastest.
class Known(NamedTuple):
    """The columns that tell which observation wrote a row last."""

    pk: int
    remote_id: int
    fingerprint: str
    counters_fingerprint: str
    observed_at: datetime | None
    missing_since: datetime | None

    @property
    def is_stub(self) -> bool:
        """Whether the row only holds the place of an object that no listing has shown yet."""
        return not self.fingerprint


KNOWN_COLUMNS: Final = ("pk", "remote_id", "fingerprint", "counters_fingerprint", "observed_at", "missing_since")


class Observation(NamedTuple):
    """One object of the platform, and the moment it was seen so."""

    entry: Entry[Any]
    remote_id: int
    observed_at: datetime
    fingerprint: str
    counters_fingerprint: str


def observe(entry: Entry[Any], observed_at: datetime, version: str) -> Observation:
    """Return the observation that an entry of an answer is. Its id must be readable."""
    assert entry.remote_id is not None  # noqa: S101 - callers count unreadable ids before
    fingerprint = f"{entry.wire}.{version}:{entry.content_digest}"
    return Observation(entry, entry.remote_id, observed_at, fingerprint, entry.counters_digest)


def judge(observation: Observation, known: Known | None, *, is_single: bool, now: datetime) -> Verdict:
    """Return what an observation means for a row.

    Args:
        observation: What was seen.
        known: The row as it is, None when there is none.
        is_single: Whether the object was asked for by id rather than listed.
        now: The moment to measure ages from.
    """
    if known is None:
        return Verdict.NEW
    last = known.observed_at
    if last is not None and last > get_latest_credible(now):
        last = None  # it must not keep the row frozen
    if last is not None and observation.observed_at < last:
        return Verdict.OLDER
    if known.missing_since is not None:
        return Verdict.NEW if known.is_stub else Verdict.RETURNED
    version, _, digest = observation.fingerprint.partition(":")
    known_version, _, known_digest = known.fingerprint.partition(":")
    if not is_same_wire(version, known_version):
        return Verdict.CROSS_VERSION
    if digest != known_digest:
        return Verdict.CHANGED
    if version != known_version:
        return Verdict.REWRITTEN
    if observation.counters_fingerprint != known.counters_fingerprint:
        is_due = last is None or observation.observed_at - last >= COUNTERS_MAX_AGE
        if is_due or is_single:
            return Verdict.COUNTED
    return Verdict.CONFIRMED if is_single else Verdict.UNCHANGED


WRITTEN: Final = frozenset(Verdict) - {Verdict.UNCHANGED, Verdict.OLDER}


@dataclass(slots=True)
class Plan:
    """A page, sorted by what has to be done."""

    writes: list[Observation] = field(default_factory=list)
    new_ids: set[int] = field(default_factory=set)
    """The writes that have no row yet."""
    unchanged: int = 0


def compare(workspace: Workspace, resource: Resource, observations: Iterable[Observation], *, is_single: bool) -> Plan:
    """Return what differs from the rows, by one query without locks."""
    observations = list(observations)
    known = get_known(workspace, resource, [o.remote_id for o in observations])
    now = timezone.now()
    plan = Plan()
    for observation in observations:
        row = known.get(observation.remote_id)
        if judge(observation, row, is_single=is_single, now=now) not in WRITTEN:
            plan.unchanged += 1
            continue
        plan.writes.append(observation)
        if row is None:
            plan.new_ids.add(observation.remote_id)
    return plan


def get_known(workspace: Workspace, resource: Resource, remote_ids: list[int]) -> dict[int, Known]:
    """Return what is known of these objects, by remote id."""
    rows = resource.model._default_manager.filter(workspace=workspace, remote_id__in=remote_ids).order_by()
    return {known.remote_id: known for known in map(Known._make, rows.values_list(*KNOWN_COLUMNS))}
