"""A photo as version 1 of the API writes it: a hundred and fifty keys, none of them ever left out.

Source: API reference, "photo/list", and its samples for the order of keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_twentythree.testing.sandbox.dates import local_forms
from django_twentythree.testing.sandbox.renditions import add_renditions
from django_twentythree.testing.sandbox.wire import (
    TREE_ID,
    decimal,
    overlay,
    page_path,
    plain_text,
    protected_token,
    user_fields,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_twentythree.testing.sandbox.model import Album, Photo, Wire

PLAYFLOW_KEYS = (
    "before_download_type",
    "before_link",
    "before_download_url",
    "after_download_type",
    "after_link",
    "after_download_url",
    "after_text",
)


def photo_wire(
    photo: Photo,
    albums: Mapping[int, Album],
    *,
    has_subtitles: bool,
    has_sections: bool,
    base_url: str,
    is_privileged: bool,
) -> Wire:
    """Return one entry of `photo/list`; `is_privileged` adds what is told from the level `read` up."""
    album = albums.get(photo.album_ids[0]) if photo.album_ids else None
    published, published_date, published_time = local_forms(photo.published_at)
    created, created_date, created_time = local_forms(photo.created_at)
    photo_id, path = str(photo.photo_id), page_path(photo)
    base = f"/{TREE_ID}/{photo_id}/{photo.token}"
    slug = path.rsplit("/", 1)[-1] or photo_id
    wire: Wire = {
        "photo_id": photo_id,
        "title": photo.title,
        "tree_id": TREE_ID,
        "token": photo.token,
        "promoted_p": int(photo.is_promoted),
        "protected_p": int(bool(photo.protection_method)),
        "protection_method": photo.protection_method,
    }
    if is_privileged:
        wire["protected_token"] = protected_token(photo)
    watched = 0.15 + photo.photo_id % 61 / 100
    wire |= {
        "album_id": str(photo.album_ids[0]) if photo.album_ids else "",
        "album_title": album.title if album else "",
        "album_hide_p": int(album.is_hidden) if album else "",
        "all_albums": " ".join(map(str, photo.album_ids)),
        "published_p": int(photo.is_published),
        "one": path,
        "publish_date_ansi": published,
        "publish_date_epoch": str(photo.published_at),
        "publish_date__date": published_date,
        "publish_date__time": published_time,
        "creation_date_ansi": created,
        "creation_date_epoch": str(photo.created_at),
        "creation_date__date": created_date,
        "creation_date__time": created_time,
        "original_date_ansi": created,
        "original_date__date": created_date,
        "original_date__time": created_time,
        "view_count": str(photo.view_count),
        "avg_playtime": str(photo.length * watched) if photo.length and photo.view_count else "0",
        "number_of_comments": "0",
        "number_of_albums": str(len(photo.album_ids)),
        "number_of_tags": str(len(photo.tags)),
        "photo_rating": "",
        "number_of_ratings": "0",
        "video_p": int(photo.kind == "video"),
        "video_encoded_p": int(photo.is_encoded and photo.kind in {"video", "audio"}),
        "audio_p": int(photo.kind == "audio"),
        "video_length": "" if photo.length is None or not photo.is_encoded else decimal(photo.length),
        "text_only_p": int(photo.kind == "text"),
        **user_fields(photo.author),
        "subtitles_p": int(has_subtitles),
        "sections_p": int(has_sections),
        "license_id": "0" if photo.is_published else "",
        "coordinates": "",
        "absolute_url": base_url + path,
    }
    is_streamable = photo.kind == "video" and photo.is_encoded and not photo.protection_method
    wire["video_hls_size"] = "1" if is_streamable else "0"
    wire["video_hls_download"] = f"{base}/video_hls/playlist.m3u8" if is_streamable else ""
    add_renditions(wire, photo, base, slug, is_privileged=is_privileged)
    wire["content"] = photo.content
    wire["content_text"] = plain_text(photo.content)
    wire |= dict.fromkeys(PLAYFLOW_KEYS, "")
    wire["tags"] = list(photo.tags)
    if photo.live_id is not None:
        wire["live_id"] = str(photo.live_id)
    return overlay(wire, photo.overrides)
