"""What the details pane of one object is rendered with."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from django_twentythree.models import Album, LiveStream, Photo
from django_twentythree.pickers.access import get_mentionable
from django_twentythree.pickers.describe import describe, say_duration
from django_twentythree.pickers.options import PickerOptions
from django_twentythree.pickers.words import get_words
from django_twentythree.references import find_usages
from django_twentythree.rendering import format_duration, render_description

MAX_LISTED = 100
"""Chapters, categories and tags shown of one object."""


def get_details_context(row: Any, options: PickerOptions, user: Any) -> dict[str, Any]:
    """Return the context of `twentythree/picker/details.html`.

    Args:
        row: A photo, an album or a live stream.
        options: Of the picker.
        user: Who looks.
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


def _get_albums(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    """Return those of these albums that the user may know of."""
    return get_mentionable(PickerOptions(model="album"), user, rows)


def _iter_facts(row: Any, user: Any) -> list[tuple[str, str]]:
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
        videos = get_mentionable(PickerOptions(model="photo"), user, Photo.objects.filter(albums=row)).count()
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
