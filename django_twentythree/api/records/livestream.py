"""A live stream or webinar, as `live/list` sends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any, Self

from django_twentythree.api.wire import WireObject


@dataclass(frozen=True, slots=True)
class LiveStreamRecord:
    """One live stream as the platform describes it.

    `is_broadcasting` and `is_private` are None when this permission level is not told. `starts_at` and
    `ends_at` are None where the wire has no source for them, as in version 1. `hls_url` is "" unless it is
    http or https. `unset` names the fields that the answer did not speak of.
    """

    remote_id: int
    token: str = field(repr=False)
    name: str
    page_path: str
    description_html: str
    description_text: str
    is_streaming: bool
    is_broadcasting: bool | None
    is_promoted: bool
    is_private: bool | None
    show_countdown: bool
    next_start_at: datetime | None
    starts_at: datetime | None
    ends_at: datetime | None
    hls_url: str
    album_id: int | None
    thumbnail_tree_id: int | None
    thumbnail_photo_id: int | None
    thumbnail_token: str = field(repr=False)
    preview_tree_id: int | None
    preview_photo_id: int | None
    preview_token: str = field(repr=False)
    extra: dict[str, Any] = field(repr=False)
    unset: frozenset[str] = frozenset()

    @classmethod
    def from_wire(cls, item: Mapping[str, Any], *, time_zone: tzinfo = UTC) -> Self:
        """Read one object of a `live/list` answer.

        Args:
            item: The decoded JSON object.
            time_zone: Zone of dates that come without an offset.

        Raises:
            UnexpectedResponseError: The object has no readable `live_id`. Nothing else raises.

        Source: methods-v1 section 4, README section 6 (timestamps with a short offset).
        """
        wire = WireObject(item, time_zone)
        return cls(
            remote_id=wire.remote_id("live_id", "live/list"),
            token=wire.text("token"),
            name=wire.text("name"),
            page_path=wire.text("link"),
            description_html=wire.text("description_html") or wire.text("description"),
            description_text=wire.text("description_text"),
            is_streaming=wire.flag("streaming_p"),
            is_broadcasting=wire.optional_flag("broadcasting_p"),
            is_promoted=wire.flag("promoted_p"),
            is_private=wire.optional_flag("private_p"),
            show_countdown=wire.flag("show_countdown_p"),
            next_start_at=wire.moment("next_start_time_epoch", "next_start_time"),
            starts_at=wire.moment("start_time_epoch", "start_time"),
            ends_at=wire.moment("end_time_epoch", "end_time"),
            hls_url=_web_url(wire, "hls_stream"),
            album_id=wire.reference("album_id"),
            thumbnail_tree_id=wire.integer("thumbnail_tree_id"),
            thumbnail_photo_id=wire.integer("thumbnail_photo_id"),
            thumbnail_token=wire.text("thumbnail_token"),
            preview_tree_id=wire.integer("preview_tree_id"),
            preview_photo_id=wire.integer("preview_photo_id"),
            preview_token=wire.text("preview_token"),
            extra=wire.rest(),
        )


def _web_url(wire: WireObject, key: str) -> str:
    value = wire.raw(key)
    if value in (None, ""):
        wire.take(key)
    elif isinstance(value, str) and value.lower().startswith(("http://", "https://")):
        wire.take(key)
        return value
    return ""
