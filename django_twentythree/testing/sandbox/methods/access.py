"""Opening one object by its id, with or without its token.

Source: API reference, "Access by id and token" and "Permission levels".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_twentythree.testing.sandbox.refusals import (
    Refusal,
    concealed,
    invalid_input,
    no_such_album,
    no_such_photo,
    token_required,
)
from django_twentythree.testing.sandbox.tokens import matches

if TYPE_CHECKING:
    from django_twentythree.testing.sandbox.calls import Call
    from django_twentythree.testing.sandbox.model import Album, Live, Photo


def needed_photo(call: Call) -> Photo:
    """Return the photo named by `photo_id`, for a method that cannot do without."""
    call.needed("photo_id")
    photo = call.site.library.photos.get(call.number("photo_id") or 0)
    if photo is None:
        raise no_such_photo()
    return photo


def needed_album(call: Call) -> Album:
    """Return the album named by `album_id`, for a method that cannot do without."""
    call.needed("album_id")
    album = call.site.library.albums.get(call.number("album_id") or 0)
    if album is None:
        raise no_such_album()
    return album


def needed_live(call: Call) -> Live:
    """Return the live stream named by `live_id`, for a method that cannot do without."""
    call.needed("live_id")
    live = call.site.library.lives.get(call.number("live_id") or 0)
    if live is None:
        raise invalid_input("There is no live event with this id")
    return live


def photo_is_opened(call: Call, photo: Photo) -> bool:
    """Return whether the token given with a photo opens it; a wrong one is refused at any level."""
    token = call.text("token")
    if not token:
        _refuse_strangers(call)
        return False
    if not matches(token, photo.token, photo.photo_id):
        raise Refusal("invalid_photo_token", "The token does not match the video")
    return True


def album_is_opened(call: Call, album: Album) -> bool:
    """Return whether the token given with an album opens it; a wrong one is refused at any level."""
    token = call.text("token")
    if not token:
        _refuse_strangers(call)
        return False
    if not matches(token, album.token):
        raise Refusal("invalid_album_token", "The token does not match the channel")
    return True


def live_is_opened(call: Call, live: Live) -> bool:
    """Return whether the token given with a live stream opens it; a wrong one is refused at any level."""
    token = call.text("token")
    if not token:
        _refuse_strangers(call)
        return False
    if not matches(token, live.token):
        raise invalid_input("The token does not match the live event")
    return True


def refuse_to_show(call: Call, *, is_concealed: bool) -> None:
    """Refuse a call below `read` for an unpublished, hidden or private object, where the settings say so."""
    code = call.site.settings.concealed_code
    if code and is_concealed and not call.is_privileged:
        raise concealed(code, call.version)


def _refuse_strangers(call: Call) -> None:
    if call.level == "none":
        raise token_required()
