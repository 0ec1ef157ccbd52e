"""Conditions that several querysets share."""

from django.db.models import Q

from django_twentythree.conf import get_settings


def accepts_unpublished() -> Q:
    """Return the condition "lies in a workspace with `EMBED_UNPUBLISHED`"."""
    workspaces = get_settings().WORKSPACES
    # Read as given: a workspace without a DOMAIN, which `checks` reports, must not break the pages of the others.
    aliases = [
        alias for alias, given in workspaces.items() if given.get("DOMAIN") and given.get("EMBED_UNPUBLISHED") is True
    ]
    return Q(workspace__alias__in=aliases)
