"""The picker's JSON for rows. It contains tokens, so the caller must have checked the permission."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext_lazy, ngettext

from django_twentythree.conf import get_aliases, picker_filter_function
from django_twentythree.kinds import ObjectKind
from django_twentythree.models import Album, AlbumPhoto, LiveStream, Photo
from django_twentythree.models.visibility import ENCODING, PICTURED, PRESENT
from django_twentythree.pickers.access import describe_refusal, get_visible, may_look
from django_twentythree.pickers.labels import get_words
from django_twentythree.pickers.options import PickerOptions
from django_twentythree.rendering import format_duration
from django_twentythree.user_context import User

THUMBNAIL_SIZE: Final = "600x338cr"

DEFERRED: Final = ("extra", "description_html", "description_text")
"""Columns, often large, that `describe` does not read."""

BADGES: Final = {
    "gone": gettext_lazy("Gone"),
    "live": gettext_lazy("Live now"),
    "encoding": gettext_lazy("Encoding"),
    "unpublished": gettext_lazy("Unpublished"),
    "hidden": gettext_lazy("Hidden"),
    "private": gettext_lazy("Private"),
    "protected": gettext_lazy("Protected"),
}
"""The labels of an object's states, by code."""


def describe(row: Any, options: PickerOptions, user: User) -> dict[str, Any]:
    """Return the JSON of the picker for a row.

    Args:
        row: A photo, an album or a live stream.
        options: The options of the picker, which decide whether the row may be chosen.
        user: The user who looks.
    """
    return describe_all([row], options, user)[0]


def describe_all(rows: Sequence[Any], options: PickerOptions, user: User) -> list[dict[str, Any]]:
    """Return the JSON of the picker for rows. The covers of all albums cost one query."""
    covers = find_covers(rows, user)
    return [_describe(row, covers.get(row.pk, row), options, user) for row in rows]


def _describe(row: Any, pictured: Any, options: PickerOptions, user: User) -> dict[str, Any]:
    seconds = getattr(row, "duration_seconds", None)
    reason = describe_refusal(row, options)
    kind, kind_label = _get_kind(row)
    return {
        "pk": row.pk,
        "remote_id": row.remote_id,
        "title": str(row),
        "kind": kind,
        "kind_label": kind_label,
        "thumbnail": pictured.thumbnail_url(THUMBNAIL_SIZE, allow_unpublished=True),
        "duration": format_duration(seconds),
        "duration_label": say_duration(seconds),
        "date": _get_date(row),
        "badges": [{"code": code, "label": str(BADGES[code])} for code in iter_badges(row)],
        "is_choosable": not reason,
        "reason": reason,
        "workspace": str(row.get_workspace()) if len(get_aliases()) > 1 else "",
        "platform_url": "" if row.is_missing else row.platform_url,
        "admin_url": _get_admin_url(row, user),
    }


def iter_badges(row: Any) -> Iterator[str]:
    """Yield the codes of the states that an editor should know before choosing a row."""
    if row.is_missing:
        yield "gone"
    if isinstance(row, LiveStream) and row.is_on_air:
        yield "live"
    if isinstance(row, Photo) and ENCODING.holds(row):
        yield "encoding"
    yield from row.visibility.find_barriers(row)
    if isinstance(row, Photo) and row.is_protected:
        yield "protected"


def say_duration(seconds: float | None) -> str:
    """Return a duration in words, such as "1 hour 3 minutes"; "" when there is none."""
    if not format_duration(seconds) or seconds is None:
        return ""
    minutes, second = divmod(math.floor(seconds), 60)
    hours, minute = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours})
    if minute:
        parts.append(ngettext("%(n)d minute", "%(n)d minutes", minute) % {"n": minute})
    if not hours and (second or not minute):
        parts.append(ngettext("%(n)d second", "%(n)d seconds", second) % {"n": second})
    return " ".join(parts)


def _get_kind(row: Any) -> tuple[str, str]:
    if isinstance(row, Photo):
        return row.kind, str(Photo.Kind(row.kind).label)
    return row._meta.model_name, str(row._meta.verbose_name)


def _get_date(row: Any) -> str:
    """Return the day of an upload, of a category's creation, of a live stream's next start; "" if unknown."""
    names = ("uploaded_at", "created_at", "next_start_at")
    moment = next((getattr(row, name) for name in names if hasattr(row, name)), None)
    return date_format(timezone.localtime(moment), "DATE_FORMAT") if moment else ""


def _get_admin_url(row: Any, user: User) -> str:
    if not user.is_staff:
        return ""
    try:
        return reverse(f"admin:twentythree_{row._meta.model_name}_change", args=[row.pk])
    except NoReverseMatch:  # a site need not have Django's admin, nor these models in it
        return ""


def say_count(count: int, options: PickerOptions, *, is_capped: bool) -> str:
    """Return how many there are in words: "41 videos", "1,000+ videos"."""
    number = number_format(count, force_grouping=True)
    return str(get_words(options).count % {"count": count, "n": f"{number}+" if is_capped else number})


_DEFERRED: Final = ("photo__extra", "photo__description_html", "photo__description_text", "photo__search_text")
_IS_SHOWN: Final = (PRESENT & PICTURED).through("photo")


def find_covers(rows: Collection[Any], user: User) -> dict[int, Photo]:
    """Return a cover video for each category that has one, by category key, in one query; {} for other rows.

    A thumbnail contains the token of its video, so people who may not see videos get none.
    """
    keys = [row.pk for row in rows if isinstance(row, Album) and not row.is_missing]
    if not keys or not may_look(user, ObjectKind.PHOTO):
        return {}
    shown = AlbumPhoto.objects.filter(_IS_SHOWN, album=OuterRef("pk"))
    if picker_filter_function() is not None:
        # By key: what the filter has made distinct cannot be sorted by what is not selected.
        shown = shown.filter(photo__in=get_visible(PickerOptions(model=ObjectKind.PHOTO), user).order_by().values("pk"))
    # Wrapped, so that no database walks the index of this order until it meets the category.
    uploaded_at = Coalesce(F("photo__uploaded_at"), F("photo__uploaded_at"))
    newest = shown.order_by(uploaded_at.desc(nulls_last=True), "-photo_id").values("pk")[:1]
    # Distinct, so that PostgreSQL does not search for each of them three times.
    covers = Album.objects.filter(pk__in=keys).annotate(cover=Subquery(newest)).order_by().values("cover").distinct()
    # By album as well, so that no database reads all memberships there are.
    found = (
        AlbumPhoto.objects.filter(album__in=keys, pk__in=covers).select_related("photo").defer(*_DEFERRED).order_by()
    )
    return {each.album_id: each.photo for each in found}
