"""The objects as version 1 of the API writes them: numbers in strings, flags bare, nothing left out.

Source: API reference, "Type quirks of v1 JSON", and its samples for the order of keys.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from django_twentythree.testing.sandbox.dates import local_forms, short_offset
from django_twentythree.testing.sandbox.model import REMOVED
from django_twentythree.testing.sandbox.tokens import make_token

if TYPE_CHECKING:
    from typing import Any

    from django_twentythree.testing.sandbox.model import (
        Album,
        Author,
        Live,
        Photo,
        Player,
        Section,
        Subtitle,
        Wire,
    )

TREE_ID = "7411205"
SECTION_IMAGES = ("quad100", "quad50", "standard", "portrait", "medium", "small", "quad16", "large", "quad75")
_BLOCK_END = re.compile(r"</p>\s*<p>|<br\s*/?>")
_MARKUP = re.compile(r"<[^<>]*>")
_NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")
_SPELLED_OUT = str.maketrans(
    {
        "æ": "ae",
        "ø": "oe",
        "å": "aa",
        "ä": "a",
        "ö": "o",
        "ü": "u",
        "ß": "ss",
        "é": "e",
        "è": "e",
        "ê": "e",
        "à": "a",
        "ç": "c",
        "ñ": "n",
    }
)


def slugify(title: str) -> str:
    """Return the part of a page address made from a title; empty for a title in another script."""
    return _NOT_IN_SLUGS.sub("-", title.lower().translate(_SPELLED_OUT)).strip("-")[:80].strip("-")


def plain_text(content: str) -> str:
    """Return a description without its markup."""
    if "<" not in content and "&" not in content:
        return content
    return html.unescape(_MARKUP.sub("", _BLOCK_END.sub("\n\n", content)))


def decimal(seconds: float) -> str:
    """Return a number as the platform writes it: without a point where it needs none."""
    return f"{seconds:.3f}".rstrip("0").rstrip(".")


def number(value: int | None) -> str:
    """Return an id or count as the wire has it; the empty string is its null."""
    return "" if value is None else str(value)


def overlay(wire: Wire, overrides: Wire | None) -> Wire:
    """Lay the overrides of an object over what the platform would say by itself."""
    for key, value in (overrides or {}).items():
        if value is REMOVED:
            wire.pop(key, None)
        else:
            wire[key] = value
    return wire


def user_fields(author: Author) -> Wire:
    """Return the four keys about who uploaded or created something."""
    name = author.username
    return {
        "user_id": str(author.user_id),
        "username": name,
        "display_name": author.display_name,
        "user_url": f"/user/{name}/",
    }


def page_path(photo: Photo) -> str:
    """Return the address of a photo's page, from the site root."""
    return photo.path or f"/video/{photo.photo_id}"


def protected_token(photo: Photo) -> str:
    """Return what opens the files of a protected photo; empty where nothing is protected."""
    return make_token("protected", photo.photo_id) if photo.protection_method else ""


def album_wire(album: Album, *, is_privileged: bool) -> Wire:
    """Return one entry of `album/list`; token and `hide_p` are told from the level `read` up."""
    created, created_date, created_time = local_forms(album.created_at)
    slug = slugify(album.title)
    wire: Wire = {
        "album_id": str(album.album_id),
        "title": album.title,
        "pretty_date": created_date,
        "pretty_time": created_time,
        "one": f"/channel/{album.album_id}" + (f"/{slug}" if slug else ""),
        "creation_date_ansi": created,
    }
    author = user_fields(album.author)
    wire |= {key: author[key] for key in ("user_id", "display_name", "user_url", "username")}
    if is_privileged:
        wire |= {"token": album.token, "hide_p": int(album.is_hidden)}
    wire |= {"content": album.content, "content_text": plain_text(album.content)}
    return overlay(wire, album.overrides)


