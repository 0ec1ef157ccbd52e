"""Decide who may see objects in a picker and which objects they may choose."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from django_twentythree.conf import picker_filter_function
from django_twentythree.kinds import ObjectKind
from django_twentythree.models import Workspace
from django_twentythree.models.visibility import PRESENT
from django_twentythree.pickers.options import PickerOptions
from django_twentythree.rendering import UnavailableReason
from django_twentythree.user_context import User

_CLOSED: Final = {
    UnavailableReason.UNPUBLISHED: gettext_lazy("It is not published on TwentyThree."),
    UnavailableReason.HIDDEN: gettext_lazy("It is hidden on TwentyThree."),
    UnavailableReason.PRIVATE: gettext_lazy("It is private on TwentyThree."),
}


def may_look(user: User, model: str) -> bool:
    """Return whether the user is active and has the view permission for a model."""
    return bool(user.is_active and user.has_perm(f"twentythree.view_{model}"))


def may_upload(user: User) -> bool:
    """Return whether the user may add videos: with the permissions to see and to add them."""
    return may_look(user, ObjectKind.PHOTO) and user.has_perm("twentythree.add_photo")


def get_visible(options: PickerOptions, user: User | None, rows: QuerySet[Any] | None = None) -> QuerySet[Any]:
    """Return the rows that `PICKER_FILTER` allows for the user, including rows that are gone.

    Args:
        options: The options of the picker.
        user: The user who chooses. None: unknown, so only objects that anybody may choose remain.
        rows: The rows to filter. None: all rows.
    """
    if rows is None:
        rows = options.rows._default_manager.all()
    function = picker_filter_function()
    return rows if function is None else function(rows, AnonymousUser() if user is None else user)


def get_listed(options: PickerOptions, user: User | None, rows: QuerySet[Any] | None = None) -> QuerySet[Any]:
    """Return the rows that a dialog lists: present rows of the field's kinds and workspace, public or not.

    Args:
        options: The options of the picker.
        user: The user who chooses and may see the objects.
        rows: The rows to filter. None: all rows.
    """
    rows = get_visible(options, user, rows).filter(PRESENT.condition)
    if options.kinds:
        rows = rows.filter(kind__in=options.kinds)
    return in_workspace(rows, options.workspace) if options.workspace else rows


def get_mentionable(options: PickerOptions, user: User, rows: QuerySet[Any] | None = None) -> QuerySet[Any]:
    """Return the rows that may be shown beside others, such as the categories of a video or of a filter.

    These are the rows that a dialog lists. Unpublished ones need the view permission for their model.

    Args:
        options: The options of a picker of these rows.
        user: The user who looks.
        rows: The rows to filter. None: all rows.
    """
    rows = get_listed(options, user, rows)
    return rows if may_look(user, options.model) else rows.filter(rows.model.visibility.public.condition)


def find_filters(options: PickerOptions, user: User) -> QuerySet[Any] | None:
    """Return the rows that the user may filter by; None for all, which saves a condition in the query."""
    knows_all = may_look(user, options.model) and picker_filter_function() is None
    return None if knows_all else get_mentionable(options, user)


def in_workspace(rows: QuerySet[Any], alias: str) -> QuerySet[Any]:
    """Return the rows of one workspace; none when the workspace does not exist."""
    workspace = Workspace.objects.find_cached(alias)
    # Filter by key: databases cannot estimate how many rows an alias in another table selects.
    return rows.filter(workspace=workspace) if workspace else rows.none()


def describe_refusal(row: Any, options: PickerOptions) -> str:
    """Return a sentence that says why the user may not choose a visible row; "" when they may.

    A video that is still being encoded may be chosen, because it becomes ready by itself.
    """
    if row.is_missing:
        return _("It is gone from TwentyThree.")
    if options.workspace and row.get_workspace().alias != options.workspace:
        return _("It belongs to another workspace.")
    if options.kinds and row.kind not in options.kinds:
        return _("Objects of this kind cannot be chosen here.")
    blocked_by = row.visibility.find_barrier(row)
    if blocked_by is None:
        return ""
    allowed = options.allow_unpublished
    if allowed is None:
        allowed = row.get_workspace().get_settings().EMBED_UNPUBLISHED
    return "" if allowed else str(_CLOSED[blocked_by])
