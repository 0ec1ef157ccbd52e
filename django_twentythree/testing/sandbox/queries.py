"""The photos, albums and live streams that a listing names, in its order.

The order of each set of filters is kept until something changes: a listing of 100,000 photos asks for the
same one a thousand times.
"""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django_twentythree.testing.sandbox.dates import local_forms
from django_twentythree.testing.sandbox.wire import plain_text

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from django_twentythree.testing.sandbox.library import Library
    from django_twentythree.testing.sandbox.model import Album, Live, Photo

MAX_ORDERS = 24

PHOTO_ORDERS: dict[str, Callable[[Photo], Any]] = {
    "published": lambda p: (p.published_at, p.photo_id),
    "posted": lambda p: (p.published_at, p.photo_id),
    "created": lambda p: (p.created_at, p.photo_id),
    "creation": lambda p: (p.created_at, p.photo_id),
    "uploaded": lambda p: (p.created_at, p.photo_id),
    "taken": lambda p: (p.created_at, p.photo_id),
    "views": lambda p: (p.view_count, p.photo_id),
    "rank": lambda p: (p.view_count, p.photo_id),
    "title": lambda p: (p.title.casefold(), p.photo_id),
    "words": lambda p: (len(p.content.split()), p.photo_id),
    "video_length": lambda p: (p.length or 0.0, p.photo_id),
    "comments": lambda p: p.photo_id,
    "rating": lambda p: p.photo_id,
    "numratings": lambda p: p.photo_id,
    "related": lambda p: p.photo_id,
}
ALBUM_ORDERS: dict[str, Callable[[Album], Any]] = {
    "creation_date": lambda a: (a.created_at, a.album_id),
    "editing_date": lambda a: (a.created_at, a.album_id),
    "sortkey": lambda a: a.album_id,
    "title": lambda a: (a.title.casefold(), a.album_id),
}
LIVE_ORDERS: dict[str, Callable[[Live], Any]] = {
    "name": lambda s: (s.name.casefold(), s.live_id),
    "creation_date": lambda s: (s.created_at, s.live_id),
    "private": lambda s: (not s.is_private, s.name.casefold(), s.live_id),
    "promoted": lambda s: (not s.is_promoted, s.name.casefold(), s.live_id),
    "streaming": lambda s: (not s.is_streaming, s.name.casefold(), s.live_id),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoQuery:
    """The filters and the order of one `photo/list`; None leaves a filter out."""

    album_id: int | None = None
    live_id: int | None = None
    user_id: int | None = None
    upload_token: str | None = None
    search: str = ""
    tags: tuple[str, ...] = ()
    any_tag: bool = False
    is_video: bool | None = None
    is_audio: bool | None = None
    is_encoded: bool | None = None
    is_promoted: bool | None = None
    date: str = ""
    """The beginning of a local date: `2024-05`."""
    is_date_of_upload: bool = False
    """The date is that of the upload rather than of publication."""
    include_unpublished: bool = False
    include_hidden: bool = False
    promoted_first: bool = True
    order_by: str = "published"
    is_ascending: bool = False
    custom: tuple[tuple[str, str], ...] = ()
    any_custom: bool = False


@dataclass(slots=True)
class Orders:
    """The orders of the listings asked for lately."""

    _kept: OrderedDict[tuple[Hashable, int], Sequence[Any]] = field(default_factory=OrderedDict)

    def photos(self, library: Library, query: PhotoQuery) -> Sequence[Photo]:
        """Return all photos of a listing, in its order."""
        return self._keep(query, library, lambda: select_photos(library, query))

    def tags(self, library: Library) -> Sequence[tuple[str, int]]:
        """Return the tags of what everybody may see, with the number of its videos."""
        return self._keep("tags", library, lambda: count_tags(library))

    def _keep(self, name: Hashable, library: Library, make: Callable[[], Sequence[Any]]) -> Sequence[Any]:
        key = (name, library.version)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        found = make()
        self._kept[key] = found
        while len(self._kept) > MAX_ORDERS:
            self._kept.popitem(last=False)
        return found


def select_photos(library: Library, query: PhotoQuery) -> list[Photo]:
    """Return the photos that pass the filters, in order."""
    passes = _photo_filter(library, query)
    found = [photo for photo in library.photos.values() if passes(photo)]
    found.sort(key=PHOTO_ORDERS[query.order_by], reverse=not query.is_ascending)
    if query.promoted_first:
        found.sort(key=lambda photo: not photo.is_promoted)
    return found


def _photo_filter(library: Library, query: PhotoQuery) -> Callable[[Photo], bool]:
    tests: list[Callable[[Photo], bool]] = []
    if not query.include_unpublished:
        tests.append(lambda p: p.is_published)
    if not query.include_hidden and query.album_id is None and any(a.is_hidden for a in library.albums.values()):
        tests.append(lambda p: not library.is_hidden(p))
    if query.album_id is not None:
        tests.append(lambda p: query.album_id in p.album_ids)
    for name, wanted in (
        ("live_id", query.live_id),
        ("upload_token", query.upload_token),
        ("is_encoded", query.is_encoded),
        ("is_promoted", query.is_promoted),
    ):
        if wanted is not None:
            tests.append(lambda p, name=name, wanted=wanted: getattr(p, name) == wanted)  # type: ignore[misc]
    if query.user_id is not None:
        tests.append(lambda p: p.author.user_id == query.user_id)
    if query.is_video is not None:
        tests.append(lambda p: (p.kind == "video") == query.is_video)
    if query.is_audio is not None:
        tests.append(lambda p: (p.kind == "audio") == query.is_audio)
    if query.tags:
        wanted_tags, quantity = {tag.casefold() for tag in query.tags}, any if query.any_tag else all
        tests.append(lambda p: quantity(tag in {t.casefold() for t in p.tags} for tag in wanted_tags))
    if query.search:
        tests.append(_search(query.search))
    if query.date:
        tests.append(
            lambda p: local_forms(p.created_at if query.is_date_of_upload else p.published_at)[0].startswith(query.date)
        )
    if query.custom:
        pairs = query.custom
        quantity = any if query.any_custom else all
        tests.append(lambda p: quantity(str((p.overrides or {}).get(k, "")) == v for k, v in pairs))
    return lambda photo: all(test(photo) for test in tests)


def _search(text: str) -> Callable[[Photo], bool]:
    # Several ids or phrases may be joined with OR; all words of each must be found.
    choices = [part.casefold().split() for part in re.split(r"(?<!\s)\s+OR\s+", text)]

    def test(photo: Photo) -> bool:
        haystack = "\n".join((photo.title, plain_text(photo.content), *photo.tags, str(photo.photo_id))).casefold()
        return any(all(word in haystack for word in words) for words in choices)

    return test


def select_albums(
    library: Library,
    *,
    search: str,
    user_id: int | None,
    photo: Photo | None,
    include_hidden: bool,
    order_by: str,
    is_ascending: bool,
) -> list[Album]:
    """Return the albums of a listing, in order."""
    words = search.casefold().split()
    found = [
        album
        for album in library.albums.values()
        if (include_hidden or not album.is_hidden)
        and (user_id is None or album.author.user_id == user_id)
        and (photo is None or album.album_id in photo.album_ids)
        and all(word in f"{album.title}\n{plain_text(album.content)}".casefold() for word in words)
    ]
    return sorted(found, key=ALBUM_ORDERS[order_by], reverse=not is_ascending)


def select_lives(
    library: Library,
    *,
    include_private: bool,
    upcoming: bool,
    promoted: bool | None,
    album_id: int | None,
    now: float,
    order_by: str,
    is_descending: bool,
) -> list[Live]:
    """Return the live streams of a listing, in order; `upcoming`: on air now, or with a start ahead."""
    found = [
        live
        for live in library.lives.values()
        if (include_private or not live.is_private)
        and (not upcoming or live.is_streaming or live.is_broadcasting or (live.next_start_at or 0) > now)
        and (promoted is None or live.is_promoted == promoted)
        and (album_id is None or live.album_id == album_id)
    ]
    return sorted(found, key=LIVE_ORDERS[order_by], reverse=is_descending)


def count_tags(library: Library) -> list[tuple[str, int]]:
    """Return each tag of public photos and how many carry it."""
    counts: Counter[str] = Counter()
    for photo in library.photos.values():
        if photo.is_published and not library.is_hidden(photo):
            counts.update(photo.tags)
    return list(counts.items())
