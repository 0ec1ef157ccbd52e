"""Covers of categories, which have no picture of their own: that of the newest video that the user may see."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from django_twentythree.conf import picker_filter_function
from django_twentythree.models import Album, AlbumPhoto, Photo
from django_twentythree.models.visibility import PICTURED, PRESENT
from django_twentythree.pickers.access import get_visible, may_look
from django_twentythree.pickers.options import PickerOptions

_DEFERRED: Final = ("photo__extra", "photo__description_html", "photo__description_text", "photo__search_text")
_IS_SHOWN: Final = (PRESENT & PICTURED).through("photo")


def find_covers(rows: Collection[Any], user: Any) -> dict[int, Photo]:
    """Return a video for each category that has one, by the key of the category, in one query; {} for other rows.

    A thumbnail holds the token of its video: there is none for those who may not see videos.
    """
    keys = [row.pk for row in rows if isinstance(row, Album) and not row.is_missing]
    if not keys or not may_look(user, "photo"):
        return {}
    shown = AlbumPhoto.objects.filter(_IS_SHOWN, album=OuterRef("pk"))
    if picker_filter_function() is not None:
        # By key: what the filter has made distinct cannot be sorted by what is not selected.
        shown = shown.filter(photo__in=get_visible(PickerOptions(model="photo"), user).order_by().values("pk"))
    # Wrapped, so that no database walks the index of this order until it meets the category.
    uploaded_at = Coalesce(F("photo__uploaded_at"), F("photo__uploaded_at"))
    newest = shown.order_by(uploaded_at.desc(nulls_last=True), "-photo_id").values("pk")[:1]
    # Distinct, so that PostgreSQL does not look for each of them three times.
    covers = Album.objects.filter(pk__in=keys).annotate(cover=Subquery(newest)).order_by().values("cover").distinct()
    # By album as well, so that no database reads all memberships there are.
    found = (
        AlbumPhoto.objects.filter(album__in=keys, pk__in=covers).select_related("photo").defer(*_DEFERRED).order_by()
    )
    return {each.album_id: each.photo for each in found}
