"""Broken uses: objects that this site uses and visitors no longer see, because they are gone or no longer public."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from django_twentythree.chunks import cut
from django_twentythree.conf import get_settings
from django_twentythree.models import MODELS_BY_KIND, Mirrored, Workspace
from django_twentythree.references import find_relations, find_usages, find_used, get_own_models

NAMED: Final = 20
"""Objects of a workspace that are named; the others are counted."""
NAMED_USAGES: Final = 3
LATEST: Final = 1_000
"""Uses that no foreign key shows are looked for among this many of the latest unavailable objects."""


@dataclass(frozen=True, slots=True)
class BrokenUse:
    """An object that this site uses, and that visitors do not see.

    Attributes:
        kind: What people call such an object: "video".
        remote_id: The platform's id.
        title: What the object is called.
        reason: "gone", "unpublished", "hidden" or "private".
        used_in: The first places where it is used.
        more: How many further ones there are.
    """

    kind: str
    remote_id: int
    title: str
    reason: str
    used_in: tuple[str, ...]
    more: int

    def __str__(self) -> str:
        places = ", ".join([*self.used_in, *([f"{self.more} more"] if self.more else [])])
        return f"{self.kind} {self.remote_id} “{self.title}” ({self.reason}) in {places}"


@dataclass(frozen=True, slots=True)
class BrokenUses:
    """The objects of a workspace that this site uses, and that visitors do not see.

    Attributes:
        named: The first of them.
        count: How many there are.
    """

    named: tuple[BrokenUse, ...] = ()
    count: int = 0


def find_broken_uses(workspace: Workspace) -> BrokenUses:
    """Return what this site uses of a workspace although visitors do not see it, without asking the platform.

    What is not public counts unless the workspace embeds such. The number of queries does not depend on that of
    the rows.
    """
    named: list[BrokenUse] = []
    count = 0
    for model in MODELS_BY_KIND.values():
        rows = find_unavailable(workspace, model)
        used = _find_used(rows)
        count += len(used)
        shown = rows.filter(pk__in=sorted(used, reverse=True)[: NAMED - len(named)])
        named += _describe(list(shown.order_by("-pk")))
    return BrokenUses(tuple(named), count)


def find_unavailable(workspace: Workspace, model: type[Mirrored]) -> QuerySet[Any]:
    """Return the rows of a model that visitors do not see."""
    is_withdrawn = Q(missing_since__isnull=False)
    if not workspace.get_settings().EMBED_UNPUBLISHED:
        is_withdrawn |= model.visibility.blocked.condition
    rows: QuerySet[Any] = model._default_manager.filter(is_withdrawn, workspace=workspace)
    return rows.order_by()


def _find_used(rows: QuerySet[Any]) -> set[int]:
    own = get_own_models()
    relations = find_relations(rows.model, ignoring=own)
    used: set[int] = set()
    # From the side of what points, which is little beside a library full of drafts.
    for relation in relations:
        if not relation.is_generic:
            used |= relation.find_targets(rows.values("pk"))
    if get_settings().REFERENCE_FINDERS or any(relation.is_generic for relation in relations):
        latest = list(rows.order_by(Coalesce("missing_since", "changed_at").desc(nulls_last=True))[:LATEST])
        for chunk in cut(latest):
            used |= find_used(chunk, ignoring=own)[0]
    return used


def _describe(rows: Sequence[Any]) -> list[BrokenUse]:
    usages = find_usages(rows, limit=NAMED_USAGES)
    return [
        BrokenUse(
            kind=str(row._meta.verbose_name),
            remote_id=row.remote_id,
            title=str(row),
            reason="gone" if row.is_missing else str(row.visibility.find_barrier(row)),
            used_in=tuple(usage.label for usage in usages[row.pk]),
            more=usages[row.pk].more,
        )
        for row in rows
    ]
