"""Rows that went missing long ago and that nothing points at: the only ones that are ever deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final

from django.db import models, transaction
from django.utils import timezone

from django_twentythree.models import (
    Album,
    AlbumPhoto,
    LiveStream,
    Mirrored,
    Photo,
    Player,
    Section,
    Subtitle,
)
from django_twentythree.references import Usages, find_usages, find_used
from django_twentythree.sync.database import lock, retry_conflicts

AGE: Final = timedelta(days=90)
PRUNED: Final[tuple[type[Mirrored], ...]] = (Photo, LiveStream, Album, Player)
"""In this order: a photo deleted first no longer holds its album."""
BATCH: Final = 500
NAMED_USAGES: Final = 3

# What belongs to a mirrored row goes with it, and is no reason to keep it.
_OWNED: Final[frozenset[type[models.Model]]] = frozenset({Section, Subtitle, AlbumPhoto, Photo.tags.through})


@dataclass(frozen=True, slots=True)
class Aged:
    """Some rows of a model that have been missing for 90 days.

    Attributes:
        free: Those that nothing points at.
        kept: The others.
        usages: Where the others are used on this site, by key; what only the mirror itself needs is used nowhere.
        failed: Dotted paths of `REFERENCE_FINDERS` that could not tell; nothing is free then.
    """

    free: list[Any]
    kept: list[Any]
    usages: dict[int, Usages]
    failed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pruned:
    """The deleted rows of one model.

    Attributes:
        deleted: How many rows.
        kept: How many are as old, but used.
        failed: As of `Aged`.
    """

    deleted: int
    kept: int
    failed: frozenset[str]


def inspect(model: type[Mirrored]) -> Iterator[Aged]:
    """Yield, in batches, the rows of a model missing for 90 days, and whether something points at them.

    Pointing at them are foreign keys and many-to-many relations of any model, those without a reverse name
    included, and what `REFERENCE_FINDERS` tell of.
    """
    for keys in _iter_batches(model):
        rows = list(_find_aged(model).filter(pk__in=keys).order_by("pk"))
        used, failed = _find_used(rows)
        kept = [row for row in rows if row.pk in used]
        free = [row for row in rows if row.pk not in used]
        yield Aged(free, kept, find_usages(kept, limit=NAMED_USAGES), failed)


def prune(model: type[Mirrored]) -> Pruned:
    """Delete the rows of a model that have been missing for 90 days and that nothing points at."""
    deleted = kept = 0
    failed: frozenset[str] = frozenset()
    for keys in _iter_batches(model):
        batch = retry_conflicts(partial(_prune_batch, model, keys))
        deleted += batch.deleted
        kept += batch.kept
        failed |= batch.failed
    return Pruned(deleted, kept, failed)


def _prune_batch(model: type[Mirrored], keys: list[int]) -> Pruned:
    with transaction.atomic():
        # Locked, so that nothing can begin to point at them between the look and the deletion.
        rows = lock(_find_aged(model).filter(pk__in=keys))
        used, failed = _find_used(rows)
        free = model._default_manager.filter(pk__in=[row.pk for row in rows if row.pk not in used])
        return Pruned(free.delete()[1].get(model._meta.label, 0), len(used), failed)


def _find_used(rows: list[Any]) -> tuple[set[int], frozenset[str]]:
    used, failed = find_used(rows, ignoring=_OWNED)
    # What a finder knows of may be any of them.
    return {row.pk for row in rows} if failed else used, frozenset(failed)


def _iter_batches(model: type[Mirrored]) -> Iterator[list[int]]:
    last = 0
    keys = _find_aged(model).order_by("pk").values_list("pk", flat=True)
    while batch := list(keys.filter(pk__gt=last)[:BATCH]):
        last = batch[-1]
        yield batch


def _find_aged(model: type[Mirrored]) -> models.QuerySet[Any]:
    return model._default_manager.filter(missing_since__lt=timezone.now() - AGE)
