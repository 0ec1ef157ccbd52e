"""Rows that went missing long ago and that nothing points at: the only ones that are ever deleted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from django.db import models
from django.utils import timezone
from django.utils.module_loading import import_string

from django_twentythree.conf import get_settings
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

AGE: Final = timedelta(days=90)
PRUNED: Final[tuple[type[Mirrored], ...]] = (Photo, LiveStream, Album, Player)
"""In this order: a photo deleted first no longer holds its album."""
BATCH: Final = 500

# What belongs to a mirrored row goes with it, and is no reason to keep it.
_OWNED: Final = frozenset({Section, Subtitle, AlbumPhoto, Photo.tags.through})


def find_prunable(model: type[Mirrored]) -> Iterator[list[Any]]:
    """Yield, in batches, the rows of a model missing for 90 days that nothing points at.

    Pointing at them are foreign keys and many-to-many relations of any model, those without a reverse name
    included, and what `REFERENCE_FINDERS` tell of.
    """
    rows = model._default_manager.filter(missing_since__lt=timezone.now() - AGE).order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        used = find_referenced(model, batch)
        if free := [row for row in batch if row.pk not in used]:
            yield free


def prune(model: type[Mirrored]) -> int:
    """Delete the prunable rows of a model, and return how many there were."""
    deleted = 0
    for batch in find_prunable(model):
        keys = [row.pk for row in batch]
        deleted += model._default_manager.filter(pk__in=keys).delete()[1].get(model._meta.label, 0)
    return deleted


def find_referenced(model: type[Mirrored], rows: Sequence[Any]) -> set[int]:
    """Return the keys of those rows that something points at."""
    keys = [row.pk for row in rows]
    used: set[int] = set()
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ForeignObjectRel) or relation.related_model in _OWNED:
            continue
        if isinstance(relation, models.ManyToManyRel):
            continue  # its rows in between have a foreign key of their own
        field: Any = relation.field
        pointing = relation.related_model._base_manager.filter(**{f"{field.name}__in": keys})
        used.update(pointing.values_list(field.attname, flat=True))
    for path in get_settings().REFERENCE_FINDERS:
        found: Mapping[int, Sequence[Any]] = import_string(path)(rows)
        used.update(pk for pk, usages in found.items() if usages)
    return used
