"""The templates of the sandbox's own pages, and the files beside them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

PACKAGE: Final = "django_twentythree.testing.sandbox"
CONTENT_TYPES: Final = {
    "sandbox.css": "text/css; charset=utf-8",
    "player.css": "text/css; charset=utf-8",
    "player.js": "text/javascript; charset=utf-8",
    "control.js": "text/javascript; charset=utf-8",
    "clip.webm": "video/webm",
}


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, *, status: int = 200, **context: Any) -> Response:
    """Return a page. Values are escaped."""
    page = _environment().get_template(template).render(context)
    return Response(
        page.encode(errors="replace"),
        status=status,
        content_type="text/html; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )


@cache
def _content(name: str) -> bytes:
    return files(PACKAGE).joinpath("static", name).read_bytes()


def answer_static(request: Request, name: str) -> Response:
    """Return a stylesheet, a script or the clip."""
    if name not in CONTENT_TYPES:
        raise NotFound
    content = _content(name)
    response = Response(content, content_type=CONTENT_TYPES[name], headers={"Cache-Control": "max-age=60"})
    response.add_etag()
    return response.make_conditional(request.environ, accept_ranges=True, complete_length=len(content))
