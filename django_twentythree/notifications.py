"""Read pingbacks and webhooks: request bytes in, hints and a storable payload out, however odd the body.

The platform documents one shape only (`?type=photo&photo_id=…`) and signs nothing, so a body is a hint which
object to fetch again and never data. Nothing here raises over what was sent.

Source: webhook reference, sections 4 (delivery), 5 (pingback) and 6 (rules for receivers).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from django.core.exceptions import SuspiciousOperation
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from django_twentythree.folding import replace_unwritable
from django_twentythree.ids import LARGEST_ID, read_id
from django_twentythree.kinds import KINDS_BY_WORD, ObjectKind

BODY_LIMIT_BYTES = 256 * 1024
"""Larger bodies are not looked at."""
LARGE_BYTES = 8 * 1024
"""Many notifications larger than this are sent to fill a database."""
EVENT_LIMIT = 100
"""Characters kept of an event's name."""
HINT_LIMIT = 100
"""Objects read from one notification; one that names more calls for a look at the newest instead."""
REDUCED = "Only the objects that it names were kept, to save room."

_NESTING_KEYS = (
    *("data", "object", "payload", "item", "items"),
    *KINDS_BY_WORD,
    *(f"{kind.wire}s" for kind in ObjectKind),
)
_NESTING_LIMIT = 2
_DEPTH_LIMIT = 16  # MariaDB refuses JSON nested deeper than 32
_FIELD_LIMIT = 1_000

_UNLIKE_FORMS = re.compile(r"[\s{}<>\"]")


@dataclass(frozen=True, slots=True)
class Hint:
    """One object of the platform that may have changed."""

    kind: ObjectKind
    id: int


@dataclass(frozen=True, slots=True)
class Hints:
    """The objects that one notification names.

    Attributes:
        named: Each once, in the order of their appearance; the first `HINT_LIMIT` of them.
        has_more: Whether it names more.
    """

    named: list[Hint]
    has_more: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """The hints of one notification."""

    payload: dict[str, Any]
    """The request as JSON that every database stores."""
    hints: tuple[Hint, ...]
    """The objects named, each once, in the order of their appearance; the first `HINT_LIMIT` of them."""
    is_large: bool = False
    """Whether it is larger than any that the platform is known to send."""


def read_notification(query_string: str, content_type: str, body: bytes | None) -> Reading:
    """Read what the platform sent.

    Args:
        query_string: Of the URL, still encoded.
        content_type: The header; may be empty or wrong.
        body: None when there is one that was too large or broke off.

    Returns:
        The payload under the keys `query`, `form`, `json` (`raw` where the body was neither form nor JSON;
        `note` where it was not read at all), and the hints in it.
    """
    payload: dict[str, Any] = {}
    if fields := _read_fields(query_string):
        payload["query"] = fields
    if body is None:
        payload["note"] = f"The body broke off, or was larger than {BODY_LIMIT_BYTES // 1024} KiB; it was not read."
    elif body.strip():
        payload.update(_read_body(content_type, body))
    size = len(query_string) + len(body or b"")
    return Reading(payload, tuple(read_hints(payload)), is_large=size > LARGE_BYTES)


def read_hints(payload: Any) -> list[Hint]:
    """Return the objects that a payload names, each once, the first `HINT_LIMIT` of them."""
    return find_hints(payload).named


def find_hints(payload: Any) -> Hints:
    """Return the objects that a payload names, and whether there are too many; also of one from the database."""
    if not isinstance(payload, Mapping):
        return Hints([], has_more=False)
    found: dict[Hint, None] = {}
    for part in ("query", "form", "json"):
        for hint in _iter_hints(payload.get(part), depth=0):
            if hint not in found and len(found) == HINT_LIMIT:
                return Hints(list(found), has_more=True)
            found[hint] = None
    return Hints(list(found), has_more=payload.get("has_more") is True)


def reduce_payload(payload: Any) -> dict[str, Any]:
    """Return a small payload with the same hints; whether there were more of them, it says in a key of its own."""
    hints = find_hints(payload)
    ids: dict[str, list[int]] = {}
    for hint in hints.named:
        ids.setdefault(hint.kind.id_key, []).append(hint.id)
    return {"note": REDUCED, "json": ids} | ({"has_more": True} if hints.has_more else {})


