"""Lists of what the public may see, as template tags and views ask for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.models import Case, Exists, F, OuterRef, QuerySet, Value, When
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import Promise

from django_twentythree.ids import read_id, read_number
from django_twentythree.models import Album, AlbumPhoto, LiveStream, Photo, Tag
from django_twentythree.models.queries import has_words
from django_twentythree.models.tag import digest_tag
from django_twentythree.models.visibility import ON_AIR, get_upcoming
from django_twentythree.rendering import describe_value, raise_or_warn, write_if_possible

# What has no date is the oldest, on every database.
_NEWEST_FIRST = F("published_at").desc(nulls_last=True)

ORDERS: Mapping[str, Sequence[Any]] = {
    "newest": (_NEWEST_FIRST, "-pk"),
    "oldest": (F("published_at").asc(nulls_first=True), "pk"),
    "title": (Lower("title"), "pk"),
    "views": ("-view_count", "-pk"),
    "promoted": ("-is_promoted", _NEWEST_FIRST, "-pk"),
    "duration": (F("duration_seconds").asc(nulls_last=True), "pk"),
}
"""What `get_photos` can be ordered by; `duration` begins with the shortest."""


def get_photos(
    *,
    album: Album | int | str | None = None,
    tag: Tag | str | None = None,
    kind: str | None = None,
    search: str | float | None = None,
    order: str | None = None,
    limit: int | str | None = None,
) -> QuerySet[Photo]:
    """Return the published photos that are ready to play; their tags and albums come along in bulk.

    None and "" do not narrow the list.

    Args:
        album: An album, or its TwentyThree id.
        tag: A tag, or its name.
        kind: `video`, `audio`, `image` or `text`.
        search: Words that must all be found in title, tags or author; case, accents and punctuation do not matter.
        order: One of `ORDERS`; the newest first unless given.
        limit: How many at most.

    Raises:
        OptionError: `kind`, `search`, `order` or `limit` is wrong, and `DEBUG` is on; otherwise it is ignored.
    """
    photos: QuerySet[Photo] = Photo.objects.published().available()
    if album not in (None, ""):
        photos = photos.filter(Exists(_find_memberships(album)))
    if tag not in (None, ""):
        photos = photos.filter(Exists(_find_taggings(tag)))
    if kind and _is_known("kind", kind, Photo.Kind.values):
        photos = photos.filter(kind=kind)
    photos = photos.filter(has_words(_read_search(search)))
    ordering = ORDERS["newest"]
    if order and _is_known("order", order, ORDERS):
        ordering = ORDERS[order]
    photos = _with_workspaces(photos.order_by(*ordering)).prefetch_related("tags", "albums")
    count = _read_limit(limit)
    return photos if count is None else photos[:count]


def get_lives(*, upcoming: bool | None = None) -> QuerySet[LiveStream]:
    """Return the public live streams: those on air first, then what starts soonest.

    Args:
        upcoming: True: on air or still to come; False: neither; None: all.
    """
    lives: QuerySet[LiveStream] = LiveStream.objects.published()
    is_upcoming = get_upcoming(timezone.now()).condition
    if upcoming is not None:
        lives = lives.filter(is_upcoming) if upcoming else lives.exclude(is_upcoming)
    place = Case(When(ON_AIR.condition, then=Value(0)), When(is_upcoming, then=Value(1)), default=Value(2))
    ordering = (place, F("next_start_at").asc(nulls_last=True), "-pk")
    return lives.order_by(*ordering).select_related("workspace", "album")


def _with_workspaces(photos: QuerySet[Photo]) -> QuerySet[Photo]:
    if connections[photos.db].vendor == "mysql":
        # It would begin the join with the workspaces, and read and sort all videos for a page of a few.
        return photos.prefetch_related("workspace")
    return photos.select_related("workspace")


def _find_memberships(album: Album | int | str | None) -> QuerySet[AlbumPhoto]:
    of_photo = AlbumPhoto.objects.filter(photo=OuterRef("pk"))
    if isinstance(album, Album):
        return of_photo.filter(album=album.pk)
    # Often straight from an address: what is no id is the id of no album.
    remote_id = read_id(write_if_possible(album))
    return of_photo.filter(album__remote_id=remote_id) if remote_id else of_photo.none()


def _find_taggings(tag: Tag | str | None) -> QuerySet[Any]:
    of_photo = Photo.tags.through.objects.filter(photo=OuterRef("pk"))
    if isinstance(tag, Tag):
        return of_photo.filter(tag=tag.pk)
    name = write_if_possible(tag)
    # The platform writes tags in lower case, mostly.
    return of_photo.filter(tag__digest__in={digest_tag(name), digest_tag(name.lower())})


def _is_known(name: str, value: Any, known: Sequence[str] | Mapping[str, Any]) -> bool:
    if isinstance(value, str) and value in known:
        return True
    problem = f"There is no {name} {describe_value(value)} of videos (there are: {', '.join(known)})."
    raise_or_warn(problem, strict=settings.DEBUG)
    return False


def _read_search(search: Any) -> str:
    if search in (None, ""):
        return ""
    text = write_if_possible(search) if isinstance(search, str | int | float | Decimal | Promise) else ""
    if not text:
        raise_or_warn(f"The search for videos by {describe_value(search)} is no text.", strict=settings.DEBUG)
    return text


def _read_limit(limit: Any) -> int | None:
    if limit in (None, ""):
        return None
    number = read_number(write_if_possible(limit), largest=999_999_999)
    if number is None:
        raise_or_warn(f"The limit {describe_value(limit)} of videos is no number.", strict=settings.DEBUG)
    return number
