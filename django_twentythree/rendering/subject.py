"""`Subject`, everything that rendering knows about one object, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django_twentythree.kinds import ObjectKind
from django_twentythree.rendering.links import clean_token, get_page_url


class Kind(StrEnum):
    """The kind of an object, which is also the name of its template."""

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
    """The reason why something is not shown."""

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
    """The parts of a picture's address."""

    tree_id: int | None
    photo_id: int | None
    token: str = field(repr=False)

    @property
    def is_complete(self) -> bool:
        """Whether the parts are enough for an address."""
        return bool(self.tree_id and self.photo_id and clean_token(self.token))


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One object with the values of its row and its workspace."""

    kind: Kind
    base_url: str
    """The site, such as `https://video.example.com`."""
    remote_id: int
    title: str
    """The `str()` of the object, which is never empty."""
    token: str = field(default="", repr=False)
    page_path: str = field(default="", repr=False)
    missing_since: datetime | None = None
    is_ready: bool = True
    """Whether the platform has something to play."""
    blocked_by: UnavailableReason | None = None
    """The reason why it is not public: UNPUBLISHED, HIDDEN or PRIVATE; None when it is public."""
    is_site_closed: bool = False
    """Whether the platform's site is closed, so that even published objects are not public."""
    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None
    renditions: Sequence[Mapping[str, Any]] = ()
    image: ImageSource | None = None
    """None when it has no picture."""

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
        """Return why it may not be shown; None when it may."""
        if self.missing_since is not None:
            return UnavailableReason.GONE
        if not self.is_ready:
            return UnavailableReason.NOTHING_TO_PLAY if self.kind == Kind.TEXT else UnavailableReason.UNENCODED
        return None if allow_unpublished else self.blocked_by

    def may_show_token(self, *, allow_unpublished: bool) -> bool:
        """Return whether a page may contain its token, which gives everybody access to the object."""
        return allow_unpublished or not (self.blocked_by or self.is_site_closed)

    def get_token(self, *, allow_unpublished: bool) -> str:
        """Return its token if a page may contain it, else ""."""
        return clean_token(self.token) if self.may_show_token(allow_unpublished=allow_unpublished) else ""
