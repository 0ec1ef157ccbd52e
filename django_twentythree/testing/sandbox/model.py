"""The things a TwentyThree site keeps, in the shape the sandbox remembers them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal

Kind = Literal["video", "audio", "image", "text"]
Wire = dict[str, Any]


class Removed:
    """The type of `REMOVED`, the override that leaves a key out of the answer."""

    def __repr__(self) -> str:
        return "REMOVED"


REMOVED: Final = Removed()


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody who uploads."""

    user_id: int
    username: str
    display_name: str


HIDDEN_AUTHOR: Final = Author(8123476, "__hidden", "")
DEFAULT_AUTHOR: Final = Author(8123477, "videodesk", "Video Desk")


@dataclass(slots=True, kw_only=True)
class Photo:
    """A video, an audio file or a still image. Times are epoch seconds, the length is in seconds."""

    photo_id: int
    token: str
    title: str = ""
    kind: Kind = "video"
    is_published: bool = True
    is_encoded: bool = True
    is_promoted: bool = False
    protection_method: str = ""
    album_ids: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    path: str = ""
    """The page, from the site root; empty: `/video/<id>`."""
    published_at: int = 0
    created_at: int = 0
    length: float | None = None
    width: int = 1920
    height: int = 1080
    author: Author = DEFAULT_AUTHOR
    view_count: int = 0
    content: str = ""
    live_id: int | None = None
    upload_token: str = ""
    overrides: Wire | None = None
    """Wire keys to send as they are, whatever the rest of the object says; custom variables too."""


@dataclass(slots=True, kw_only=True)
class Album:
    """A channel (category)."""

    album_id: int
    token: str
    title: str = ""
    content: str = ""
    is_hidden: bool = False
    created_at: int = 0
    author: Author = DEFAULT_AUTHOR
    overrides: Wire | None = None


@dataclass(slots=True, kw_only=True)
class Live:
    """A live stream or webinar. Times are epoch seconds, with fractions where the platform shows them."""

    live_id: int
    token: str
    name: str = ""
    description: str = ""
    album_id: int | None = None
    is_private: bool = False
    is_promoted: bool = False
    is_streaming: bool = False
    is_broadcasting: bool = False
    show_countdown: bool = True
    next_start_at: int | None = None
    created_at: float = 0.0
    updated_at: float = 0.0
    viewers: int = 0
    overrides: Wire | None = None


@dataclass(slots=True, kw_only=True)
class Player:
    """A set of player settings."""

    player_id: int
    name: str
    is_default: bool = False
    settings: dict[str, str] = field(default_factory=dict)
    overrides: Wire | None = None


@dataclass(slots=True, kw_only=True)
class Section:
    """A chapter of a video."""

    section_id: int
    start_time: str
    """Seconds as the wire has them: a decimal number in a string."""
    title: str
    description: str = ""
    overrides: Wire | None = None


@dataclass(frozen=True, slots=True)
class Cue:
    """One subtitle on the screen, in seconds."""

    begin: float
    end: float
    lines: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Subtitle:
    """The subtitles of a video in one language."""

    locale: str
    language: str
    kind: str = "general"
    is_default: bool = False
    is_draft: bool = False
    cues: tuple[Cue, ...] = ()
    overrides: Wire | None = None
