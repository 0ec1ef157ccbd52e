"""Sections (chapters) and subtitles of one photo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from django_twentythree.api.exceptions import UnexpectedResponseError
from django_twentythree.api.wire import WireObject


@dataclass(frozen=True, slots=True)
class SectionRecord:
    """A chapter. `description_html` is as received, which is plain text with line breaks."""

    remote_id: int
    start_seconds: float
    title: str
    description_html: str
    extra: dict[str, Any] = field(repr=False)

    @classmethod
    def from_wire(cls, item: Mapping[str, Any]) -> Self:
        """Read one object of a `photo/section/list` answer.

        Raises:
            UnexpectedResponseError: The object has no readable `section_id`. Nothing else raises.

        Source: methods-v1 section 7.
        """
        wire = WireObject(item)
        return cls(
            remote_id=wire.remote_id("section_id", "photo/section/list"),
            start_seconds=wire.decimal("start_time") or 0.0,
            title=wire.text("title"),
            description_html=wire.text("description"),
            extra=wire.rest(),
        )


@dataclass(frozen=True, slots=True)
class SubtitleRecord:
    """A subtitle file: `file_path` is relative to the site, `kind` is "general" unless told otherwise."""

    locale: str
    kind: str
    file_path: str
    is_default: bool
    extra: dict[str, Any] = field(repr=False)

    @classmethod
    def from_wire(cls, item: Mapping[str, Any]) -> Self:
        """Read one object of a `photo/subtitle/list` answer.

        Raises:
            UnexpectedResponseError: The object has no locale. Nothing else raises.

        Source: methods-v1 section 8.
        """
        wire = WireObject(item)
        locale = wire.text("locale")
        if not locale:
            raise UnexpectedResponseError("photo/subtitle/list", "a subtitle has no locale")
        return cls(
            locale=locale,
            kind=wire.text("type") or "general",
            file_path=wire.text("href"),
            is_default=wire.flag("default_p"),
            extra=wire.rest(),
        )