def live_wire(live: Live, *, site_key: str, is_privileged: bool) -> Wire:
    """Return one entry of `live/list`; below the level `read` it has the keys of the oldest documentation."""
    live_id = str(live.live_id)
    image_id = live.live_id + 11
    image_token = make_token("photo", image_id)
    stream = f"http://cdn.live.example.net/live/mp4:{site_key}-{live_id}-{live.token}.mp4"
    wire: Wire = {
        "live_id": live_id,
        "token": live.token,
        "name": live.name,
        "album_id": number(live.album_id),
        "creation_date": short_offset(live.created_at),
        "creation_date__date": local_forms(int(live.created_at))[1],
        "updated_date": short_offset(live.updated_at),
        "updated_date__date": local_forms(int(live.updated_at))[1],
        "link": f"/live/{live_id}",
        "short_link": f"/live/{live_id}",
        "promoted_p": int(live.is_promoted),
        "streaming_p": int(live.is_streaming),
    }
    if is_privileged:
        wire["broadcasting_p"] = int(live.is_broadcasting)
    wire["show_countdown_p"] = int(live.show_countdown)
    if is_privileged:
        start = live.next_start_at
        _, start_date, start_time = ("", "", "") if start is None else local_forms(start)
        wire |= {
            "next_start_time": "" if start is None else short_offset(start),
            "next_start_time_epoch": number(start),
            "next_start_time__date": start_date,
            "next_start_time__time": start_time,
        }
    for name in ("thumbnail", "preview"):
        wire |= {f"{name}_photo_id": str(image_id), f"{name}_tree_id": TREE_ID, f"{name}_token": image_token}
    if is_privileged:
        for size in ("small", "medium", "standard", "large"):
            wire[f"preview_{size}_download"] = f"/{TREE_ID}/{image_id}/{image_token}/{size}"
    wire |= {
        "current_viewers": str(live.viewers),
        "hds_stream": f"{stream}/manifest.f4m",
        "hls_stream": f"{stream}/playlist.m3u8",
    }
    if is_privileged:
        wire |= {
            "hls_dvr_stream": f"{stream}/playlist.m3u8?DVR" if live.is_broadcasting else "",
            "publish_server": "rtmp://publish.example.net/publish",
            "publish_stream": f"{site_key}-{live_id}-{make_token('publish', live.live_id, length=12)}",
            "private_p": int(live.is_private),
            "auto_promote_p": 0,
            "auto_record_p": 1,
            "publish_recordings_p": 0,
        }
    text = plain_text(live.description)
    wire |= {
        "description": text,
        "description_html": f"<p>{html.escape(text, quote=False)}</p>" if text else "",
        "description_text": text,
    }
    return overlay(wire, live.overrides)


def player_wire(player: Player) -> Wire:
    """Return one entry of `player/list`."""
    wire: Wire = {
        "player_id": str(player.player_id),
        "player_name": player.name,
        "default_p": int(player.is_default),
    }
    return overlay(wire, player.overrides)


def section_wire(photo: Photo, section: Section) -> Wire:
    """Return one entry of `photo/section/list`."""
    image_id = section.section_id + 3
    token = make_token("photo", image_id)
    wire: Wire = {
        "section_id": str(section.section_id),
        "start_time": section.start_time,
        "title": section.title,
        "link": f"/video/{photo.photo_id}/{section.section_id}/{slugify(section.title)}",
        "thumbnail_photo_id": str(image_id),
        "thumbnail_tree_id": TREE_ID,
        "thumbnail_token": token,
    }
    wire |= {f"{size}_download": f"/{TREE_ID}/{image_id}/{token}/{size}" for size in SECTION_IMAGES}
    wire["description"] = section.description
    return overlay(wire, section.overrides)


def subtitle_wire(photo: Photo, subtitle: Subtitle, *, extension: str) -> Wire:
    """Return one entry of `photo/subtitle/list`; `extension` is the format that was asked for."""
    name = subtitle.locale if subtitle.kind == "general" else f"{subtitle.locale}.{subtitle.kind}"
    wire: Wire = {
        "locale": subtitle.locale,
        "language": subtitle.language,
        "href": f"/{TREE_ID}/{photo.photo_id}/{photo.token}/subtitles.{name}.{extension}",
        "default_p": int(subtitle.is_default),
        "type": subtitle.kind,
        "draft_p": int(subtitle.is_draft),
    }
    return overlay(wire, subtitle.overrides)


def tag_wire(tag: str, count: int) -> dict[str, Any]:
    """Return one entry of `tag/list`."""
    return {"tag": tag, "count": str(count), "url": f"/tag/{quote(tag)}"}