def clean_event(name: str) -> str:
    """Return an event's name as it may be stored and shown."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in name[:EVENT_LIMIT])


def _read_body(content_type: str, body: bytes) -> dict[str, Any]:
    # The form comes first where it is announced as one, but `curl --data '{…}'` announces JSON as a form too.
    text = body.decode("utf-8-sig", "replace")
    if text.lstrip().startswith(("{", "[")):
        try:
            return {"json": _clean(_read_json(text))}
        except (ValueError, RecursionError):
            pass
    if content_type.lower().startswith("multipart/"):
        fields = _read_multipart(content_type, body)
    elif "=" in text and (_is_form(content_type) or not _UNLIKE_FORMS.search(text.strip())):
        fields = _read_fields(text.strip())
    else:
        fields = {}
    return {"form": fields} if fields else {"raw": replace_unwritable(text)}


def _is_form(content_type: str) -> bool:
    return content_type.lower().startswith("application/x-www-form-urlencoded")


def _read_json(text: str) -> Any:
    return json.loads(text, parse_int=_read_integer, parse_constant=lambda _: None)


def _read_integer(digits: str) -> int | str:
    """Return the number, or its digits where no database column holds it."""
    if len(digits) <= 19 and -LARGEST_ID <= int(digits) <= LARGEST_ID:
        return int(digits)
    return digits


def _read_fields(text: str) -> dict[str, Any]:
    return _gather(parse_qsl(text, keep_blank_values=True, errors="replace"))


def _read_multipart(content_type: str, body: bytes) -> dict[str, Any]:
    meta = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": len(body)}
    try:
        # Without upload handlers: files are passed over.
        fields, _ = MultiPartParser(meta, BytesIO(body), [], "utf-8").parse()
    except (MultiPartParserError, SuspiciousOperation):
        return {}
    return _gather((name, value) for name, values in fields.lists() for value in values)


def _gather(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return fields as a dictionary: a text where a name came once, a list where it came again."""
    found: dict[str, list[str]] = {}
    for (name, value), _ in zip(pairs, range(_FIELD_LIMIT), strict=False):
        found.setdefault(replace_unwritable(name), []).append(replace_unwritable(str(value)))
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _clean(value: Any, depth: int = 0) -> Any:
    """Return JSON that PostgreSQL, MariaDB and SQLite store."""
    if isinstance(value, str):
        return replace_unwritable(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict | list) and depth >= _DEPTH_LIMIT:
        return "…"
    if isinstance(value, dict):
        return {replace_unwritable(key): _clean(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item, depth + 1) for item in value]
    return value


def _iter_hints(part: Any, *, depth: int) -> Iterator[Hint]:
    if isinstance(part, list):
        for item in part:
            if isinstance(item, Mapping):
                yield from _iter_hints(item, depth=depth)
    elif isinstance(part, Mapping):
        for kind in ObjectKind:
            yield from (Hint(kind, number) for number in _iter_ids(part.get(kind.id_key)))
        if kind_named := _read_kind(part.get("object_type")) or _read_kind(part.get("type")):
            yield from (Hint(kind_named, number) for number in _iter_ids(part.get("object_id")))
        if depth < _NESTING_LIMIT:
            for key in _NESTING_KEYS:
                yield from _iter_hints(_unpack(part.get(key)), depth=depth + 1)


def _unpack(value: Any) -> Any:
    """Return what a text is JSON of, as some senders put it into a field of a form; anything else as it is."""
    if isinstance(value, str) and value.lstrip().startswith(("{", "[")):
        with suppress(ValueError, RecursionError):
            return _read_json(value)
    return value


def _read_kind(value: Any) -> ObjectKind | None:
    return KINDS_BY_WORD.get(value.strip().lower()) if isinstance(value, str) else None


def _iter_ids(value: Any) -> Iterator[int]:
    for item in value if isinstance(value, list) else [value]:
        is_told = isinstance(item, str | int) and not isinstance(item, bool)
        if is_told and (number := read_id(str(item).strip())):
            yield number
