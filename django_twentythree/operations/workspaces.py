"""Moving mirrored rows between aliases: for people only, after a change of domain, alias or site."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import transaction

from django_twentythree.conf import get_aliases
from django_twentythree.exceptions import TwentyThreeError
from django_twentythree.models import MODELS_BY_KIND, Album, LiveStream, Photo, SyncRun, Workspace, WorkspaceCondition


class MoveError(TwentyThreeError):
    """Rows cannot be moved as asked."""


@dataclass(frozen=True, slots=True)
class Move:
    """One row of `Workspace` that gets another alias; what points at it stays with it.

    Attributes:
        workspace: The row.
        alias: Its new alias.
        replaced: An empty row that had this alias until now, and is deleted.
    """

    workspace: Workspace
    alias: str
    replaced: Workspace | None = None

    def __str__(self) -> str:
        words = (
            f"give the workspace '{self.workspace.alias}' (site {self.workspace.site_id or 'unknown'},"
            f" {describe_rows(self.workspace)}) the alias '{self.alias}'"
        )
        return f"{words}, replacing the row of that alias, which has nothing mirrored" if self.replaced else words

    def carry_out(self) -> None:
        """Move the rows, in one transaction."""
        with transaction.atomic():
            if self.replaced is not None:
                SyncRun.objects.filter(workspace=self.replaced).delete()
                self.replaced.notifications.update(workspace=self.workspace)
                WorkspaceCondition.objects.filter(workspace_id=self.replaced.pk).delete()
                self.replaced.delete()
            self.workspace.alias = self.alias
            if self.workspace.state == Workspace.State.MISMATCHED:  # that was the other alias's trouble
                self.workspace.state = Workspace.State.NEW
                WorkspaceCondition.objects.filter(workspace_id=self.workspace.pk).delete()
            self.workspace.save(update_fields=["alias", "state"])


def plan_adoption(old: str, new: str) -> Move:
    """Return the move by which the configured alias `new` takes over the rows mirrored as `old`.

    Raises:
        MoveError: There is nothing to take over, or `new` has rows of its own.
    """
    workspace = _get(old)
    _check_that_it_is_another(old, new)
    if new not in get_aliases():
        raise MoveError(f"'{new}' is not configured in TWENTYTHREE['WORKSPACES'], so it could not mirror anything.")
    return Move(workspace, new, _get_replaceable(new))


def plan_renaming(old: str, new: str) -> Move:
    """Return the move by which the rows of `old` get the alias `new`, leaving `old` free for another site.

    Raises:
        MoveError: There are no such rows, or `new` is taken.
    """
    workspace = _get(old)
    _check_that_it_is_another(old, new)
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,50}", new):
        raise MoveError(f"'{new}' is no alias: letters, digits, - and _ are allowed, 50 of them at most.")
    return Move(workspace, new, _get_replaceable(new))


def describe_rows(workspace: Workspace) -> str:
    """Return how much is mirrored of a workspace, in words."""
    videos = Photo.objects.filter(workspace=workspace).count()
    categories = Album.objects.filter(workspace=workspace).count()
    lives = LiveStream.objects.filter(workspace=workspace).count()
    return f"{videos} videos, {categories} categories and {lives} live streams"


def _get(alias: str) -> Workspace:
    workspace = Workspace.objects.filter(alias=alias).first()
    if workspace is None:
        known = ", ".join(Workspace.objects.values_list("alias", flat=True)) or "none"
        raise MoveError(f"Nothing was ever mirrored as '{alias}' (there is: {known}).")
    return workspace


def _check_that_it_is_another(old: str, new: str) -> None:
    if old == new:
        raise MoveError(f"'{old}' has that alias already.")


def _get_replaceable(alias: str) -> Workspace | None:
    existing = Workspace.objects.filter(alias=alias).first()
    if existing is None:
        return None
    if any(model._default_manager.filter(workspace=existing).exists() for model in MODELS_BY_KIND.values()) or (
        existing.players.exists() or existing.tags.exists()
    ):
        raise MoveError(
            f"'{alias}' has {describe_rows(existing)} of its own; give those another alias first:"
            f" manage.py twentythree_workspace rename {alias} ANOTHER_ALIAS."
        )
    if SyncRun.objects.filter(workspace=existing, active_key__isnull=False).exists():
        raise MoveError(f"'{alias}' is being mirrored right now; try again when that run has ended.")
    return existing
