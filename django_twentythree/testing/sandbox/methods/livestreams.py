"""live/list, live/create, live/update, live/delete.

Source: API reference, methods of version 1, section 4.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from django_twentythree.testing.sandbox.calls import Answer, method
from django_twentythree.testing.sandbox.editing import edit_live
from django_twentythree.testing.sandbox.methods.access import live_is_opened, needed_live, refuse_to_show
from django_twentythree.testing.sandbox.queries import LIVE_ORDERS, select_lives
from django_twentythree.testing.sandbox.refusals import invalid_input, token_required

if TYPE_CHECKING:
    from django_twentythree.testing.sandbox.calls import Call
    from django_twentythree.testing.sandbox.model import Live, Wire

CREATE_DEFAULTS: Final = {"private_p": 1, "promoted_p": 0, "show_countdown_p": 1}
FLAGS: Final = ("private_p", "promoted_p", "show_countdown_p", "broadcasting_p")


@method("live/list", level="none")
def list_lives(call: Call) -> Answer:
    """Live streams and webinars; private ones from the level `read` up, or with id and token."""
    if call.number("live_id") is not None:
        return _single(call)
    if call.level == "none":
        raise token_required()
    page = call.page(
        select_lives(
            call.site.library,
            include_private=call.privileged_flag("include_private_p"),
            upcoming=bool(call.flag("upcoming_p")),
            promoted=call.flag("promoted_p"),
            album_id=call.number("album_id"),
            now=time.time(),
            order_by=call.choice("ordering", LIVE_ORDERS, "name"),
            is_descending=call.choice("order", {"asc": 0, "desc": 0}, "asc") == "desc",
        )
    )
    return page.answer("live", [_entry(call, live) for live in page.items])


def _entry(call: Call, live: Live) -> Wire:
    return call.site.live_wire(live, is_privileged=call.is_privileged)


def _single(call: Call) -> Answer:
    live = call.site.library.lives.get(call.number("live_id") or 0)
    if live is None:
        if call.level == "none" and not call.text("token"):
            raise token_required()
        return Answer(payload={"live": []}, total=0)
    is_opened = live_is_opened(call, live)
    refuse_to_show(call, is_concealed=live.is_private and not is_opened)
    include_private = call.privileged_flag("include_private_p", is_opened=is_opened)
    if live.is_private and not (is_opened or include_private):
        return Answer(payload={"live": []}, total=0)
    return Answer(payload={"live": [_entry(call, live)]}, total=1)


@method("live/create", level="write")
def create_live(call: Call) -> Answer:
    """Add a live stream; private unless told otherwise."""
    name = call.needed("name")
    live = call.site.library.new_live(name=name)
    live.created_at = time.time()
    edit_live(call.site.library, live, {**CREATE_DEFAULTS, **_changes(call)})
    call.site.announce_live(live, is_new=True, was_on_air=False)
    return Answer(
        payload={"liveevent": {"live_id": str(live.live_id), "token": live.token}},
        message="The live event was successfully created",
    )


@method("live/update", level="write")
def update_live(call: Call) -> Answer:
    """Change a live stream; `broadcasting_p` puts it on air or takes it off."""
    live = needed_live(call)
    was_on_air = live.is_broadcasting
    edit_live(call.site.library, live, _changes(call))
    call.site.announce_live(live, was_on_air=was_on_air)
    return Answer(message="The live event was updated")


@method("live/delete", level="write")
def delete_live(call: Call) -> Answer:
    """Delete a live stream."""
    call.site.library.delete_live(needed_live(call).live_id)
    return Answer(message="The live event was deleted")


def _changes(call: Call) -> Wire:
    wire: Wire = {name: call.params[name] for name in ("name", "description") if name in call.params}
    for name in FLAGS:
        flag = call.flag(name)
        if flag is not None:
            wire[name] = int(flag)
    if "album_id" in call.params:
        album_id = call.number("album_id")
        if album_id is not None and album_id not in call.site.library.albums:
            raise invalid_input("There is no channel with this id")
        wire["album_id"] = "" if album_id is None else str(album_id)
    return wire
