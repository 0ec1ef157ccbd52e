"""`Subject`: all that rendering knows of one object, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django_twentythree.kinds import ObjectKind
from django_twentythree.rendering.links import clean_token, get_page_url


class Kind(StrEnum):
    """What an object is: the name of its template, too."""

    VIDEO = "video"
    AUDIO = "audio"
    IMAGE = "image"
    TEXT = "text"
    LIVESTREAM = "livestream"
    ALBUM = "album"

    @property
    def object_kind(self) -> ObjectKind:
        """The kind of object; to the platform, the first four are photos."""
        return ObjectKind(self.value) if self.value in set(ObjectKind) else ObjectKind.PHOTO


class UnavailableReason(StrEnum):
    """Why something is not shown."""

    NOT_CHOSEN = "not_chosen"
    UNKNOWN_ADDRESS = "unknown_address"
    GONE = "gone"
    UNENCODED = "unencoded"
    NOTHING_TO_PLAY = "nothing_to_play"
    UNPUBLISHED = "unpublished"
    HIDDEN = "hidden"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSource:
    """What the address of a picture is made of."""

    tree_id: int | None
    photo_id: int | None
    token: str = field(repr=False)

    @property
    def is_complete(self) -> bool:
        """Whether an address can be made of it."""
        return bool(self.tree_id and self.photo_id and clean_token(self.token))


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One object, as its row and its workspace describe it."""

    kind: Kind
    base_url: str
    """The site, such as `https://video.example.com`."""
    remote_id: int
    title: str
    """Never empty: `str()` of the object."""
    token: str = field(default="", repr=False)
    page_path: str = field(default="", repr=False)
    missing_since: datetime | None = None
    is_ready: bool = True
    """Whether the platform has something to play."""
    blocked_by: UnavailableReason | None = None
    """What keeps it from the public: UNPUBLISHED, HIDDEN, PRIVATE; None when it is public."""
    is_site_closed: bool = False
    """Whether the site shows even what is published to its own visitors only."""
    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None
    renditions: Sequence[Mapping[str, Any]] = ()
    image: ImageSource | None = None
    """None when there is no picture of it."""

    @property
    def key(self) -> str:
        """The platform's word for it in player addresses: `photo`, `album` or `live`."""
        return self.kind.object_kind.wire

    @property
    def page_url(self) -> str:
        """The address of its page on the platform, without a token."""
        fallback = f"/{self.kind.object_kind.page}/{self.remote_id}"
        return get_page_url(self.base_url, self.page_path, fallback, self.token)

    def get_obstacle(self, *, allow_unpublished: bool) -> UnavailableReason | None:
        """Return why it may not be shown, None when it may."""
        if self.missing_since is not None:
            return UnavailableReason.GONE
        if not self.is_ready:
            return UnavailableReason.NOTHING_TO_PLAY if self.kind == Kind.TEXT else UnavailableReason.UNENCODED
        return None if allow_unpublished else self.blocked_by

    def may_show_token(self, *, allow_unpublished: bool) -> bool:
        """Return whether its token may stand on a page: it opens the object to whoever holds it."""
        return allow_unpublished or not (self.blocked_by or self.is_site_closed)

    def get_token(self, *, allow_unpublished: bool) -> str:
        """Return the token that may stand on a page, "" when none may."""
        return clean_token(self.token) if self.may_show_token(allow_unpublished=allow_unpublished) else ""
