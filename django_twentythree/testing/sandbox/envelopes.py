"""The envelope around an answer, and the formats it comes in.

Source: API reference, "Response formats" and "The JSON envelope".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from werkzeug.wrappers import Response

from django_twentythree.testing.sandbox.encoding import as_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_twentythree.testing.sandbox.calls import Answer
    from django_twentythree.testing.sandbox.refusals import Refusal

NO_XML: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<response status="error" code="no_xml" message="The sandbox writes no XML: ask with format=json and raw"/>'
)


def success(answer: Answer, *, level: str, endpoint: str, site: dict[str, Any]) -> dict[str, Any]:
    """Return the envelope of an answer that is not from the cache."""
    envelope: dict[str, Any] = {"status": "ok"}
    if answer.message:
        envelope["message"] = answer.message
    envelope |= {"permission_level": level, "cached": "0", **answer.payload}
    envelope |= {"p": str(answer.page), "size": str(answer.size)}
    if answer.total is not None:
        envelope["total_count"] = str(answer.total)
    # site/get has the key for itself.
    envelope.setdefault("site", site)
    envelope["endpoint"] = endpoint
    return envelope


def failure(refusal: Refusal, *, level: str, endpoint: str) -> dict[str, Any]:
    """Return the envelope of an error."""
    return {
        "status": "error",
        "message": refusal.message,
        "code": refusal.code,
        "permission_level": level,
        "endpoint": endpoint,
    }


def respond(envelope: Mapping[str, Any], params: Mapping[str, str]) -> Response:
    """Return an envelope as the parameters ask for it: bare JSON with `raw`, else JSON as a script.

    The platform answers in XML when no format is named. Nothing here reads that, so all that is written of it
    is how to ask.
    """
    if params.get("format") != "json":
        return Response(NO_XML, content_type="text/xml; charset=utf-8")
    if "raw" in params:
        return Response(as_json(envelope), content_type="application/json; charset=utf-8")
    return as_script(envelope, "var visual = ", "")


def as_script(envelope: Mapping[str, Any], head: str, tail: str) -> Response:
    """Return JSON between two pieces of JavaScript."""
    body = head.encode() + as_json(envelope) + tail.encode()
    return Response(body, content_type="text/javascript; charset=utf-8")
