"""The player page, as host pages embed it.

Source: API reference, "Player embeds".
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any, Final

from django_twentythree.testing.sandbox.templating import render
from django_twentythree.testing.sandbox.tokens import make_token, matches
from django_twentythree.testing.sandbox.wire import TREE_ID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Request, Response

    from django_twentythree.testing.sandbox.model import Live, Photo
    from django_twentythree.testing.sandbox.site import Site

PLAYER_PAGE: Final = re.compile(r"/(?:v|(?P<player_id>\d{1,12}))\.(?:ihtml|html)(?:/player\.html)?")
LONGEST_PLAYLIST: Final = 50
LONGEST_NUMBER: Final = 1000


class NotAvailableError(Exception):
    """The object does not exist, or the caller may not see it."""


def answer_player(site: Site, request: Request) -> Response:
    """Return the player for what the query names; 404 with a plain page for what is not available."""
    params = request.args
    found = PLAYER_PAGE.fullmatch(request.path)
    player_id = found["player_id"] if found else None
    try:
        with site.lock:
            context = _content(site, player_id, params)
    except NotAvailableError:
        return _page(params, status=404, message="This video is not available.")
    return _page(params, **context)


def _page(params: Mapping[str, str], *, status: int = 200, **context: Any) -> Response:
    values: dict[str, Any] = {
        "title": "",
        "message": "",
        "kind": "video",
        "source": "",
        "poster": "",
        "tracks": [],
        "playlist": [],
        "state": "",
        "until": None,
        "start": _seconds(params.get("start", "")),
        "autoplay": _flag(params, "autoPlay") or _flag(params, "ambient"),
        "muted": any(_flag(params, name) for name in ("autoMute", "mutedAutoPlay", "ambient")),
        "loop": _flag(params, "loop") or _flag(params, "ambient") or params.get("endOn") == "loop",
        "show_title": params.get("showDescriptions") != "0",
    }
    return render("player.html", status=status, **values | context)


def _flag(params: Mapping[str, str], name: str) -> bool:
    return params.get(name) == "1"


def _seconds(text: str) -> float:
    try:
        found = float(text or 0)
    except ValueError:
        return 0.0
    return found if 0 <= found < 10**6 else 0.0


def _number(params: Mapping[str, str], name: str) -> int | None:
    text = params.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER):
        raise NotAvailableError
    return int(text)


def _content(site: Site, player_id: str | None, params: Mapping[str, str]) -> dict[str, Any]:
    if player_id is not None and int(player_id) not in site.library.players:
        raise NotAvailableError
    token = params.get("token", "")
    live_id, album_id, photo_id = (_number(params, name) for name in ("live_id", "album_id", "photo_id"))
    if live_id is not None:
        live = site.library.lives.get(live_id)
        if live is None or not _is_open(site, token, live.token, is_public=not live.is_private):
            raise NotAvailableError
        return _live(site, live)
    if album_id is not None:
        album = site.library.albums.get(album_id)
        if album is None or not _is_open(site, token, album.token, is_public=not album.is_hidden):
            raise NotAvailableError
        return _playlist(site, album_id, params)
    photo = site.library.photos.get(photo_id or 0)
    if photo is None or not _is_open(site, token, photo.token, is_public=photo.is_published, photo_id=photo_id):
        raise NotAvailableError
    return _photo(site, photo, params)


def _is_open(site: Site, token: str, secret: str, *, is_public: bool, photo_id: int | None = None) -> bool:
    """Return whether the token fits or, without one, whether everybody may see it."""
    if token:
        return matches(token, secret, photo_id)
    return is_public and not site.settings.is_closed


def _photo(site: Site, photo: Photo, params: Mapping[str, str]) -> dict[str, Any]:
    base = f"/{TREE_ID}/{photo.photo_id}/{photo.token}"
    context: dict[str, Any] = {"title": photo.title, "kind": photo.kind, "poster": f"{base}/large"}
    if photo.kind == "text":
        return {**context, "message": photo.title}
    if not photo.is_encoded and photo.kind != "image":
        return {**context, "message": "This video is still being encoded. It will play here soon."}
    if photo.protection_method:
        return {**context, "message": "This video is protected. A password is needed to play it."}
    context["source"] = f"{base}/audio/audio.wav" if photo.kind == "audio" else f"{base}/video_medium/video.mp4"
    if params.get("enableSubtitles") != "0":
        wanted = params.get("defaultLocale", "")
        shown = _flag(params, "subtitlesOnByDefault") or bool(wanted)
        context["tracks"] = [
            {
                "src": f"{base}/subtitles.{s.locale}.vtt",
                "srclang": s.locale.replace("_", "-"),
                "label": s.language,
                "is_default": shown and (s.locale == wanted if wanted else s.is_default),
            }
            for s in site.library.subtitles.get(photo.photo_id, [])
            if s.kind == "general" and not s.is_draft
        ]
    return context


def _playlist(site: Site, album_id: int, params: Mapping[str, str]) -> dict[str, Any]:
    playable = [
        photo
        for photo in site.library.photos.values()
        if album_id in photo.album_ids
        and photo.is_published
        and photo.is_encoded
        and photo.kind == "video"
        and not photo.protection_method
    ]
    playable.sort(key=lambda photo: photo.published_at, reverse=True)
    entries = [_photo(site, photo, params) for photo in playable[:LONGEST_PLAYLIST]]
    if not entries:
        return {"message": "There is nothing to play in this channel yet."}
    return {**entries[0], "playlist": entries}


def _live(site: Site, live: Live) -> dict[str, Any]:
    image_id = live.live_id + 11
    context: dict[str, Any] = {
        "title": live.name,
        "poster": f"/{TREE_ID}/{image_id}/{make_token('photo', image_id)}/large",
        "kind": "live",
    }
    if live.is_broadcasting:
        return {**context, "state": "on-air", "source": "/files/clip.webm", "loop": True}
    is_ahead = live.next_start_at is not None and live.next_start_at > time.time()
    return {
        **context,
        "state": "off-air",
        "until": live.next_start_at if is_ahead and live.show_countdown else None,
    }
