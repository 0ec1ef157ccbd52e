"""Conditions that several querysets share."""

from django.db.models import Q

from django_twentythree.conf import get_aliases, get_workspace_settings


def accepts_unpublished() -> Q:
    """Return the condition "lies in a workspace with `EMBED_UNPUBLISHED`"."""
    aliases = [alias for alias in get_aliases() if get_workspace_settings(alias).EMBED_UNPUBLISHED]
    return Q(workspace__alias__in=aliases)
