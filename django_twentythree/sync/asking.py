"""How each resource is asked for: parameters by level, the listing, and the call for one object."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django_twentythree.api import Answer, Client, Entry, Listing
from django_twentythree.models import SyncRun
from django_twentythree.sync.levels import is_privileged

OneEntry = tuple[Entry[Any] | None, Answer]


@dataclass(frozen=True, slots=True)
class Questions:
    """The calls by which a resource is mirrored."""

    list_: Callable[..., Listing[Any]]
    fetch_one: Callable[..., OneEntry] | None
    """The call for one object by id; None where the platform has none."""
    privileged: Mapping[str, Any]
    """Parameters that ask for unpublished, hidden and private objects too."""
    needs_privilege: bool = False

    def get_parameters(self, level: str) -> dict[str, Any]:
        """Return the parameters that ask for everything this level may see."""
        return dict(self.privileged) if is_privileged(level) else {}


QUESTIONS: Final[Mapping[str, Questions]] = {
    SyncRun.Resource.ALBUMS: Questions(Client.list_albums, Client.fetch_album_entry, {"include_hidden_p": True}),
    SyncRun.Resource.LIVESTREAMS: Questions(
        Client.list_livestreams, Client.fetch_livestream_entry, {"include_private_p": True}
    ),
    SyncRun.Resource.PLAYERS: Questions(Client.list_players, None, {}, needs_privilege=True),
    SyncRun.Resource.PHOTOS: Questions(
        Client.list_photos,
        Client.fetch_photo_entry,
        {"include_unpublished_p": True, "include_hidden_p": True},
    ),
}


def get_freshness(client: Client) -> dict[str, Any]:
    """Return the parameter by which an unsigned call passes by the platform's cache.

    Source: API reference, "Anonymous caching" (`time=`).
    """
    return {} if client.is_signed else {"time": int(time.time())}
