"""photo/list.

Source: API reference, methods of version 1, section 1.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from django_twentythree.testing.sandbox.calls import Answer, method
from django_twentythree.testing.sandbox.methods.access import album_is_opened, photo_is_opened, refuse_to_show
from django_twentythree.testing.sandbox.queries import PHOTO_ORDERS, PhotoQuery
from django_twentythree.testing.sandbox.refusals import Refusal, invalid_input, no_such_album, token_required

if TYPE_CHECKING:
    from django_twentythree.testing.sandbox.calls import Call
    from django_twentythree.testing.sandbox.model import Photo, Wire

ANY_TAG: Final = {"any", "or"}
TAG_MODES: Final = {"and": 0, "all": 0, "any": 0, "or": 0}
LISTING_PARAMETERS: Final = frozenset(
    {
        "photo_id",
        "album_id",
        "token",
        "user_id",
        "player_id",
        "tags",
        "tag",
        "tag_mode",
        "custom_variable_mode",
        "search",
        "source",
        "year",
        "month",
        "day",
        "after_time",
        "before_time",
        "datemode",
        "video_p",
        "audio_p",
        "video_encoded_p",
        "include_unpublished_p",
        "include_hidden_p",
        "has_coordinates_p",
        "include_actions_p",
        "include_revision_p",
        "upload_token",
        "related_to_photo_id",
        "live_id",
        "license_id",
        "promoted_p",
        "prioritize_promoted_p",
        "orderby",
        "order",
        "p",
        "size",
        "format",
        "raw",
        "varname",
        "callback",
        "time",
    }
)


def read_tags(text: str) -> tuple[str, ...]:
    """Return the tags of a parameter: separated by blanks, those of several words in double quotes."""
    splitter = shlex.shlex(text, posix=True)
    splitter.whitespace_split, splitter.quotes, splitter.commenters, splitter.escape = True, '"', "", ""
    try:
        return tuple(dict.fromkeys(tag for tag in splitter if tag))
    except ValueError as error:
        raise invalid_input("A quoted tag is not closed") from error


@method("photo/list", level="none")
def list_photos(call: Call) -> Answer:
    """Videos, audio files and still images."""
    if call.number("album_id") is None and call.number("photo_id") is not None:
        return _single(call)
    query = _query(call)
    page = call.page(call.site.orders.photos(call.site.library, query))
    return page.answer("photos", [_entry(call, photo) for photo in page.items])


def _entry(call: Call, photo: Photo) -> Wire:
    return call.site.photo_wire(photo, base_url=call.base_url, is_privileged=call.is_privileged)


def _single(call: Call) -> Answer:
    photo = call.site.library.photos.get(call.number("photo_id") or 0)
    if photo is None:
        if call.level == "none" and not call.text("token"):
            raise token_required()
        raise Refusal("photo_not_found", "The video could not be found")
    is_opened = photo_is_opened(call, photo)
    is_public = photo.is_published and not call.site.library.is_hidden(photo)
    refuse_to_show(call, is_concealed=not (is_opened or is_public))
    include_unpublished = call.privileged_flag("include_unpublished_p", is_opened=is_opened)
    call.privileged_flag("include_hidden_p", is_opened=is_opened)
    is_encoded = _encoded_filter(call)
    # A known id that the filters leave out gives an empty list, an unknown one an error.
    if not (is_opened or photo.is_published or include_unpublished) or is_encoded not in {
        None,
        photo.is_encoded,
    }:
        return Answer(payload={"photos": []}, total=0)
    entry = _entry(call, photo)
    if call.flag("include_actions_p", default=True):
        entry["actions"] = _actions(photo)
    return Answer(payload={"photos": [entry], "photo": entry}, total=1)


def _actions(photo: Photo) -> list[Wire]:
    if photo.photo_id % 7 or not photo.is_promoted:
        return []
    return [
        {
            "action_id": str(photo.photo_id + 5),
            "name": "Newsletter",
            "type": "text",
            "start_time": "0.9",
            "end_time": "after",
            "exclude_objects": "",
            "text": "Stay up to date",
            "link": "https://www.example.org/",
            "link_target": "_blank",
            "x": "0.5",
            "y": "0.5",
            "width": "0.4",
            "height": "0.2",
        }
    ]


def _encoded_filter(call: Call) -> bool | None:
    wanted = call.flag("video_encoded_p")
    if wanted is not None:
        call.require("read")
    return wanted


def _query(call: Call) -> PhotoQuery:
    album_id, is_opened = call.number("album_id"), False
    if album_id is not None:
        album = call.site.library.albums.get(album_id)
        if album is None:
            raise no_such_album()
        is_opened = album_is_opened(call, album)
        refuse_to_show(call, is_concealed=album.is_hidden and not is_opened)
        if album.is_hidden and not (is_opened or call.is_privileged):
            raise no_such_album()
    elif call.level == "none" and not call.text("upload_token"):
        raise token_required()
    live = call.site.library.lives.get(call.number("live_id") or 0)
    refuse_to_show(call, is_concealed=live is not None and live.is_private)
    tags = read_tags(call.text("tags"))
    if call.text("tag"):
        tags = (*tags, call.text("tag"))
    return PhotoQuery(
        album_id=album_id,
        live_id=call.number("live_id"),
        user_id=call.number("user_id"),
        upload_token=call.text("upload_token") or None,
        search=call.text("search").strip(),
        tags=tags,
        any_tag=call.choice("tag_mode", TAG_MODES, "and") in ANY_TAG,
        is_video=call.flag("video_p"),
        is_audio=call.flag("audio_p"),
        is_encoded=_encoded_filter(call),
        is_promoted=call.flag("promoted_p"),
        date=_date(call),
        is_date_of_upload=call.text("datemode") == "uploaded",
        # What was sent in with an upload token may be looked at with it, published or not.
        include_unpublished=call.privileged_flag("include_unpublished_p", is_opened=is_opened)
        or bool(call.text("upload_token")),
        include_hidden=call.privileged_flag("include_hidden_p", is_opened=is_opened),
        promoted_first=call.flag("prioritize_promoted_p", default=True) is not False,
        order_by=call.choice("orderby", PHOTO_ORDERS, "published"),
        is_ascending=call.choice("order", {"asc": 0, "desc": 0}, "desc") == "asc",
        custom=_custom_variables(call),
        any_custom=call.text("custom_variable_mode") in ANY_TAG,
    )


def _custom_variables(call: Call) -> tuple[tuple[str, str], ...]:
    if call.text("custom_variable_mode") in {"", "none"}:
        return ()
    return tuple(
        sorted((k, v) for k, v in call.params.items() if k not in LISTING_PARAMETERS and not k.startswith("oauth_"))
    )


def _date(call: Call) -> str:
    year, month, day = call.number("year"), call.number("month"), call.number("day")
    if (month is not None and year is None) or (day is not None and month is None):
        raise invalid_input("month needs year, and day needs both")
    return "-".join(f"{part:02}" for part in (year, month, day) if part is not None)
