"""Decide which related rows a page may name: those that the person may view, and public ones."""

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
    """Return the videos, categories or live streams that a page may name to this person."""
    return rows if may_see(user, rows.model) else rows.filter(rows.model.visibility.published.condition)


def is_nameable(row: Any, user: User) -> bool:
    """Return whether a page may name a video, category or live stream to this person."""
    return may_see(user, type(row)) or row.visibility.published.holds(row)


def get_viewer(row: Any) -> Any:
    """Return the viewer of a row's page, which `EmbeddableAdmin.get_object` stored on the row."""
    return row.twentythree_viewer
