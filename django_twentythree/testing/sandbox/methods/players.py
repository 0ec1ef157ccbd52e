"""player/list and player/settings.

Source: API reference, methods of version 1, section 5.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from django_twentythree.testing.sandbox.calls import Answer, method
from django_twentythree.testing.sandbox.refusals import invalid_input
from django_twentythree.testing.sandbox.wire import player_wire

if TYPE_CHECKING:
    from django_twentythree.testing.sandbox.calls import Call


@method("player/list", level="read")
def list_players(call: Call) -> Answer:
    """The players of the site."""
    page = call.page(list(call.site.library.players.values()))
    return page.answer("players", [player_wire(player) for player in page.items])


@method("player/settings", level="none")
def get_player_settings(call: Call) -> Answer:
    """The settings of one player, of the default one when none is named."""
    number = call.number("player_id")
    library = call.site.library
    player = library.default_player() if number is None else library.players.get(number)
    if player is None:
        raise invalid_input("There is no player with this id")
    settings = {
        "scrubberColor": "#0A5C8F",
        "showBrowse": "0",
        "socialSharing": "0",
        "showShare": "0",
        "showLogo": "1",
        "endOn": "browse",
        "rssLink": "/rss",
        "podcastLink": "/podcast",
        "locale": "en_US",
        **player.settings,
    }
    query = urlencode([("source", "embed"), *parse_qsl(call.text("parameters"))])
    address = html.escape(f"{call.base_url}/{player.player_id}.ihtml/player.html?{query}", quote=True)
    settings["player_id"] = str(player.player_id)
    settings["embedCode"] = (
        f'<iframe src="{address}" width="640" height="360" frameborder="0" border="0" scrolling="no" '
        'allowfullscreen="1"></iframe>'
    )
    return Answer(payload={"settings": settings})
