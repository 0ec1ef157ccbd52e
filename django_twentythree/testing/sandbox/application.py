"""The way in: which part of the sandbox answers a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from django_twentythree.testing.sandbox import cors, media, pages
from django_twentythree.testing.sandbox.api import answer_api
from django_twentythree.testing.sandbox.disruptions import Disruption
from django_twentythree.testing.sandbox.oembed import answer_oembed
from django_twentythree.testing.sandbox.steering import answer_command

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Request, Response

    from django_twentythree.testing.sandbox.site import Site


class Application:
    """Answers requests for one site."""

    def __init__(self, site: Site, answer_control: Callable[[Site, Request], Response] | None = None) -> None:
        """Answer for a site.

        Args:
            site: What is asked about.
            answer_control: Answers under `/sandbox/`, save commands; None: there are no such pages.
        """
        self.site = site
        self._answer_control = answer_control

    def answer(self, request: Request) -> Response | Disruption:
        """Return what to send, or how to break the connection."""
        path = request.path
        try:
            if path.startswith("/api/"):
                return self._answer_api(request)
            if path == "/sandbox" or path.startswith("/sandbox/"):
                return self._answer_sandbox(request)
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

    def _answer_sandbox(self, request: Request) -> Response:
        if request.path.startswith("/sandbox/api/"):
            return answer_command(self.site, request)
        if self._answer_control is None:
            raise NotFound("This sandbox has no control page.")
        return self._answer_control(self.site, request)
