"""Find the models that point at mirrored rows, from the models themselves; no row is read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from django.apps import apps
from django.contrib.admin.utils import quote
from django.db import connections, models, router
from django.db.models import F, QuerySet, Window
from django.db.models.functions import DenseRank
from django.urls import NoReverseMatch, reverse

OWN_LABEL: Final = "twentythree"


class Pointer(NamedTuple):
    """One row that points at a mirrored row."""

    target: int
    holder: Any
    """The key of what points."""
    holders: int
    """The number of holders that point at the target by this relation."""


@dataclass(frozen=True, slots=True)
class Relation:
    """One way in which rows of a model point at mirrored rows.

    Attributes:
        model: Whose rows point.
        target: The lookup from such a row to the key of the mirrored row.
        holder: What a person calls the place: the model, or what its rows are a part of.
        holder_key: The lookups from a row to the parts of its holder's key, of which there is mostly one.
        only: Further conditions on the rows.
    """

    model: type[models.Model]
    target: str
    holder: type[models.Model]
    holder_key: tuple[str, ...]
    only: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_generic(self) -> bool:
        """Whether it names its targets by content type, in a column that may hold text."""
        return bool(self.only)

    def find_targets(self, keys: Iterable[int] | QuerySet[Any]) -> set[int]:
        """Return those of the keys that a row points at."""
        return {int(key) for key in self._find(keys).values_list(self.target, flat=True).distinct()}

    def find_pointers(self, keys: Iterable[int], most: int) -> list[Pointer]:
        """Return what points at each of the keys, the newest of each first, and no more than `most` of each."""
        rows = self._find(keys).annotate(
            twentythree_rank=self._rank([F(name).desc() for name in self.holder_key]),
            twentythree_rank_from_below=self._rank([F(name).asc() for name in self.holder_key]),
        )
        found = rows.filter(twentythree_rank__lte=most).order_by("twentythree_rank")
        # By names, each once: where a row has the key of what it points at, both are one column.
        names = {self.target, *self.holder_key, "twentythree_rank", "twentythree_rank_from_below"}
        return [
            Pointer(
                int(row[self.target]),
                self._get_holder(row),
                row["twentythree_rank"] + row["twentythree_rank_from_below"] - 1,
            )
            for row in found.values(*names).distinct()
        ]

    def _rank(self, order: Sequence[Any]) -> Window:
        # Dense: several rows of one holder count once.
        return Window(DenseRank(), partition_by=F(self.target), order_by=list(order))

    def _get_holder(self, row: Mapping[str, Any]) -> Any:
        parts = tuple(row[name] for name in self.holder_key)
        return parts if len(parts) > 1 else parts[0]

    def _find(self, keys: Iterable[int] | QuerySet[Any]) -> QuerySet[Any]:
        # The base manager: a row in somebody's bin points as firmly as any. The database that is written to:
        # what a copy does not know yet counts, too.
        rows = self.model._base_manager.using(router.db_for_write(self.model)).order_by()
        return rows.filter(**{f"{self.target}__in": keys}, **self.only)


def find_relations(model: type[models.Model], *, ignoring: Collection[type[models.Model]] = ()) -> list[Relation]:
    """Return every way in which rows can point at those of a model, what has a page of its own first.

    These are foreign keys of all models, those without a reverse name included; the tables of many-to-many
    relations; rows of models that inherit from this one; and generic foreign keys.

    Args:
        model: A mirrored model.
        ignoring: Models whose rows do not count.
    """
    found = [*_iter_foreign(model), *_iter_generic(model)]
    kept = [each for each in found if each.model not in ignoring and _has_table(each.model)]
    return sorted(kept, key=lambda relation: not has_page(relation.holder))


def get_own_models() -> frozenset[type[models.Model]]:
    """Return the models of the mirror: that its rows point at each other is no use by the site."""
    return frozenset(apps.get_app_config(OWN_LABEL).get_models(include_auto_created=True))


def get_children(model: type[models.Model]) -> list[type[models.Model]]:
    """Return the models that inherit from this one, in tables of their own under the same keys."""
    links = (each for each in _get_reverse(model) if isinstance(each, models.OneToOneRel) and each.parent_link)
    return [link.related_model for link in links if link.field.primary_key]


def has_page(model: type[models.Model]) -> bool:
    """Return whether rows of a model have a page, in the admin or on the site."""
    return hasattr(model, "get_absolute_url") or bool(get_admin_url(model, 0))


def get_admin_url(model: type[models.Model], key: Any) -> str:
    """Return the address of a row's page in the admin, "" where the model is not registered there."""
    opts = model._meta
    try:
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=(quote(key),))
    except NoReverseMatch:
        return ""


