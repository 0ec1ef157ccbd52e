"""Find the relations that point at synced rows by inspecting models, without reading rows."""

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
    """One row that points at a synced row."""

    target: int
    holder: Any
    """The key of the row that points."""
    holders: int
    """The number of holders that point at the target by this relation."""


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation by which rows of a model point at synced rows.

    Attributes:
        model: The model whose rows point.
        target: The lookup from such a row to the key of the synced row.
        holder: The model that people know as the place: this model or the one that its rows belong to.
        holder_key: The lookups from a row to the parts of its holder's key, usually one.
        only: Additional conditions on the rows.
    """

    model: type[models.Model]
    target: str
    holder: type[models.Model]
    holder_key: tuple[str, ...]
    only: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_generic(self) -> bool:
        """Whether it is a generic foreign key, whose column may hold text."""
        return bool(self.only)

    def find_targets(self, keys: Iterable[int] | QuerySet[Any]) -> set[int]:
        """Return the keys that at least one row points at."""
        return {int(key) for key in self._find(keys).values_list(self.target, flat=True).distinct()}

    def find_pointers(self, keys: Iterable[int], most: int) -> list[Pointer]:
        """Return the pointers to each key, the newest first, at most `most` for each key."""
        rows = self._find(keys).annotate(
            twentythree_rank=self._rank([F(name).desc() for name in self.holder_key]),
            twentythree_rank_from_below=self._rank([F(name).asc() for name in self.holder_key]),
        )
        found = rows.filter(twentythree_rank__lte=most).order_by("twentythree_rank")
        # Each name once, because a row that shares the key of its target has one column for both.
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
        # A dense rank counts several rows of one holder once.
        return Window(DenseRank(), partition_by=F(self.target), order_by=list(order))

    def _get_holder(self, row: Mapping[str, Any]) -> Any:
        parts = tuple(row[name] for name in self.holder_key)
        return parts if len(parts) > 1 else parts[0]

    def _find(self, keys: Iterable[int] | QuerySet[Any]) -> QuerySet[Any]:
        # The base manager also finds soft-deleted rows. The write database also has rows that a replica does not
        # have yet.
        rows = self.model._base_manager.using(router.db_for_write(self.model)).order_by()
        return rows.filter(**{f"{self.target}__in": keys}, **self.only)


def find_relations(model: type[models.Model], *, ignoring: Collection[type[models.Model]] = ()) -> list[Relation]:
    """Return every relation by which rows can point at a model, those with a page of their own first.

    These are foreign keys of all models, those without a reverse name included; the tables of many-to-many
    relations; rows of models that inherit from this one; and generic foreign keys.

    Args:
        model: The synced model.
        ignoring: Models to leave out.
    """
    found = [*_iter_foreign(model), *_iter_generic(model)]
    kept = [each for each in found if each.model not in ignoring and _has_table(each.model)]
    return sorted(kept, key=lambda relation: not has_page(relation.holder))


def get_own_models() -> frozenset[type[models.Model]]:
    """Return this app's models, whose references to each other are not usages by the site."""
    return frozenset(apps.get_app_config(OWN_LABEL).get_models(include_auto_created=True))


def get_children(model: type[models.Model]) -> list[type[models.Model]]:
    """Return the models that inherit from this one with tables of their own and the same keys."""
    links = (each for each in _get_reverse(model) if isinstance(each, models.OneToOneRel) and each.parent_link)
    return [link.related_model for link in links if link.field.primary_key]


def has_page(model: type[models.Model]) -> bool:
    """Return whether rows of a model have a page, in the admin or on the site."""
    return hasattr(model, "get_absolute_url") or bool(get_admin_url(model, 0))


def get_admin_url(model: type[models.Model], key: Any) -> str:
    """Return the address of a row's page in the admin; "" when the model is not registered there."""
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
                continue  # many-to-many: the rows of the through table have their own foreign keys
            target = f"{relation.field.name}__{key}"
            holder, holder_key = _find_holder(relation.field)
            yield Relation(
                relation.related_model, target, holder, (target,) if relation.field.primary_key else holder_key
            )


def _iter_generic(model: type[models.Model]) -> Iterator[Relation]:
    # Recognise them by their attributes, because the class cannot be imported without contenttypes.
    for pointing in apps.get_models():
        for generic in () if pointing._meta.proxy else pointing._meta.private_fields:
            if not hasattr(generic, "ct_field") or getattr(generic, "mti_inherited", False):
                continue
            key_field: Any = pointing._meta.get_field(generic.fk_field)
            if not isinstance(key_field, models.IntegerField | models.CharField | models.TextField):
                continue  # our keys are not UUIDs
            type_field: Any = pointing._meta.get_field(generic.ct_field)
            kind = type_field.related_model._default_manager.get_for_model(model)
            yield Relation(pointing, key_field.name, pointing, _get_key(pointing), {type_field.name: kind})


def _get_reverse(model: type[models.Model]) -> list[Any]:
    # Without parents: a row that points at a workspace does not point at its photos.
    fields = model._meta.get_fields(include_parents=False, include_hidden=True)
    return [each for each in fields if isinstance(each, models.ForeignObjectRel)]


def _find_holder(pointing: models.ForeignKey[Any, Any]) -> tuple[type[models.Model], tuple[str, ...]]:
    """Return the model that people know as the place of this foreign key, and the lookups of its key.

    A row without a page and with exactly one other foreign key belongs to the target of that key. Examples are
    the table between an article and its videos, and a position in an ordered choice.
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
    """Return whether the row can belong to the target of a foreign key."""
    opts = key.related_model._meta
    is_other = opts.app_label != OWN_LABEL and opts.label != "contenttypes.ContentType"
    return is_other and not (key.remote_field and key.remote_field.parent_link)


def _has_table(model: type[models.Model]) -> bool:
    """Return whether the model has a table; a model that Django does not manage may have none."""
    table = model._meta.db_table
    if model._meta.managed or '"' in table or "." in table:  # the latter two name another schema
        return True
    connection = connections[router.db_for_write(model)]
    return table in connection.introspection.table_names(include_views=True)
