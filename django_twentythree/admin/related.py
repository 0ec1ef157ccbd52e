"""Which related rows a page may name: those that the person may see, of others those that anybody may."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_permission_codename
from django.db.models import Model, QuerySet

from django_twentythree.user_context import User


def may_see(user: User, model: type[Model]) -> bool:
    """Return whether the person may see the rows of a model in the admin."""
    opts = model._meta
    return any(user.has_perm(f"{opts.app_label}.{get_permission_codename(does, opts)}") for does in ("view", "change"))


def get_nameable(rows: QuerySet[Any], user: User) -> QuerySet[Any]:
    """Return those of these videos, categories or live streams that may be named to the person."""
    return rows if may_see(user, rows.model) else rows.filter(rows.model.visibility.published.condition)


def is_nameable(row: Any, user: User) -> bool:
    """Return whether a video, category or live stream may be named to the person."""
    return may_see(user, type(row)) or row.visibility.published.holds(row)


def get_viewer(row: Any) -> Any:
    """Return who looks at the page of a row; `EmbeddableAdmin.get_object` has noted it there."""
    return row.twentythree_viewer
