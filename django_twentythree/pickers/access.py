"""Who may look, and what may be chosen."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from django_twentythree.conf import picker_filter_function
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
    """Return whether the user may see the objects of a model: active, and with the view permission."""
    return bool(user.is_active and user.has_perm(f"twentythree.view_{model}"))


def may_upload(user: User) -> bool:
    """Return whether the user may add videos: with the permissions to see and to add them."""
    return may_look(user, "photo") and user.has_perm("twentythree.add_photo")


def get_visible(options: PickerOptions, user: User | None, rows: QuerySet[Any] | None = None) -> QuerySet[Any]:
    """Return the rows that `PICKER_FILTER` leaves to the user, gone ones too.

    Args:
        options: Of the picker.
        user: Who chooses; None: nobody knows, so that only what anybody may choose is left.
        rows: Of which rows; None: of all.
    """
    if rows is None:
        rows = options.rows._default_manager.all()
    function = picker_filter_function()
    return rows if function is None else function(rows, AnonymousUser() if user is None else user)


def get_listed(options: PickerOptions, user: User | None, rows: QuerySet[Any] | None = None) -> QuerySet[Any]:
    """Return the rows that a dialog lists: present, and of the field's kinds and workspace; public or not.

    Args:
        options: Of the picker.
        user: Who chooses, and may look.
        rows: Of which rows; None: of all.
    """
    rows = get_visible(options, user, rows).filter(PRESENT.condition)
    if options.kinds:
        rows = rows.filter(kind__in=options.kinds)
    return in_workspace(rows, options.workspace) if options.workspace else rows


def get_mentionable(options: PickerOptions, user: User, rows: QuerySet[Any] | None = None) -> QuerySet[Any]:
    """Return the rows that the user may be told of beside others: as the category of a video, to filter by it.

    Those that a dialog lists; of those that are not public, none unless the user may look at the model.

    Args:
        options: Of a picker of these rows.
        user: Who looks.
        rows: Of which rows; None: of all.
    """
    rows = get_listed(options, user, rows)
    return rows if may_look(user, options.model) else rows.filter(rows.model.visibility.public.condition)


def find_filters(options: PickerOptions, user: User) -> QuerySet[Any] | None:
    """Return the rows that the user may filter others by; None for all, so that no query need look which."""
    knows_all = may_look(user, options.model) and picker_filter_function() is None
    return None if knows_all else get_mentionable(options, user)


def in_workspace(rows: QuerySet[Any], alias: str) -> QuerySet[Any]:
    """Return the rows of one workspace; none where there is no such workspace."""
    workspace = Workspace.objects.find_cached(alias)
    # By its key: of an alias in another table, databases do not know how many rows it stands for.
    return rows.filter(workspace=workspace) if workspace else rows.none()


def describe_refusal(row: Any, options: PickerOptions) -> str:
    """Return why a row that the user may see may not be chosen, as a sentence; "" when it may.

    What is still being encoded may be chosen: it turns ready by itself.
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
