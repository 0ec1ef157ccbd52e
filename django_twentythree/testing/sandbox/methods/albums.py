"""album/list, album/create, album/update, album/delete.

Source: API reference, methods of version 1, section 3.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django_twentythree.testing.sandbox.calls import Answer, method
from django_twentythree.testing.sandbox.editing import edit_album
from django_twentythree.testing.sandbox.methods.access import needed_album, needed_photo, refuse_to_show
from django_twentythree.testing.sandbox.queries import ALBUM_ORDERS, select_albums
from django_twentythree.testing.sandbox.refusals import Refusal, no_such_album
from django_twentythree.testing.sandbox.wire import plain_text

if TYPE_CHECKING:
    from django_twentythree.testing.sandbox.calls import Call
    from django_twentythree.testing.sandbox.model import Wire


@method("album/list", level="anonymous")
def list_albums(call: Call) -> Answer:
    """Albums; the hidden ones from the level `read` up."""
    include_hidden = call.privileged_flag("include_hidden_p")
    album_id = call.number("album_id")
    if album_id is not None:
        album = call.site.library.albums.get(album_id)
        if album is None:
            raise no_such_album()
        refuse_to_show(call, is_concealed=album.is_hidden)
        found = [album] if not album.is_hidden or call.is_privileged else []
        entries = [call.site.album_wire(album, is_privileged=call.is_privileged) for album in found]
        return Answer(payload={"albums": entries}, total=len(entries))
    page = call.page(
        select_albums(
            call.site.library,
            search=call.text("search"),
            user_id=call.number("user_id"),
            photo=needed_photo(call) if call.text("photo_id") else None,
            include_hidden=include_hidden,
            order_by=call.choice("orderby", ALBUM_ORDERS, "creation_date"),
            is_ascending=call.choice("order", {"asc": 0, "desc": 0}, "desc") == "asc",
        )
    )
    return page.answer(
        "albums", [call.site.album_wire(album, is_privileged=call.is_privileged) for album in page.items]
    )


@method("album/create", level="write")
def create_album(call: Call) -> Answer:
    """Add an album."""
    if not call.text("title").strip():
        raise Refusal("couldnt_create_album", "The channel needs a title")
    album = call.site.library.new_album()
    album.created_at = int(time.time())
    edit_album(call.site.library, album, _changes(call))
    call.site.announce_album(album, is_new=True)
    return Answer(
        payload={"album": {"album_id": str(album.album_id), "token": album.token}},
        message="The channel was created",
    )


@method("album/update", level="write")
def update_album(call: Call) -> Answer:
    """Change an album."""
    album = needed_album(call)
    edit_album(call.site.library, album, _changes(call))
    call.site.announce_album(album, is_new=False)
    return Answer(payload={"album": {}}, message="The channel was updated")


@method("album/delete", level="write")
def delete_album(call: Call) -> Answer:
    """Delete an album; its videos stay."""
    call.site.library.delete_album(needed_album(call).album_id)
    return Answer(payload={"album": {}}, message="The channel was deleted")


def _changes(call: Call) -> Wire:
    wire: Wire = {}
    if "title" in call.params:
        title = call.params["title"]
        wire["title"] = plain_text(title) if "<" in title else title
    if "description" in call.params:
        wire["content"] = call.params["description"]
    if call.text("hide_p"):
        wire["hide_p"] = int(call.flag("hide_p") or False)
    return wire
