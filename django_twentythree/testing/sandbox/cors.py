"""Requests from pages of other sites: allowed for uploads, or not at all.

Which of the two the platform does is documented nowhere, so that a sandbox plays both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from django_twentythree.testing.sandbox.site import Site

UPLOAD: Final = "/photo/redeem-upload-token"


def is_upload(path: str) -> bool:
    """Return whether an address takes files from browsers, in either version of the API."""
    return path.rstrip("/").endswith(UPLOAD)


def is_preflight(request: Request) -> bool:
    """Return whether a browser asks what it may send."""
    return request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers


def answer_preflight(site: Site, request: Request) -> Response:
    """Tell a browser what it may send."""
    response = Response(status=204)
    if is_upload(request.path):
        allow(site, response)
    return response


def allow(site: Site, response: Response) -> None:
    """Let pages of other sites read an answer, where the settings say so."""
    if site.settings.has_cors:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Allow-Methods"] = "GET, POST"
        response.headers["Access-Control-Allow-Headers"] = "Content-Type"
