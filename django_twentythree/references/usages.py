"""Find the usages of many objects at once, from relations and from `REFERENCE_FINDERS`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.contrib.auth import get_permission_codename
from django.db import models, router
from django.urls import NoReverseMatch
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from django_twentythree.chunks import cut
from django_twentythree.references.finders import Usage, ask_finders
from django_twentythree.references.relations import (
    OWN_LABEL,
    Relation,
    find_relations,
    get_admin_url,
    get_children,
    get_own_models,
)
from django_twentythree.user_context import User

SHOWN: Final = 20
"""Places of each object that are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class Usages:
    """The usages of one object. False when there are none; iterates over `shown`.

    Attributes:
        shown: The first places, those with a page first.
        more: The number of further places.
        concealed: The number of places that the user may not see.
        failed: Dotted paths of `REFERENCE_FINDERS` that failed, so that places may be missing.
    """

    shown: tuple[Usage, ...] = ()
    more: int = 0
    concealed: int = 0
    failed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.shown or self.more or self.concealed)

    def __iter__(self) -> Iterator[Usage]:
        return iter(self.shown)


@dataclass(slots=True)
class _Holders:
    """The keys of the rows that point at one object, before they are loaded."""

    open: dict[tuple[type[models.Model], Any], None] = field(default_factory=dict)
    closed: set[tuple[type[models.Model], Any]] = field(default_factory=set)
    uncounted_open: int = 0
    uncounted_closed: int = 0


def find_usages(objects: Iterable[Any], *, user: User | None = None, limit: int = SHOWN) -> dict[int, Usages]:
    """Return the usages of each object, by its key, with an entry for every object.

    It runs one query for each relation that could point at the objects and one for each model that does, but never
    one for each object.

    Args:
        objects: Rows of one synced model.
        user: The user whose permissions decide which places are named. None: all are named.
        limit: The number of places to name for each object.
    """
    rows = list(objects)
    if not rows:
        return {}
    model = _get_model(rows)
    found: dict[int, Usages] = {}
    for chunk in cut(rows):
        found |= _find_batch(model, chunk, user, limit)
    return found


def find_used(
    objects: Iterable[Any], *, ignoring: Collection[type[models.Model]] = ()
) -> tuple[set[int], tuple[str, ...]]:
    """Return the keys of the objects that are used, and the finders that failed.

    Args:
        objects: Rows of one synced model, no more than fit into one query.
        ignoring: Models to leave out. Other models of this app count here.
    """
    rows = list(objects)
    if not rows:
        return set(), ()
    keys = [row.pk for row in rows]
    used: set[int] = set()
    for relation in find_relations(_get_model(rows), ignoring=ignoring):
        used |= relation.find_targets(keys)
    told = ask_finders(rows)
    return used | {key for key, usages in told.usages.items() if usages}, told.failed


def _find_batch(model: type[models.Model], rows: Sequence[Any], user: User | None, limit: int) -> dict[int, Usages]:
    holders: defaultdict[int, _Holders] = defaultdict(_Holders)
    keys = [row.pk for row in rows]
    for relation in find_relations(model, ignoring=get_own_models()):
        _gather(relation, keys, holders, limit, is_open=_may_view(user, relation.holder))
    loaded = _load(holder for each in holders.values() for holder in list(each.open)[:limit])
    told = ask_finders(rows)
    return {key: _summarise(holders[key], loaded, told.usages.get(key, ()), told.failed, user, limit) for key in keys}


def _get_model(rows: Sequence[Any]) -> type[models.Model]:
    kinds = {_get_mirrored(type(row)) for row in rows}
    if len(kinds) > 1:
        raise ValueError("All objects must be of one model, because objects of different models can have the same key.")
    return kinds.pop()


def _get_mirrored(model: type[models.Model]) -> type[models.Model]:
    """Return this model, or the model of this app that it inherits from."""
    family = (model._meta.concrete_model or model, *model._meta.get_parent_list())
    return next(each for each in family if each._meta.app_label == OWN_LABEL and not each._meta.proxy)


def _gather(
    relation: Relation, keys: Sequence[int], holders: defaultdict[int, _Holders], limit: int, *, is_open: bool
) -> None:
    """Collect the rows that point at the objects by one relation."""
    by_target: defaultdict[int, list[Any]] = defaultdict(list)
    counts: dict[int, int] = {}
    for pointer in relation.find_pointers(keys, limit):
        by_target[pointer.target].append((relation.holder, pointer.holder))
        counts[pointer.target] = pointer.holders
    for target, found in by_target.items():
        uncounted = max(0, counts[target] - limit)
        place = holders[target]
        if is_open:
            place.open |= dict.fromkeys(found)
            place.uncounted_open += uncounted
        else:
            place.closed |= set(found)
            place.uncounted_closed += uncounted


def _load(holders: Iterable[tuple[type[models.Model], Any]]) -> dict[tuple[type[models.Model], Any], models.Model]:
    keys: defaultdict[type[models.Model], list[Any]] = defaultdict(list)
    for model, key in dict.fromkeys(holders):
        keys[model].append(key)
    return {(model, key): row for model in keys for key, row in _load_rows(model, keys[model]).items()}


def _load_rows(model: type[models.Model], keys: Sequence[Any]) -> dict[Any, models.Model]:
    """Return rows by key, each as an instance of its most specific model."""
    manager = model._base_manager.using(router.db_for_write(model))
    rows: dict[Any, models.Model] = {}
    for chunk in cut(keys):
        rows |= manager.in_bulk(chunk)
    for child in get_children(model) if rows else ():
        rows |= _load_rows(child, list(rows))
    return rows


def _summarise(
    holders: _Holders,
    loaded: dict[tuple[type[models.Model], Any], models.Model],
    told: Sequence[Usage],
    failed: tuple[str, ...],
    user: User | None,
    limit: int,
) -> Usages:
    pointing = [loaded[holder] for holder in holders.open if holder in loaded]
    unloaded = max(0, len(holders.open) - limit)
    usages = {_identify(row): _describe(row, user) for row in pointing if _may_view(user, type(row))}
    concealed = {_identify(row) for row in pointing if not _may_view(user, type(row))} | holders.closed
    for each in told:
        row = each.object
        if isinstance(row, models.Model) and not _may_view(user, type(row)):
            concealed.add(_identify(row))
        else:
            usages.setdefault(_identify(row) if isinstance(row, models.Model) else (each.label, each.url), each)
    shown = tuple(usages.values())[:limit]
    more = len(usages) - len(shown) + unloaded + holders.uncounted_open
    return Usages(shown, more, len(concealed) + holders.uncounted_closed, failed)


def _identify(row: models.Model) -> tuple[Any, Any]:
    return row._meta.concrete_model, row.pk


def _may_view(user: User | None, model: type[models.Model]) -> bool:
    if user is None:
        return True
    opts = model._meta
    return any(user.has_perm(f"{opts.app_label}.{get_permission_codename(does, opts)}") for does in ("view", "change"))


def _describe(row: models.Model, user: User | None) -> Usage:
    names = {"kind": capfirst(str(row._meta.verbose_name)), "name": str(row)}
    admin_url = get_admin_url(type(row), row.pk) if user is None or getattr(user, "is_staff", False) else ""
    return Usage(row, _("%(kind)s: %(name)s") % names, admin_url or _get_public_url(row))


def _get_public_url(row: Any) -> str:
    try:
        return str(row.get_absolute_url() or "")
    except (AttributeError, NoReverseMatch):  # it has none, or not yet
        return ""
