"""The templates of the sandbox's own pages, and the files beside them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

PACKAGE: Final = "django_twentythree.testing.sandbox"
CONTENT_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".webm": "video/webm",
}


@cache
def _environment(packages: tuple[str, ...]) -> Environment:
    return Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in packages]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, *, packages: tuple[str, ...] = (PACKAGE,), status: int = 200, **context: Any) -> Response:
    """Return a page. Values are escaped; the first of the packages that has a template gives it."""
    page = _environment(packages).get_template(template).render(context)
    return Response(
        page.encode(errors="replace"),
        status=status,
        content_type="text/html; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )


@cache
def _contents(package: str) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in files(package).joinpath("static").iterdir() if file.is_file()}


def answer_static(request: Request, name: str, *, package: str = PACKAGE) -> Response:
    """Return a stylesheet, a script or the clip from the directory `static` of a package; 404 for other names."""
    content = _contents(package).get(name)
    content_type = CONTENT_TYPES.get(PurePath(name).suffix)
    if content is None or content_type is None:
        raise NotFound
    response = Response(content, content_type=content_type, headers={"Cache-Control": "max-age=60"})
    response.add_etag()
    return response.make_conditional(request.environ, accept_ranges=True, complete_length=len(content))
