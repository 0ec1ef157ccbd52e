"""The template contexts of the picker dialog."""

from __future__ import annotations

from secrets import token_hex
from typing import Any, Final

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from django_twentythree.conf import get_aliases, get_workspace_settings
from django_twentythree.kinds import ObjectKind
from django_twentythree.models import Album, LiveStream, Photo, Workspace
from django_twentythree.pickers.access import get_mentionable
from django_twentythree.pickers.describe import BADGES, describe, say_duration
from django_twentythree.pickers.labels import get_words
from django_twentythree.pickers.options import PickerOptions
from django_twentythree.pickers.sorts import SORTS
from django_twentythree.pickers.uploading import get_upload_context
from django_twentythree.references import find_usages
from django_twentythree.rendering import format_duration, render_description
from django_twentythree.user_context import User

_SORT_LABELS: Final = {
    "newest": gettext_lazy("Newest first"),
    "oldest": gettext_lazy("Oldest first"),
    "published": gettext_lazy("Most recently published first"),
    "title": gettext_lazy("Title"),
    "duration": gettext_lazy("Shortest first"),
    "views": gettext_lazy("Most viewed first"),
    "next": gettext_lazy("Starting soonest first"),
}
_BADGES: Final[dict[type[Model], tuple[str, ...]]] = {
    Photo: ("unpublished", "hidden", "protected", "encoding", "gone"),
    Album: ("hidden", "gone"),
    LiveStream: ("live", "private", "gone"),
}
_MEANINGS: Final = {
    "gone": gettext_lazy("TwentyThree no longer has it. Pages show nothing in its place."),
    "live": gettext_lazy("It is on air now."),
    "encoding": gettext_lazy("TwentyThree is still preparing it. It appears on pages when it is ready."),
    "unpublished": gettext_lazy("It is not published on TwentyThree."),
    "hidden": gettext_lazy("TwentyThree lists it nowhere. Only people with the address find it."),
    "private": gettext_lazy("Only invited people can see it on TwentyThree."),
    "protected": gettext_lazy("The player asks for a password or for personal details."),
}


def get_dialog_context(options: PickerOptions, user: User) -> dict[str, Any]:
    """Return the context of `twentythree/picker/dialog.html` for the user who opens it."""
    model = options.rows
    kinds = options.kinds or tuple(Photo.Kind.values)
    aliases = [alias for alias in get_aliases() if options.workspace in {None, alias}]
    anonymous = [alias for alias in aliases if get_workspace_settings(alias).is_anonymous]
    upload = get_upload_context(options, user)
    return {
        # One page can hold several dialogs.
        "prefix": f"twentythree-{token_hex(3)}",
        "model": options.model,
        "url": reverse("twentythree:picker", args=[options.model]),
        "options": options.to_query(),
        "words": get_words(options),
        "kinds": [(kind, Photo.Kind(kind).label) for kind in kinds] if model is Photo and len(kinds) > 1 else [],
        "sorts": [(name, _SORT_LABELS[name]) for name in SORTS[model]],
        "workspaces": _get_workspaces(aliases),
        "badges": [(code, BADGES[code], _MEANINGS[code]) for code in _BADGES[model]],
        "has_albums": model is Photo,
        "has_tags": model is Photo,
        "has_published": anonymous != aliases,
        "has_duration": model is Photo and bool({"video", "audio"}.intersection(kinds)),
        "note": _get_note(aliases, anonymous),
        "can_upload": upload is not None,
        "upload": upload,
    }


def _get_workspaces(aliases: list[str]) -> list[tuple[str, str]]:
    """Return the workspaces to switch between; [] when there is only one."""
    if len(aliases) < 2:
        return []
    names = {workspace.alias: str(workspace) for workspace in Workspace.objects.filter(alias__in=aliases)}
    return [(alias, names.get(alias, alias)) for alias in aliases]


def _get_note(aliases: list[str], anonymous: list[str]) -> str:
    """Return a note that explains why objects may be missing from the list; "" when none is needed."""
    if not aliases:
        return _("No TwentyThree workspace is configured, so there is nothing to choose from.")
    if not anonymous:
        return ""
    if anonymous == aliases:
        return _(
            "This list shows only public objects, because this site has no credentials for TwentyThree. To"
            " list unpublished, hidden and private objects, an administrator must set credentials."
        )
    return _(
        "For %(workspaces)s this list shows only public objects, because this site has no credentials for"
        " it. To list unpublished, hidden and private objects, an administrator must set credentials."
    ) % {"workspaces": ", ".join(anonymous)}


MAX_LISTED = 100
"""The number of chapters, categories and tags that the details of one object show."""


def get_details_context(row: Any, options: PickerOptions, user: User) -> dict[str, Any]:
    """Return the context of `twentythree/picker/details.html`.

    Args:
        row: A photo, an album or a live stream.
        options: The options of the picker.
        user: The user who looks.
    """
    base_url = row.get_workspace().get_settings().base_url
    context: dict[str, Any] = {
        "item": describe(row, options, user),
        "description": render_description(row.description_html, row.description_text, base_url=base_url),
        "facts": [(label, value) for label, value in _iter_facts(row, user) if value],
        "embed": row.embed(allow_unpublished=True, loading="click"),
        "words": get_words(options),
        "chapters": [],
        "albums": [],
        "tags": [],
        "usages": find_usages([row], user=user)[row.pk],
    }
    if isinstance(row, Photo):
        sections = row.sections.order_by("start_seconds", "pk")[:MAX_LISTED]
        context |= {
            "chapters": [(format_duration(section.start_seconds), section.title) for section in sections],
            "albums": [
                str(album) for album in _get_albums(row.albums.all(), user).order_by("title", "pk")[:MAX_LISTED]
            ],
            "tags": [tag.name for tag in row.tags.order_by("name", "pk")[:MAX_LISTED]],
        }
    return context


def _get_albums(rows: QuerySet[Any], user: User) -> QuerySet[Any]:
    """Return those of these albums that the user may know of."""
    return get_mentionable(PickerOptions(model=ObjectKind.ALBUM), user, rows)


def _iter_facts(row: Any, user: User) -> list[tuple[str, str]]:
    if isinstance(row, Photo):
        size = f"{row.width} × {row.height}" if row.width and row.height else ""  # noqa: RUF001 - as sizes are written
        return [
            (_("Duration"), say_duration(row.duration_seconds)),
            (_("Uploaded"), _say_moment(row.uploaded_at)),
            (_("Published"), _say_moment(row.published_at)),
            (_("Author"), row.author_name),
            (_("Size"), size),
            (_("Views"), number_format(row.view_count, force_grouping=True)),
        ]
    if isinstance(row, Album):
        videos = get_mentionable(PickerOptions(model=ObjectKind.PHOTO), user, Photo.objects.filter(albums=row)).count()
        return [
            (_("Created"), _say_moment(row.created_at)),
            (_("Author"), row.author_name),
            (_("Videos"), number_format(videos, force_grouping=True)),
        ]
    assert isinstance(row, LiveStream)  # noqa: S101 - there is no fourth model
    album = _get_albums(Album.objects.filter(pk=row.album_id), user).first() if row.album_id else None
    return [
        (_("Next start"), _say_moment(row.next_start_at)),
        (_("Starts"), _say_moment(row.starts_at)),
        (_("Ends"), _say_moment(row.ends_at)),
        (_("Category"), str(album) if album else ""),
    ]


def _say_moment(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT") if moment else ""
