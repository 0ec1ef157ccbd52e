"""The workspaces that have rows, asked for once in a request."""

from django.http import HttpRequest

from django_twentythree.models import Workspace


def get_workspaces(request: HttpRequest) -> list[Workspace]:
    """Return all workspaces, also those that are no longer configured: their rows are still here.

    Having loaded them, this process needs no query for the workspace of a row.
    """
    # On the request, because a list asks from many places: its columns, filters and buttons.
    known: list[Workspace] | None = vars(request).get("twentythree_workspaces")
    if known is None:
        known = vars(request)["twentythree_workspaces"] = list(Workspace.objects.all())
    return known


def has_several_workspaces(request: HttpRequest) -> bool:
    """Return whether it needs saying which workspace a row belongs to."""
    return len(get_workspaces(request)) > 1
