"""The control page: the objects of a sandbox and the calls to it, for people; programs use `sandbox.steering`."""

from __future__ import annotations

import json
import re
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.utils import redirect

from django_twentythree.testing.demo.forms import answer_form
from django_twentythree.testing.sandbox.dates import SITE_ZONE, local_forms
from django_twentythree.testing.sandbox.faults import KINDS
from django_twentythree.testing.sandbox.pages import live_image, photo_image
from django_twentythree.testing.sandbox.queries import PhotoQuery
from django_twentythree.testing.sandbox.signatures import environment_lines
from django_twentythree.testing.sandbox.templating import PACKAGE as SANDBOX_PACKAGE
from django_twentythree.testing.sandbox.templating import answer_static, render
from django_twentythree.testing.sandbox.wire import page_path

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

    from django_twentythree.testing.sandbox.model import Live, Photo
    from django_twentythree.testing.sandbox.site import Site

VIDEO: Final = re.compile(r"/sandbox/video/(\d{1,18})/?")
PACKAGE: Final = "django_twentythree.testing.demo"
FILES: Final = "/sandbox/files/"
ROWS: Final = 30
CALLS_SHOWN: Final = 100


def answer(site: Site, request: Request) -> Response:
    """Return the answer to a request under /sandbox/."""
    path = request.path
    if path.startswith("/sandbox/do/"):
        return answer_form(site, request)
    if request.method not in {"GET", "HEAD"}:
        raise MethodNotAllowed(["GET", "HEAD"])
    if path.startswith(FILES):
        return answer_static(request, path.removeprefix(FILES), package=PACKAGE)
    if path == "/sandbox":
        return redirect("/sandbox/")
    show = {
        "/sandbox/": _videos,
        "/sandbox/live": _lives,
        "/sandbox/albums": _albums,
        "/sandbox/faults": _faults,
        "/sandbox/traffic": _traffic,
        "/sandbox/settings": _settings,
    }.get(path.rstrip("/") if path != "/sandbox/" else path)
    with site.lock:
        if found := VIDEO.fullmatch(path):
            photo = site.library.photos.get(int(found[1]))
            if photo is None:
                raise NotFound
            return _page(site, request, "video", **_video(site, request, photo))
        if show is None:
            raise NotFound
        name, context = show(site, request)
        return _page(site, request, name, **context)


def _page(site: Site, request: Request, name: str, **context: Any) -> Response:
    return render(
        f"control/{name}.html",
        packages=(PACKAGE, SANDBOX_PACKAGE),
        site_name=site.settings.site_name,
        here=request.path,
        done=request.args.get("done", ""),
        **context,
    )


def _row(site: Site, photo: Photo) -> dict[str, Any]:
    titles = (site.library.albums[number].title for number in photo.album_ids if number in site.library.albums)
    return {
        "photo_id": photo.photo_id,
        "title": photo.title,
        "image": photo_image(photo),
        "kind": photo.kind,
        "is_published": photo.is_published,
        "is_encoded": photo.is_encoded,
        "is_promoted": photo.is_promoted,
        "is_protected": bool(photo.protection_method),
        "date": local_forms(photo.created_at)[1],
        "albums": ", ".join(titles),
        "page": _page_of(photo),
    }


def _page_of(photo: Photo) -> str:
    return page_path(photo) if photo.is_published else f"/secret/{photo.photo_id}/{photo.token}"


