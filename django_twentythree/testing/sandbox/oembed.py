"""The oEmbed endpoint, for public videos.

Source: API reference, "oEmbed".
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from werkzeug.exceptions import NotFound
from werkzeug.exceptions import NotImplemented as UnknownFormat
from werkzeug.wrappers import Response

from django_twentythree.testing.sandbox.encoding import as_json
from django_twentythree.testing.sandbox.renditions import image_dimensions
from django_twentythree.testing.sandbox.tokens import matches
from django_twentythree.testing.sandbox.wire import TREE_ID, page_path

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from django_twentythree.testing.sandbox.model import Photo
    from django_twentythree.testing.sandbox.site import Site

VIDEO_PAGE: Final = re.compile(r"/(?:manage/)?video/(\d{1,18})(?:/.*)?")
SECRET_PAGE: Final = re.compile(r"/secret/(\d{1,18})/([\w-]+)/?")


def photo_of_page(site: Site, path: str) -> Photo | None:
    """Return the photo that a page address shows to somebody without further rights; None for none."""
    photos = site.library.photos
    if found := SECRET_PAGE.fullmatch(path):
        photo = photos.get(int(found[1]))
        return photo if photo is not None and matches(found[2], photo.token, photo.photo_id) else None
    found = VIDEO_PAGE.fullmatch(path)
    photo = photos.get(int(found[1])) if found else site.library.photo_at(path)
    return photo if photo is not None and photo.is_published and not site.settings.is_closed else None


def answer_oembed(site: Site, request: Request) -> Response:
    """Return the oEmbed answer to `url`, always in JSON; 404 for what is not public."""
    if request.args.get("format", "json") != "json":
        raise UnknownFormat("The sandbox writes no XML.")  # what oEmbed has for this: HTTP 501
    with site.lock:
        photo = photo_of_page(site, unquote(urlsplit(request.args.get("url", "")).path))
        if photo is None:
            raise NotFound("There is nothing public at this address.")
        values = _describe(site, photo, request)
    return Response(as_json(values), content_type="application/json; charset=utf-8")


def _describe(site: Site, photo: Photo, request: Request) -> dict[str, Any]:
    base_url = f"{request.scheme}://{request.host}"
    widest = request.args.get("maxwidth", 640, type=int) or 640
    tallest = request.args.get("maxheight", 10_000, type=int) or 10_000
    scale = min(widest / photo.width, tallest / photo.height)
    width, height = max(1, round(photo.width * scale)), max(1, round(photo.height * scale))
    thumbnail_width, thumbnail_height = image_dimensions("large", photo.width, photo.height)
    player = request.args.get("player_id", "v")
    address = f"{base_url}/{player if player.isdecimal() else 'v'}.ihtml/player.html?token={photo.token}"
    address += f"&source=embed&photo%5fid={photo.photo_id}"
    if request.args.get("autoplay") == "1":
        address += "&autoPlay=1"
    values: dict[str, Any] = {
        "type": "photo" if photo.kind == "image" else "video",
        "version": "1.0",
        "title": photo.title,
        "url": base_url + page_path(photo),
        "author_name": photo.author.display_name,
        "author_url": f"{base_url}/user/{photo.author.username}/",
        "provider_name": site.settings.site_name,
        "provider_url": base_url,
        "cache_age": 3600,
        "thumbnail_url": f"{base_url}/{TREE_ID}/{photo.photo_id}/{photo.token}/large",
        "thumbnail_width": thumbnail_width,
        "thumbnail_height": thumbnail_height,
        "photo_id": str(photo.photo_id),
        "album_id": str(photo.album_ids[0]) if photo.album_ids else "",
        "width": width,
        "height": height,
    }
    if photo.kind != "image":
        values["duration"] = photo.length
        values["html"] = (
            f'<iframe src="{html.escape(address)}" width="{width}" height="{height}" frameborder="0" '
            'border="0" scrolling="no" allowfullscreen="1"></iframe>'
        )
    return values
