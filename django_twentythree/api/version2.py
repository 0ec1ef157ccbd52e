"""Version 2 of the API: every result under `data`, real booleans and nulls, numbers now bare and now as texts.

Its objects are read by the records of version 1, which take values in any spelling; what has another name or
place here is put where those look. What an answer does not speak of is `unset` in the record: a mirror that
was filled over version 1 keeps what it knows.

Source: v2 sections 2 (requests), 4 (envelope), 5 (types), 6 to 10 (objects) and 11 (version 1 beside version 2).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import tzinfo
from functools import partial
from typing import Any, Final, TypeVar

from django_twentythree.api.records import (
    AlbumRecord,
    LiveStreamRecord,
    PhotoRecord,
    PlayerRecord,
    SectionRecord,
    SubtitleRecord,
)
from django_twentythree.api.records.renditions import FORMATS, PARTS
from django_twentythree.api.resources import Dialect, Resource
from django_twentythree.api.verbs import VERSION_2
from django_twentythree.api.wire import read_flag

R = TypeVar("R", PhotoRecord, AlbumRecord, LiveStreamRecord)
Sources = Mapping[str, tuple[str, ...]]

RESULT: Final = "data"
# A word, or several in quotes, of tags that come as one text (v2 section 5).
TAG: Final = re.compile(r'"[^"]*"|\S+')

# Which properties a field of a record is read from. What is in none of them is not told.
PHOTO: Final[Sources] = {
    "remote_id": ("photo_id",),
    "token": ("token",),
    "title": ("title",),
    "kind": ("text_only_p", "video_p", "audio_p"),
    "is_published": ("published_p",),
    "is_encoded": ("video_encoded_p",),
    "is_promoted": ("promoted_p",),
    "is_protected": ("protected_p",),
    "page_path": ("one",),
    "tree_id": ("tree_id",),
    "description_html": ("content",),
    "description_text": ("content_text",),
    "duration_seconds": ("video_length_float", "video_length"),
    "published_at": ("publish_date_epoch", "publish_date_ansi"),
    "uploaded_at": ("creation_date_epoch", "creation_date_ansi"),
    "view_count": ("view_count",),
    "author_name": ("display_name",),
    "album_ids": ("all_albums", "album_id"),
    "hidden_album_id": ("album_hide_p",),
    "tags": ("tags",),
    "has_subtitles": ("subtitles_p",),
    "has_sections": ("sections_p",),
    "live_id": ("live_id",),
}
# FLV is gone from version 2 (v2 section 11).
RENDITIONS: Final = tuple(f"{name}_{part}" for name in sorted(FORMATS - {"video_small"}) for part in PARTS)
ALBUM: Final[Sources] = {
    "remote_id": ("album_id",),
    "token": ("token",),
    "title": ("title",),
    "page_path": ("one",),
    "description_html": ("content",),
    "description_text": ("content_text",),
    "is_hidden": ("hide_p",),
    "created_at": ("creation_date_epoch", "creation_date_ansi"),
    "author_name": ("display_name",),
}
LIVESTREAM: Final[Sources] = {
    "remote_id": ("live_id",),
    "token": ("token",),
    "name": ("name",),
    "page_path": ("one", "short_link", "link"),
    "description_html": ("description_html", "description"),
    "description_text": ("description_text",),
    "is_streaming": ("streaming_p", "live_status"),
    "is_broadcasting": ("broadcasting_p", "live_status"),
    "is_promoted": ("promoted_p",),
    "is_private": ("private_p",),
    "show_countdown": ("show_countdown_p",),
    "next_start_at": ("next_start_time_epoch", "next_start_time", "live_date"),
    "starts_at": ("start_time_epoch", "start_time", "live_date"),
    "ends_at": ("end_time_epoch", "end_time"),
    "hls_url": ("hls_stream",),
    "album_id": ("album_id",),
    "thumbnail_tree_id": ("thumbnail_tree_id",),
    "thumbnail_photo_id": ("thumbnail_photo_id",),
    "thumbnail_token": ("thumbnail_token",),
    "preview_tree_id": ("preview_tree_id",),
    "preview_photo_id": ("preview_photo_id",),
    "preview_token": ("preview_token",),
}


def get_dialect(time_zone: tzinfo, extra_fields: tuple[str, ...] = ()) -> Dialect:
    """Return the dialect.

    Args:
        time_zone: Zone of dates that name none.
        extra_fields: Properties of photos to ask for beside those that are read into columns.
    """
    return Dialect(
        version=2,
        prefix=VERSION_2,
        site_key=RESULT,
        photos=Resource(
            f"{VERSION_2}photo/list",
            RESULT,
            "photo_id",
            partial(read_photo, time_zone=time_zone),
            order={"prioritize_promoted_p": 0, "orderby": "uploaded", "order": "asc"},
            fields=tuple(dict.fromkeys((*_names(PHOTO), *RENDITIONS, *extra_fields))),
            unknown=frozenset({"include_hidden_p", "include_actions_p"}),
        ),
        albums=Resource(
            f"{VERSION_2}album/list",
            RESULT,
            "album_id",
            partial(read_album, time_zone=time_zone),
            order={"orderby": "creation_date", "order": "asc"},
            fields=_names(ALBUM),
        ),
        # Of live streams no list of fields is published, so none is asked for: whatever comes is kept.
        livestreams=Resource(
            f"{VERSION_2}live/list",
            RESULT,
            "live_id",
            partial(read_livestream, time_zone=time_zone),
            order={"ordering": "creation_date", "order": "asc"},
            always={"include_streaming_details_p": 0},  # it makes the call slow, and is on by default
            unknown=frozenset({"include_actions_p"}),
        ),
        players=Resource(f"{VERSION_2}player/list", RESULT, "player_id", PlayerRecord.from_wire),
        sections=Resource(f"{VERSION_2}photo/section/list", RESULT, "section_id", SectionRecord.from_wire),
        subtitles=Resource(f"{VERSION_2}photo/subtitle/list", RESULT, "", SubtitleRecord.from_wire),
    )


def read_photo(item: Mapping[str, Any], *, time_zone: tzinfo) -> PhotoRecord:
    """Read one object of a `photo/list` answer.

    Raises:
        UnexpectedResponseError: The object has no readable `photo_id`. Nothing else raises.
    """
    exact = item.get("video_length_float")
    # `video_length` is whole seconds here; version 1 has the decimals under that name.
    told = {key: value for key, value in item.items() if key != "video_length_float"}
    if exact not in (None, ""):
        told["video_length"] = exact
    if isinstance(tags := item.get("tags"), str) and "," not in tags:
        told["tags"] = [word.strip('"') for word in TAG.findall(tags)]
    return _read(PhotoRecord.from_wire, item, told, PHOTO, time_zone)


def read_album(item: Mapping[str, Any], *, time_zone: tzinfo) -> AlbumRecord:
    """Read one object of an `album/list` answer.

    Raises:
        UnexpectedResponseError: The object has no readable `album_id`. Nothing else raises.
    """
    return _read(AlbumRecord.from_wire, item, item, ALBUM, time_zone)


def read_livestream(item: Mapping[str, Any], *, time_zone: tzinfo) -> LiveStreamRecord:
    """Read one object of a `live/list` answer, of whose fields only `live_id` is certain.

    Raises:
        UnexpectedResponseError: The object has no readable `live_id`. Nothing else raises.

    Source: v2 section 8: `live_status` is `upcoming`, `live` or `previous`, `live_date` when it starts.
    """
    told = dict(item)
    status, date = item.get("live_status"), item.get("live_date")
    # The full `link` holds the token.
    told["link"] = item.get("one") or item.get("short_link") or item.get("link") or ""
    for flag in ("streaming_p", "broadcasting_p"):
        # Both are details of streaming, which are not asked for. A flag left as it was known would never fall.
        if status and read_flag(item.get(flag)) is None:
            told[flag] = status == "live"
    if date:
        told["start_time"] = item.get("start_time") or date
        if status == "upcoming":
            told["next_start_time"] = item.get("next_start_time") or date
    record = _read(LiveStreamRecord.from_wire, item, told, LIVESTREAM, time_zone)
    return replace(record, extra={key: value for key, value in record.extra.items() if key in item})


def _read(
    from_wire: Callable[..., R], item: Mapping[str, Any], told: Mapping[str, Any], sources: Sources, time_zone: tzinfo
) -> R:
    unset = frozenset(name for name, keys in sources.items() if not any(key in item for key in keys))
    return replace(from_wire(told, time_zone=time_zone), unset=unset)


def _names(sources: Sources) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in sources.values() for name in names))