def _videos(site: Site, request: Request) -> tuple[str, dict[str, Any]]:
    q, show = request.args.get("q", "").strip(), request.args.get("show", "")
    query = PhotoQuery(
        search=q,
        include_unpublished=True,
        include_hidden=True,
        promoted_first=False,
        order_by="created",
        is_encoded=False if show == "waiting" else None,
        is_promoted=True if show == "promoted" else None,
    )
    found = site.orders.photos(site.library, query)
    if show == "unpublished":
        found = [photo for photo in found if not photo.is_published]
    pages = max(1, -(-len(found) // ROWS))
    number = min(max(1, request.args.get("page", 1, type=int)), pages)

    def address(page: int) -> str:
        return "/sandbox/?" + urlencode({"q": q, "show": show, "page": page})

    return "videos", {
        "q": q,
        "show": show,
        "total": len(found),
        "number": number,
        "pages": pages,
        "photos": [_row(site, photo) for photo in found[(number - 1) * ROWS : number * ROWS]],
        "previous": address(number - 1),
        "next": address(number + 1),
    }


def _video(site: Site, request: Request, photo: Photo) -> dict[str, Any]:
    embed = {"token": photo.token, "source": "admin", "photo_id": photo.photo_id}
    wire = site.photo_wire(photo, base_url=f"{request.scheme}://{request.host}", is_privileged=True)
    return {
        "photo": _row(site, photo),
        "content": photo.content,
        "tags": " ".join(f'"{tag}"' if " " in tag else tag for tag in photo.tags),
        "albums": [
            {
                "album_id": album.album_id,
                "title": album.title,
                "is_hidden": album.is_hidden,
                "is_chosen": album.album_id in photo.album_ids,
            }
            for album in site.library.albums.values()
        ],
        "player": f"/v.ihtml/player.html?{urlencode(embed)}",
        "wire": json.dumps(wire, indent=2, ensure_ascii=False),
    }


def _lives(site: Site, request: Request) -> tuple[str, dict[str, Any]]:
    return "lives", {"lives": [_live(live) for live in site.library.lives.values()]}


def _live(live: Live) -> dict[str, Any]:
    ahead = (live.next_start_at or 0) - time.time()
    return {
        "live_id": live.live_id,
        "name": live.name,
        "image": live_image(live),
        "is_broadcasting": live.is_broadcasting,
        "is_streaming": live.is_streaming,
        "is_private": live.is_private,
        "link": f"/live/{live.live_id}" + (f"?token={live.token}" if live.is_private else ""),
        "starts": " ".join(local_forms(live.next_start_at)[1:]) if live.next_start_at else "",
        "minutes": round(ahead / 60) if ahead > 0 else "",
    }


def _albums(site: Site, request: Request) -> tuple[str, dict[str, Any]]:
    videos: dict[int, int] = {}
    for photo in site.library.photos.values():
        for number in photo.album_ids:
            videos[number] = videos.get(number, 0) + 1
    rows = [
        {
            "album_id": album.album_id,
            "title": album.title,
            "is_hidden": album.is_hidden,
            "videos": videos.get(album.album_id, 0),
        }
        for album in site.library.albums.values()
    ]
    return "albums", {"albums": rows}


def _faults(site: Site, request: Request) -> tuple[str, dict[str, Any]]:
    statuses = {"500": "HTTP 500", "503": "HTTP 503", "429": "HTTP 429, too many requests", "404": "HTTP 404"}
    return "faults", {"kinds": [*KINDS.items(), *statuses.items()], "waiting": site.faults.waiting()}


def _traffic(site: Site, request: Request) -> tuple[str, dict[str, Any]]:
    def latest(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**e, "when": f"{datetime.fromtimestamp(e['at'], SITE_ZONE):%H:%M:%S}"} for e in reversed(entries)]

    return "traffic", {
        "pingback_url": site.pingbacks.url,
        "pingbacks": latest(site.pingbacks.sent()[-30:]),
        "webhooks": len(site.webhooks.all()),
        "deliveries": latest(site.webhooks.outbox.sent()[-30:]),
        "requests": latest(site.requests.calls(CALLS_SHOWN)),
    }


def _settings(site: Site, request: Request) -> tuple[str, dict[str, Any]]:
    return "settings", {
        "settings": site.settings,
        "pingback_url": site.pingbacks.url,
        "is_revoked": site.signatures.is_revoked,
        "environment": environment_lines(f"{request.scheme}://{request.host}"),
    }
