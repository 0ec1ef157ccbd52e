"""A photo, which is a video, an audio file, a still image or a text, as `photo/list` sends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any, Literal, Self

from django_twentythree.api.records.renditions import Rendition, read_dimensions, read_renditions
from django_twentythree.api.wire import WireObject, read_flag, read_remote_id

Kind = Literal["video", "audio", "image", "text"]


@dataclass(frozen=True, slots=True)
class PhotoRecord:
    """One photo as the platform describes it.

    `duration_seconds` is None until a video is encoded. `width` and `height` are those of the medium video,
    else of the large image, else of the original. `hidden_album_id` is the first album's id where the platform
    says that it is hidden: below level `read` that is all it tells of hidden albums. `has_live_id` is whether
    `live_id` was sent at all, which version 1 is not documented to do. `extra` has everything received that is
    nowhere else. `unset` names the fields that the answer did not speak of.
    """

    remote_id: int
    token: str = field(repr=False)
    title: str
    kind: Kind
    is_published: bool
    is_encoded: bool
    is_promoted: bool
    is_protected: bool
    page_path: str
    tree_id: int | None
    description_html: str
    description_text: str
    duration_seconds: float | None
    width: int | None
    height: int | None
    published_at: datetime | None
    uploaded_at: datetime | None
    view_count: int
    author_name: str
    renditions: list[Rendition]
    album_ids: tuple[int, ...]
    hidden_album_id: int | None
    tags: tuple[str, ...]
    has_subtitles: bool
    has_sections: bool
    live_id: int | None
    has_live_id: bool
    extra: dict[str, Any] = field(repr=False)
    unset: frozenset[str] = frozenset()

    @classmethod
    def from_wire(cls, item: Mapping[str, Any], *, time_zone: tzinfo = UTC) -> Self:
        """Read one object of a `photo/list` answer.

        Args:
            item: The decoded JSON object.
            time_zone: Zone of its dates where no epoch is sent.

        Raises:
            UnexpectedResponseError: The object has no readable `photo_id`. Nothing else raises.

        Source: methods-v1 section 1, README sections 5, 6 and 19.
        """
        wire = WireObject(item, time_zone)
        width, height = read_dimensions(wire)
        hidden_album_id = read_remote_id(item.get("album_id")) if read_flag(item.get("album_hide_p")) else None
        return cls(
            remote_id=wire.remote_id("photo_id", "photo/list"),
            token=wire.text("token"),
            title=wire.text("title"),
            kind=_kind(wire),
            is_published=wire.flag("published_p"),
            is_encoded=wire.flag("video_encoded_p"),
            is_promoted=wire.flag("promoted_p"),
            is_protected=wire.flag("protected_p"),
            page_path=wire.text("one"),
            tree_id=wire.integer("tree_id"),
            description_html=wire.text("content"),
            description_text=wire.text("content_text"),
            duration_seconds=wire.decimal("video_length"),
            width=width,
            height=height,
            published_at=wire.moment("publish_date_epoch", "publish_date_ansi"),
            uploaded_at=wire.moment("creation_date_epoch", "creation_date_ansi"),
            view_count=wire.integer("view_count") or 0,
            author_name=wire.text("display_name"),
            renditions=read_renditions(wire),
            album_ids=_album_ids(wire),
            hidden_album_id=hidden_album_id,
            tags=_tags(wire),
            has_subtitles=wire.flag("subtitles_p"),
            has_sections=wire.flag("sections_p"),
            live_id=wire.reference("live_id"),
            has_live_id="live_id" in item,
            extra=wire.rest(),
        )


def _kind(wire: WireObject) -> Kind:
    kinds: tuple[tuple[Kind, str], ...] = (
        ("text", "text_only_p"),
        ("video", "video_p"),
        ("audio", "audio_p"),
    )
    told = [(kind, key) for kind, key in kinds if wire.flag(key)]
    # Of several kinds the column can hold one; the rest stays visible.
    wire.put_back(*(key for _, key in told[1:]))
    return told[0][0] if told else "image"


def _album_ids(wire: WireObject) -> tuple[int, ...]:
    """Return the ids of `all_albums`, each once, or of `album_id` where there are none.

    Source: README section 5: one string of ids separated by blanks.
    """
    value = wire.raw("all_albums")
    parts = value if isinstance(value, list) else str("" if value is None else value).replace(",", " ").split()
    ids = dict.fromkeys(read_remote_id(part) for part in parts)
    if None not in ids:
        wire.take("all_albums")
    known = [number for number in ids if number is not None]
    first = read_remote_id(wire.raw("album_id"))
    if first is not None and not known:
        known = [first]
    if wire.raw("album_id") in (None, "") or first in known:
        wire.take("album_id")
    return tuple(known)


def _tags(wire: WireObject) -> tuple[str, ...]:
    """Return the tags, each once, in the order received.

    Source: README section 5; the XML form is one text joined by commas.
    """
    value = wire.raw("tags")
    parts: list[Any] = []
    if isinstance(value, str):
        parts = [part.strip() for part in value.split(",")]
    elif isinstance(value, list):
        parts = value
    tags = [_tag(part) for part in parts]
    if None not in tags and isinstance(value, str | list | None):
        wire.take("tags")
    return tuple(dict.fromkeys(tag for tag in tags if tag and not tag.isspace()))


def _tag(value: Any) -> str | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else None
