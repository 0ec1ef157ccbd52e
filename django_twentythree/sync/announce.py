"""Signals after commit, in batches; the instances are those just saved."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from django.db import models, transaction
from django.dispatch import Signal

from django_twentythree.chunks import cut
from django_twentythree.models import SyncRun
from django_twentythree.models.embeddable import Embeddable
from django_twentythree.references import find_usages
from django_twentythree.signals import (
    mirrored_changed,
    mirrored_created,
    mirrored_missing,
    mirrored_returned,
    used_objects_unavailable,
)

BATCH: Final = 1_000


@dataclass(slots=True)
class Changes:
    """The changes of one transaction, for receivers of signals."""

    run: SyncRun | None = None
    created: list[Any] = field(default_factory=list)
    changed: list[Any] = field(default_factory=list)
    fields: dict[int, frozenset[str]] = field(default_factory=dict)
    """Names of the changed fields, by key of a changed row."""
    translated: dict[int, Any] = field(default_factory=dict)
    """By key, rows written from the other version of the API whose own columns show no change."""
    returned: list[Any] = field(default_factory=list)
    missing: list[Any] = field(default_factory=list)
    closed: list[Any] = field(default_factory=list)
    """Rows that anybody could see, and now cannot."""


def announce_on_commit(model: type[models.Model], changes: Changes) -> None:
    """Send the signals of these changes once they are committed."""
    transaction.on_commit(partial(_announce, model, changes), robust=True)


def _announce(model: type[models.Model], changes: Changes) -> None:
    _send(mirrored_created, model, changes.created, changes.run)
    _send(mirrored_returned, model, changes.returned, changes.run)
    _send(mirrored_missing, model, changes.missing, changes.run)
    for batch in cut(changes.changed, BATCH):
        fields = {row.pk: changes.fields[row.pk] for row in batch}
        mirrored_changed.send_robust(model, instances=batch, changed_fields=fields, run=changes.run)
    if issubclass(model, Embeddable) and wants_usages(model):
        _announce_unavailable(model, [*changes.missing, *changes.closed], changes.run)


def wants_usages(model: type[models.Model]) -> bool:
    """Return whether anybody is to be told that used rows of this model became unavailable."""
    return used_objects_unavailable.has_listeners(model)


def _announce_unavailable(model: type[models.Model], rows: list[Any], run: SyncRun | None) -> None:
    # What is not public is available all the same where the workspace embeds such.
    for batch in cut([row for row in rows if not row.is_available], BATCH):
        found = find_usages(batch)
        usages = {row: found[row.pk] for row in batch if found[row.pk]}
        if usages:
            used_objects_unavailable.send_robust(model, usages=usages, run=run)


def _send(signal: Signal, model: type[models.Model], instances: list[Any], run: SyncRun | None) -> None:
    for batch in cut(instances, BATCH):
        signal.send_robust(model, instances=batch, run=run)
