"""The platform's own pages: enough of them that every link leads somewhere."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlencode

from werkzeug.utils import redirect

from django_twentythree.testing.sandbox.dates import local_forms
from django_twentythree.testing.sandbox.oembed import photo_of_page
from django_twentythree.testing.sandbox.player import PLAYER_PAGE, answer_player
from django_twentythree.testing.sandbox.queries import PhotoQuery
from django_twentythree.testing.sandbox.templating import answer_static, render
from django_twentythree.testing.sandbox.tokens import make_token, matches
from django_twentythree.testing.sandbox.wire import (
    TREE_ID,
    album_wire,
    page_path,
    plain_text,
    section_wire,
    tag_wire,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from werkzeug.wrappers import Request, Response

    from django_twentythree.testing.sandbox.model import Live, Photo
    from django_twentythree.testing.sandbox.site import Site

MANAGE_PAGE: Final = re.compile(r"/manage/video/(\d{1,18})/?")
ALBUM_PAGE: Final = re.compile(r"/channel/(\d{1,18})(?:/[^/]*)?/?")
LIVE_PAGE: Final = re.compile(r"/live/(\d{1,18})/?")
TAG_PAGE: Final = re.compile(r"/tag/([^/]+)/?")
USER_PAGE: Final = re.compile(r"/user/([^/]+)/?")
MAX_TILES: Final = 48


def answer(site: Site, request: Request) -> Response:
    """Return the page at an address; 404 for what is not there, or not public."""
    path = request.path
    if path.startswith("/files/"):
        return answer_static(request, path.removeprefix("/files/"))
    if PLAYER_PAGE.fullmatch(path):
        return answer_player(site, request)
    if found := MANAGE_PAGE.fullmatch(path):
        return redirect(f"/sandbox/video/{found[1]}")
    with site.lock:
        page = _find(site, request, path)
    return page or render("unavailable.html", status=404, site_name=site.settings.site_name)


def _find(site: Site, request: Request, path: str) -> Response | None:
    photo = photo_of_page(site, path)
    if photo is not None:
        return _video(site, request, photo, is_secret=path.startswith("/secret/"))
    if found := LIVE_PAGE.fullmatch(path):
        return _live(site, request, site.library.lives.get(int(found[1])))
    if site.settings.is_closed:
        return None
    if path == "/":
        return _front(site)
    if found := ALBUM_PAGE.fullmatch(path):
        album = site.library.albums.get(int(found[1]))
        opened = album is not None and matches(request.args.get("token", ""), album.token)
        if album is None or (album.is_hidden and not opened):
            return None
        photos = site.orders.photos(site.library, PhotoQuery(album_id=album.album_id))
        return _listing(site, album.title, photos, text=plain_text(album.content))
    if found := TAG_PAGE.fullmatch(path):
        tag = unquote(found[1])
        return _listing(site, f"Tag: {tag}", site.orders.photos(site.library, PhotoQuery(tags=(tag,))))
    if found := USER_PAGE.fullmatch(path):
        photos = site.orders.photos(site.library, PhotoQuery())
        return _listing(site, found[1], [photo for photo in photos if photo.author.username == found[1]])
    return None


def _front(site: Site) -> Response:
    lives = sorted(
        (live for live in site.library.lives.values() if not live.is_private),
        key=lambda live: (not live.is_broadcasting, live.next_start_at or 0),
    )
    now = time.time()
    upcoming = [live for live in lives if live.is_broadcasting or (live.next_start_at or 0) > now]
    photos = site.orders.photos(site.library, PhotoQuery())
    return _listing(site, "Videos", photos, lives=upcoming[:4])


def _listing(
    site: Site, title: str, photos: Iterable[Photo], *, text: str = "", lives: Iterable[Live] = ()
) -> Response:
    tiles = [
        {
            "one": page_path(photo),
            "title": photo.title,
            "image": photo_image(photo),
            "date": _date(photo.published_at),
        }
        for photo in list(photos)[:MAX_TILES]
    ]
    live_tiles = [
        {
            "link": f"/live/{live.live_id}",
            "name": live.name,
            "image": live_image(live),
            "when": "On air" if live.is_broadcasting else _date(live.next_start_at or 0),
        }
        for live in lives
    ]
    return render(
        "videos.html",
        site_name=site.settings.site_name,
        title=title,
        text=text,
        photos=tiles,
        lives=live_tiles,
    )


def _video(site: Site, request: Request, photo: Photo, *, is_secret: bool) -> Response:
    number, library = photo.photo_id, site.library
    base_url = f"{request.scheme}://{request.host}"
    query = {"source": "site", "photo_id": number, **({"token": photo.token} if is_secret else {})}
    context: dict[str, Any] = {
        "title": photo.title,
        "player": f"/v.ihtml/player.html?{urlencode(query)}",
        "oembed": f"/oembed?{urlencode({'url': base_url + page_path(photo), 'format': 'json'})}",
        "line": f"{_date(photo.published_at)} · {photo.author.display_name} · {photo.view_count} views",
        "text": plain_text(photo.content),
        "sections": [section_wire(photo, section) for section in library.sections.get(number, [])],
        "albums": [
            album_wire(library.albums[album_id], is_privileged=False)
            for album_id in photo.album_ids
            if album_id in library.albums and not library.albums[album_id].is_hidden
        ],
        "tags": [tag_wire(tag, 0) for tag in photo.tags],
        "control": f"/sandbox/video/{number}",
    }
    return render("video.html", site_name=site.settings.site_name, **context)


def _live(site: Site, request: Request, live: Live | None) -> Response | None:
    token = request.args.get("token", "")
    is_open = live is not None and (matches(token, live.token) or not (live.is_private or site.settings.is_closed))
    if live is None or not is_open:
        return None
    query = {"source": "site", "live_id": live.live_id, **({"token": token} if token else {})}
    return render(
        "video.html",
        site_name=site.settings.site_name,
        title=live.name,
        player=f"/v.ihtml/player.html?{urlencode(query)}",
        oembed="",
        line="On air" if live.is_broadcasting else "",
        text=plain_text(live.description),
        sections=[],
        albums=[],
        tags=[],
        control="/sandbox/live",
    )


def photo_image(photo: Photo) -> str:
    """Return the address of a small picture of a photo; empty while there is none."""
    if photo.kind == "text" or not (photo.is_encoded or photo.kind == "image"):
        return ""
    return f"/{TREE_ID}/{photo.photo_id}/{photo.token}/400x225cr"


def live_image(live: Live) -> str:
    """Return the address of a live stream's picture."""
    number = live.live_id + 11
    return f"/{TREE_ID}/{number}/{make_token('photo', number)}/400x225cr"


def _date(epoch: int) -> str:
    return local_forms(epoch)[1] if epoch else ""
