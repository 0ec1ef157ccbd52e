"""Changes in the words of the wire: what `add_photo(title=..., published_p=0)` and its like mean.

A key that the platform derives something from (a title has a search, a flag has a filter) changes the object.
Beside that the value itself is kept as given and sent as it is, so that a test can have any spelling.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django_twentythree.testing.sandbox.model import REMOVED, Author

if TYPE_CHECKING:
    from collections.abc import Callable

    from django_twentythree.testing.sandbox.library import Library
    from django_twentythree.testing.sandbox.model import Album, Live, Photo, Player, Wire

EPOCHS = range(-60_000_000_000, 250_000_000_000)
"""The moments that a calendar can show: the years 68 to 9892."""


def read_number(value: object) -> int | None:
    """Return an id or a count; None for everything else."""
    try:
        return int(str(value).strip())
    except ValueError:
        return None


def read_flag(value: object) -> bool:
    """Return what a flag means in any of its spellings."""
    return str(value).strip().lower() in {"1", "t", "true"}


def read_seconds(value: object) -> float | None:
    """Return a length; None when it has no finite, sensible one."""
    try:
        found = float(str(value))
    except ValueError:
        return None
    return found if 0 <= found < 10**9 else None


def read_ids(value: object) -> tuple[int, ...]:
    """Return ids from a list, a number, or text with blanks or commas between them."""
    parts = value if isinstance(value, list) else str(value).replace(",", " ").split()
    found = [read_number(part) for part in parts]
    return tuple(dict.fromkeys(number for number in found if number is not None))


def edit_photo(library: Library, photo: Photo, wire: Wire) -> set[str]:
    """Change a photo, and return the names of the changes that a pingback or a webhook may announce."""
    before = _announced_parts(photo)
    overrides = dict(photo.overrides or {})
    for key, value in wire.items():
        overrides.pop(key, None)
        if value is REMOVED or not _PHOTO_KEYS.get(key, _nothing)(photo, value):
            overrides[key] = value
    if "one" in wire and isinstance(wire["one"], str):
        library.give_path(photo, wire["one"])
    photo.overrides = overrides or None
    library.mark_changed()
    after = _announced_parts(photo)
    return {name for name, value in after.items() if value != before[name]}


def _announced_parts(photo: Photo) -> dict[str, object]:
    return {
        "title": photo.title,
        "description": photo.content,
        "tags": photo.tags,
        "albums": photo.album_ids,
        "encoding": photo.is_encoded,
        "publication": photo.is_published,
    }


def forget_overrides(photo: Photo, *keys: str) -> None:
    """Let the platform's own value show again, because it was changed in the platform's own way."""
    if photo.overrides:
        photo.overrides = {k: v for k, v in photo.overrides.items() if k not in keys} or None


def edit_album(library: Library, album: Album, wire: Wire) -> None:
    """Change an album."""
    _edit(album, wire, _ALBUM_KEYS)
    library.mark_changed()


def edit_live(library: Library, live: Live, wire: Wire) -> None:
    """Change a live stream, and the date of its last change."""
    _edit(live, wire, _LIVE_KEYS)
    library.touch_live(live)


def edit_player(library: Library, player: Player, wire: Wire) -> None:
    """Change a player; making it the default takes that from the others."""
    _edit(player, wire, _PLAYER_KEYS)
    if player.is_default:
        for other in library.players.values():
            other.is_default = other is player
    library.mark_changed()


def _edit(target: Any, wire: Wire, known: dict[str, Callable[[Any, Any], bool]]) -> None:
    overrides = dict(target.overrides or {})
    for key, value in wire.items():
        overrides.pop(key, None)
        if value is REMOVED or not known.get(key, _nothing)(target, value):
            overrides[key] = value
    target.overrides = overrides or None


# Each of the following changes an object by one wire value, and returns whether the platform would then write
# that very value by itself; if not, the value is kept as an override.


def _nothing(target: object, value: object) -> bool:
    return False


def _text(name: str) -> Callable[[Any, Any], bool]:
    def change(target: Any, value: Any) -> bool:
        if isinstance(value, str):
            setattr(target, name, value)
            return True
        return False

    return change


def _flag(name: str) -> Callable[[Any, Any], bool]:
    def change(target: Any, value: Any) -> bool:
        setattr(target, name, read_flag(value))
        return type(value) is int and value in {0, 1}

    return change


def _count(name: str) -> Callable[[Any, Any], bool]:
    def change(target: Any, value: Any) -> bool:
        found = read_number(value)
        if found is not None:
            setattr(target, name, found)
        return found is not None and value == str(found)

    return change


def _epoch(name: str, *, may_be_empty: bool = False) -> Callable[[Any, Any], bool]:
    def change(target: Any, value: Any) -> bool:
        found = read_number(value)
        if value == "" and may_be_empty:
            setattr(target, name, None)
            return True
        if found is None or found not in EPOCHS:
            return False
        setattr(target, name, found)
        return bool(value == str(found))

    return change


def _link(name: str) -> Callable[[Any, Any], bool]:
    # An id may be given as a number: nobody who names an album means an odd spelling of its id.
    def change(target: Any, value: Any) -> bool:
        found = read_number(value)
        if found is None and value not in {"", None}:
            return False
        setattr(target, name, found)
        return True

    return change


def _kind(kind: str) -> Callable[[Photo, Any], bool]:
    def change(photo: Photo, value: Any) -> bool:
        is_set = read_flag(value)
        if is_set:
            photo.kind = kind  # type: ignore[assignment]
        elif photo.kind == kind:
            photo.kind = "image"
        return type(value) is int and value in {0, 1}

    return change


def _albums(photo: Photo, value: Any) -> bool:
    ids = read_ids(value)
    photo.album_ids = ids
    return isinstance(value, (int, list)) or value == " ".join(map(str, ids))


def _tags(photo: Photo, value: Any) -> bool:
    if not isinstance(value, list):
        return False
    photo.tags = tuple(tag for tag in value if isinstance(tag, str))
    return len(photo.tags) == len(value)


def _length(photo: Photo, value: Any) -> bool:
    photo.length = read_seconds(value)
    return value == "" and photo.length is None


def _dimension(name: str) -> Callable[[Photo, Any], bool]:
    def change(photo: Photo, value: Any) -> bool:
        found = read_number(value)
        if found is not None and 0 < found <= 20_000:
            setattr(photo, name, found)
            return value == str(found) and photo.kind != "text" and photo.is_encoded
        return False

    return change


def _encoded(photo: Photo, value: Any) -> bool:
    photo.is_encoded = read_flag(value)
    return type(value) is int and value in {0, 1} and photo.kind in {"video", "audio"}


def _protection(photo: Photo, value: Any) -> bool:
    if read_flag(value):
        photo.protection_method = photo.protection_method or "password"
    else:
        photo.protection_method = ""
    return type(value) is int and value in {0, 1}


def _author(name: str) -> Callable[[Any, Any], bool]:
    def change(target: Any, value: Any) -> bool:
        if not isinstance(value, str):
            return False
        author = target.author
        given = {"username": author.username, "display_name": author.display_name, name: value}
        target.author = Author(author.user_id, given["username"], given["display_name"])
        return True

    return change


_PHOTO_KEYS: dict[str, Callable[[Any, Any], bool]] = {
    "title": _text("title"),
    "content": _text("content"),
    "token": _text("token"),
    "protection_method": _text("protection_method"),
    "promoted_p": _flag("is_promoted"),
    "published_p": _flag("is_published"),
    "video_encoded_p": _encoded,
    "protected_p": _protection,
    "publish_date_epoch": _epoch("published_at"),
    "creation_date_epoch": _epoch("created_at"),
    "view_count": _count("view_count"),
    "all_albums": _albums,
    "album_id": _albums,
    "tags": _tags,
    "video_length": _length,
    "video_p": _kind("video"),
    "audio_p": _kind("audio"),
    "text_only_p": _kind("text"),
    "original_width": _dimension("width"),
    "original_height": _dimension("height"),
    "live_id": _link("live_id"),
    "username": _author("username"),
    "display_name": _author("display_name"),
    "upload_token": _text("upload_token"),
}
_ALBUM_KEYS: dict[str, Callable[[Any, Any], bool]] = {
    "title": _text("title"),
    "content": _text("content"),
    "token": _text("token"),
    "hide_p": _flag("is_hidden"),
    "username": _author("username"),
    "display_name": _author("display_name"),
}
_LIVE_KEYS: dict[str, Callable[[Any, Any], bool]] = {
    "name": _text("name"),
    "token": _text("token"),
    "description": _text("description"),
    "album_id": _link("album_id"),
    "private_p": _flag("is_private"),
    "promoted_p": _flag("is_promoted"),
    "streaming_p": _flag("is_streaming"),
    "broadcasting_p": _flag("is_broadcasting"),
    "show_countdown_p": _flag("show_countdown"),
    "next_start_time_epoch": _epoch("next_start_at", may_be_empty=True),
    "current_viewers": _count("viewers"),
}
_PLAYER_KEYS: dict[str, Callable[[Any, Any], bool]] = {
    "player_name": _text("name"),
    "default_p": _flag("is_default"),
}
