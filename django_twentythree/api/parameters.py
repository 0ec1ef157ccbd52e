"""A method and its parameters as one call: which verb, which path, every value as the platform wants it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePath
from typing import Any
from urllib.parse import quote, urlencode

from django_twentythree.api.verbs import VERSION_2, is_reading, takes_get

METHOD = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*")
# Both are separated by blanks on the wire; every other list is by commas.
SEPARATED_BY_BLANKS = frozenset({"tags", "countries"})
# Version 2 knows neither: it answers JSON, unwrapped (v2 section 2).
ALWAYS_IN_VERSION_1 = {"format": "json", "raw": "1"}
# Servers and proxies refuse request lines somewhere between 4 and 8 kB.
LONGEST_QUERY = 3500
# What one object is asked for by: itself, or what belongs to it.
OBJECT_IDS = frozenset({"photo_id", "album_id", "live_id"})
SECRET_NAMES = re.compile(r"token|secret|password|verification_data|key$|^target_url$")

File = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the platform, ready to be sent any number of times.

    Attributes:
        method: The method's path without `/api/`, such as "photo/list"; "2/webhook/list" is one of version 2.
        is_read: Whether it changes nothing, so that a lost answer may be asked for again.
        fields: The parameters as the platform wants them; not in the `repr`, because some open something.
        files: The files of a multipart body.
    """

    method: str
    is_read: bool
    fields: Mapping[str, str] = field(repr=False)
    files: Mapping[str, File] = field(repr=False)

    @classmethod
    def build(cls, method: str, parameters: Mapping[str, Any]) -> Call:
        """Return the call of a method.

        Raises:
            ValueError: The method is no path of the API, or a parameter has an impossible value.
            TypeError: A parameter has a type that the platform has no spelling for, such as a date, whose
                format and zone differ from method to method.

        Source: README section 1 (verbs, booleans, lists).
        """
        name = method_path(method)
        files = {key: _file(key, value) for key, value in parameters.items() if _is_file(value)}
        fields = {
            key: _spelled(key, value) for key, value in parameters.items() if key not in files and value is not None
        }
        always = {} if name.startswith(VERSION_2) else ALWAYS_IN_VERSION_1
        for key, value in always.items():
            if fields.setdefault(key, value) != value:
                raise ValueError(f"The client always asks for {key}={value}; leave {key!r} out.")
        return cls(name, not files and is_reading(name), fields, files)

    @property
    def path(self) -> str:
        """Path on the site."""
        return f"/api/{self.method}"

    @property
    def encoded_fields(self) -> str:
        """The fields as in a query or a form, with blanks as %20, which no signature misunderstands."""
        return urlencode(self.fields, quote_via=quote)

    @property
    def is_get(self) -> bool:
        """Whether to send it by GET. Long queries go by POST, which the platform allows on any call.

        Source: README section 1; v2 section 2 ("either verb").
        """
        return not self.files and takes_get(self.method) and len(self.encoded_fields) <= LONGEST_QUERY

    @property
    def is_about_an_object(self) -> bool:
        """Whether it is a question about one object or what belongs to it, rather than the site or a whole listing."""
        return self.is_read and not OBJECT_IDS.isdisjoint(self.fields)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Values that open something and must not appear in a message."""
        return tuple(value for key, value in self.fields.items() if SECRET_NAMES.search(key))


def in_version(version: int, method: str) -> str:
    """Return a method's path in a version of the API; one that names its version stays as it is.

    Raises:
        ValueError: It is no path of the API.
    """
    name = method_path(method)
    return name if version == 1 or name.startswith(VERSION_2) else f"{VERSION_2}{name}"


def method_path(method: str) -> str:
    """Return "photo/list" for "photo/list", "/api/photo/list" or "api/photo/list/".

    Raises:
        ValueError: It is no path of the API.
    """
    name = method.strip("/").removeprefix("api/")
    if not METHOD.fullmatch(name):
        raise ValueError(f"{method!r} is no method of the platform; write one like 'photo/list'.")
    return name


def _spelled(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, str):
        return value
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{key} must be a finite number, not {value}.")
    if isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, list | tuple):
        return _joined(key, value)
    raise TypeError(
        f"{key} cannot be a {type(value).__name__}: give text, a number, a bool, a list of them, "
        "an open binary file or a (name, bytes) pair."
    )


def _joined(key: str, values: Sequence[Any]) -> str:
    parts = [_spelled(key, value) for value in values if value is not None]
    if key in SEPARATED_BY_BLANKS:
        return " ".join(f'"{part}"' if " " in part else part for part in parts)
    return ",".join(parts)


def _is_file(value: Any) -> bool:
    if isinstance(value, tuple):
        return len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], bytes)
    return hasattr(value, "read")


def _file(key: str, value: Any) -> File:
    if isinstance(value, tuple):
        return value
    # Read once, here: a second attempt would find an open file at its end.
    content = value.read()
    if not isinstance(content, bytes):
        raise TypeError(f"{key} must be opened in binary mode.")
    name = getattr(value, "name", None)
    return (PurePath(name).name if isinstance(name, str) else key, content)
