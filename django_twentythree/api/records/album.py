"""An album, which people see as a category or channel, as `album/list` sends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any, Self

from django_twentythree.api.wire import WireObject


@dataclass(frozen=True, slots=True)
class AlbumRecord:
    """One album as the platform describes it.

    Below level `read` it sends neither the token ("") nor whether the album is hidden (False).
    `unset` names the fields that the answer did not speak of.
    """

    remote_id: int
    token: str = field(repr=False)
    title: str
    page_path: str
    description_html: str
    description_text: str
    is_hidden: bool
    created_at: datetime | None
    author_name: str
    extra: dict[str, Any] = field(repr=False)
    unset: frozenset[str] = frozenset()

    @classmethod
    def from_wire(cls, item: Mapping[str, Any], *, time_zone: tzinfo = UTC) -> Self:
        """Read one object of an `album/list` answer.

        Args:
            item: The decoded JSON object.
            time_zone: Zone of `creation_date_ansi`, which has none; albums have no epoch.

        Raises:
            UnexpectedResponseError: The object has no readable `album_id`. Nothing else raises.

        Source: methods-v1 section 3.
        """
        wire = WireObject(item, time_zone)
        return cls(
            remote_id=wire.remote_id("album_id", "album/list"),
            token=wire.text("token"),
            title=wire.text("title"),
            page_path=wire.text("one"),
            description_html=wire.text("content"),
            description_text=wire.text("content_text"),
            is_hidden=wire.flag("hide_p"),
            created_at=wire.moment("creation_date_epoch", "creation_date_ansi"),
            author_name=wire.text("display_name"),
            extra=wire.rest(),
        )
