"""Search by words, by TwentyThree id or by a pasted address, also for other choosers."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from django_twentythree import addresses
from django_twentythree.conf import picker_filter_function
from django_twentythree.ids import read_id
from django_twentythree.kinds import ObjectKind
from django_twentythree.models import Photo, Tag
from django_twentythree.models.queries import has_words, has_words_in_name
from django_twentythree.pickers.access import get_listed, get_mentionable, in_workspace
from django_twentythree.pickers.options import PickerOptions
from django_twentythree.user_context import User


def search(queryset: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Return the rows whose folded text contains every word, or that the text identifies.

    Args:
        queryset: Photos, albums or live streams.
        text: Words; or the TwentyThree id of a row; or an address or embed code of the platform. "" finds all.
    """
    wanted = has_words(text)
    text = text.strip()
    if remote_id := read_id(text):
        wanted |= Q(remote_id=remote_id)
    elif "/" in text or "<" in text:
        found = addresses.resolve(text)
        if isinstance(found, queryset.model):
            wanted = Q(pk=found.pk)
    return queryset.filter(wanted)


MAX_SUGGESTIONS: Final = 20
SUGGESTED: Final = ("albums", "tags")
"""The kinds of suggestions for filters of photos."""


def suggest(what: str, text: str, options: PickerOptions, user: User) -> list[dict[str, Any]]:
    """Return at most 20 values and labels to filter by.

    Args:
        what: One of `SUGGESTED`.
        text: Words that the name must hold; "" for any.
        options: The options of the picker.
        user: The user who looks.
    """
    rows = _find_albums(text, options, user) if what == "albums" else _find_tags(text, options, user)
    return [{"value": str(row.pk), "label": str(row)} for row in rows[:MAX_SUGGESTIONS]]


def _find_albums(text: str, options: PickerOptions, user: User) -> QuerySet[Any]:
    albums = PickerOptions(model=ObjectKind.ALBUM, workspace=options.workspace)
    return search(get_mentionable(albums, user), text).order_by("title", "pk")


def _find_tags(text: str, options: PickerOptions, user: User) -> QuerySet[Any]:
    rows = Tag.objects.filter(has_words_in_name(text))
    if picker_filter_function() is not None:
        # Tags tell of their videos. By key: what the filter has made distinct cannot be joined as it is.
        taggings = Photo.tags.through._default_manager.filter(tag=OuterRef("pk"))
        rows = rows.filter(Exists(taggings.filter(photo__in=get_listed(options, user).order_by().values("pk"))))
    return (in_workspace(rows, options.workspace) if options.workspace else rows).order_by("name", "pk")
