"""The way in: which part of the sandbox answers a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.exceptions import HTTPException, MethodNotAllowed

from django_twentythree.testing.sandbox import control, cors, media, pages
from django_twentythree.testing.sandbox.api import answer_api
from django_twentythree.testing.sandbox.disruptions import Disruption
from django_twentythree.testing.sandbox.oembed import answer_oembed

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

    from django_twentythree.testing.sandbox.site import Site


class Application:
    """Answers requests for one site."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def answer(self, request: Request) -> Response | Disruption:
        """Return what to send, or how to break the connection."""
        path = request.path
        try:
            if path.startswith("/api/"):
                return self._answer_api(request)
            if path == "/sandbox" or path.startswith("/sandbox/"):
                return control.answer(self.site, request)
            if request.method not in {"GET", "HEAD"}:
                raise MethodNotAllowed(["GET", "HEAD"])
            if path == "/oembed":
                return answer_oembed(self.site, request)
            return media.answer(self.site, request) or pages.answer(self.site, request)
        except HTTPException as refusal:
            return refusal.get_response(request.environ)

    def _answer_api(self, request: Request) -> Response | Disruption:
        if cors.is_preflight(request):
            return cors.answer_preflight(self.site, request)
        answer = answer_api(self.site, request)
        if cors.is_upload(request.path) and not isinstance(answer, Disruption):
            cors.allow(self.site, answer)
        return answer
