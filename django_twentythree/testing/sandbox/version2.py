"""The answers of version 2 of the API: the result under `data`, numbers and booleans bare, HTTP status by the error.

Its objects are in `version2wire`, its methods in `methods.version2` and `methods.webhooks`.

Source: reference of version 2, section 4 (envelopes, statuses) and its samples.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from werkzeug.wrappers import Response

from django_twentythree.testing.sandbox.encoding import as_json
from django_twentythree.testing.sandbox.refusals import invalid_input

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_twentythree.testing.sandbox.calls import Answer
    from django_twentythree.testing.sandbox.refusals import Refusal

PREFIX: Final = "2/"
_STATUSES: Final = (
    (401, re.compile(r"missing_authentication|invalid_signature")),
    (403, re.compile(r"permission_denied")),
    (404, re.compile(r"no_such_\w+")),
    (406, re.compile(r"too_many_\w+")),
    (412, re.compile(r"(?<!\w)\w+?_not_(?:available|enabled)")),
    (500, re.compile(r"creation_error")),
)

# Words that version 1 alone has.
_CODES: Final = {"photo_not_found": "no_such_photo"}


def success(answer: Answer, params: Mapping[str, str], *, level: str) -> dict[str, Any]:
    """Return the envelope of an answer; `fields` chooses among the properties of its objects."""
    envelope: dict[str, Any] = {"status": "ok", "permission_level": level, "cached": False}
    if answer.message:
        envelope["message"] = answer.message
    envelope |= answer.payload
    envelope.setdefault("data", {})
    names = {name.strip() for name in params.get("fields", "").split(",")} - {""}
    if names:
        envelope["data"] = _choose(envelope["data"], names)
    return envelope


def _choose(data: Any, names: set[str]) -> Any:
    if isinstance(data, list):
        return [_choose(item, names) for item in data]
    return {key: value for key, value in data.items() if key in names}


def failure(refusal: Refusal, *, level: str, is_signed: bool) -> dict[str, Any]:
    """Return the envelope of an error."""
    code, message = _CODES.get(refusal.code, refusal.code), refusal.message
    if level == "none" and not is_signed:
        code, message = "missing_authentication", "The request could not be authenticated."
    return {"status": "error", "message": message, "code": code, "permission_level": level}


def check_body(mimetype: str) -> None:
    """Refuse a body that is not what version 2 reads.

    Source: reference of version 2, section 2: a form POST without its content type gave HTTP 400.
    """
    if mimetype not in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        raise invalid_input("The parameters of a POST belong into a form body")


def respond(envelope: Mapping[str, Any]) -> Response:
    """Return an envelope as JSON, which is the only format."""
    code = envelope.get("code", "")
    status = next((status for status, codes in _STATUSES if codes.fullmatch(code)), 400) if code else 200
    return Response(as_json(envelope), status=status, content_type="application/json; charset=utf-8")
