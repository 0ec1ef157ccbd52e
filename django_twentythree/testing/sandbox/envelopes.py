"""The envelope around an answer, and the formats it comes in.

Source: API reference, "Response formats" and "The JSON envelope".
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape, quoteattr

from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_twentythree.testing.sandbox.calls import Answer
    from django_twentythree.testing.sandbox.refusals import Refusal

SINGULARS: Final = {
    "photos": "photo",
    "albums": "album",
    "players": "player",
    "sections": "section",
    "attachments": "attachment",
    "tags": "tag",
    "relatedtags": "relatedtag",
    "users": "user",
    "comments": "comment",
    "licenses": "license",
    "actions": "action",
}
LONG_TEXTS: Final = re.compile(r"content|description|after_|before_|tags$")
_IDENTIFIER: Final = re.compile(r"[A-Za-z_$][\w$.]*")


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


def as_json(envelope: Mapping[str, Any]) -> bytes:
    """Return an envelope as JSON in UTF-8; a lone surrogate makes it ASCII with escapes."""
    try:
        return json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(envelope, separators=(",", ":")).encode()


def respond(envelope: Mapping[str, Any], params: Mapping[str, str]) -> Response:
    """Return an envelope in the format that the parameters ask for; XML when they ask for none."""
    if params.get("format", "xml") != "json":
        return Response(as_xml(envelope), content_type="text/xml; charset=utf-8")
    body = as_json(envelope)
    if "raw" in params:
        return Response(body, content_type="application/json; charset=utf-8")
    callback, variable = params.get("callback", ""), params.get("varname", "visual")
    if _IDENTIFIER.fullmatch(callback):
        return Response(callback.encode() + b"(" + body + b");", content_type="text/javascript; charset=utf-8")
    name = variable if _IDENTIFIER.fullmatch(variable) else "visual"
    return Response(b"var " + name.encode() + b" = " + body, content_type="text/javascript; charset=utf-8")


def as_xml(envelope: Mapping[str, Any]) -> str:
    """Return an envelope as XML: short values as attributes, objects and long texts as elements."""
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + _element("response", envelope)


def _element(name: str, values: Mapping[str, Any]) -> str:
    attributes, children = [], []
    for key, value in values.items():
        if isinstance(value, dict):
            children.append(_element(key, value))
        elif isinstance(value, list) and key == "tags" and all(isinstance(tag, str) for tag in value):
            children.append(f"<tags>{escape(_printable(','.join(value)))}</tags>")
        elif isinstance(value, list):
            children.extend(_element(SINGULARS.get(key, key), item) for item in value if isinstance(item, dict))
        elif LONG_TEXTS.match(key):
            children.append(f"<{key}>{escape(_printable(str(value)))}</{key}>")
        else:
            attributes.append(f" {key}={quoteattr(_printable(str(value)))}")
    return f"<{name}{''.join(attributes)}>{''.join(children)}</{name}>"


def _printable(text: str) -> str:
    # XML 1.0 has no way to write other control characters.
    return "".join(c for c in text if c >= " " or c in "\t\n\r").encode(errors="replace").decode()