def _iter_foreign(model: type[models.Model]) -> Iterator[Relation]:
    key = model._meta.pk.name
    family = [model]
    for member in family:
        family += get_children(member)
        for relation in _get_reverse(member):
            if not isinstance(relation.field, models.ForeignKey):
                continue  # many-to-many: the rows in between have foreign keys of their own
            target = f"{relation.field.name}__{key}"
            holder, holder_key = _find_holder(relation.field)
            yield Relation(
                relation.related_model, target, holder, (target,) if relation.field.primary_key else holder_key
            )


def _iter_generic(model: type[models.Model]) -> Iterator[Relation]:
    # Recognised by their attributes, since importing the class fails where contenttypes is not installed.
    for pointing in apps.get_models():
        for generic in () if pointing._meta.proxy else pointing._meta.private_fields:
            if not hasattr(generic, "ct_field") or getattr(generic, "mti_inherited", False):
                continue
            key_field: Any = pointing._meta.get_field(generic.fk_field)
            if not isinstance(key_field, models.IntegerField | models.CharField | models.TextField):
                continue  # a UUID is no key of ours
            type_field: Any = pointing._meta.get_field(generic.ct_field)
            kind = type_field.related_model._default_manager.get_for_model(model)
            yield Relation(pointing, key_field.name, pointing, _get_key(pointing), {type_field.name: kind})


def _get_reverse(model: type[models.Model]) -> list[Any]:
    # Without parents: what points at a workspace does not point at its photos.
    fields = model._meta.get_fields(include_parents=False, include_hidden=True)
    return [each for each in fields if isinstance(each, models.ForeignObjectRel)]


def _find_holder(pointing: models.ForeignKey[Any, Any]) -> tuple[type[models.Model], tuple[str, ...]]:
    """Return what a person calls the place where this foreign key is, and the lookups of its key.

    A row that has no page and exactly one foreign key to something else is a part of that: the table between an
    article and its videos, a place in an ordered choice.
    """
    model = pointing.model
    others = [
        each
        for each in model._meta.concrete_fields
        if isinstance(each, models.ForeignKey) and each is not pointing and _is_whole(each)
    ]
    if len(others) != 1 or others[0].null or has_page(model):
        return model._meta.concrete_model or model, _get_key(model)
    whole = others[0].related_model
    return whole._meta.concrete_model or whole, (f"{others[0].name}__pk",)


def _get_key(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(part.attname for part in model._meta.pk_fields)


def _is_whole(key: models.ForeignKey[Any, Any]) -> bool:
    """Return whether what a foreign key points at can be what the row is a part of."""
    opts = key.related_model._meta
    is_other = opts.app_label != OWN_LABEL and opts.label != "contenttypes.ContentType"
    return is_other and not (key.remote_field and key.remote_field.parent_link)


def _has_table(model: type[models.Model]) -> bool:
    """Return whether there is something to read: nobody promises it of a model that Django does not manage."""
    table = model._meta.db_table
    if model._meta.managed or '"' in table or "." in table:  # the latter two name another schema
        return True
    connection = connections[router.db_for_write(model)]
    return table in connection.introspection.table_names(include_views=True)
