"""The kinds of objects that a site lists: how to ask for them in a stable order, and how to read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from typing import Any, Generic, Self, TypeVar

from django_twentythree.api.entries import Entry
from django_twentythree.api.records import AlbumRecord, LiveStreamRecord, PhotoRecord, PlayerRecord

R = TypeVar("R")

# A single object comes with its calls to action by default, a listed one without (methods-v1 section 1).
AS_IN_A_LIST = {"include_actions_p": 0}


@dataclass(frozen=True, slots=True)
class Resource(Generic[R]):
    """One kind of object.

    Attributes:
        method: The list method.
        result_key: Where its answer has the list.
        id_key: Where an object has its id; also the parameter that asks for one object.
        read: Reads an object.
        order: Parameters of an order that does not change while one reads page after page.
        single: Parameters that make a single object look as it does in a list.
    """

    method: str
    result_key: str
    id_key: str
    read: Callable[[Mapping[str, Any]], R]
    order: Mapping[str, Any]
    single: Mapping[str, Any]

    def entry(self, item: Any) -> Entry[R]:
        """Return an object of an answer, not read yet."""
        return Entry(item, endpoint=self.method, id_key=self.id_key, read=self.read)


@dataclass(frozen=True, slots=True)
class Resources:
    """All that a client lists.

    Source: README section 4 (result keys) and section 8 (stable order); methods-v1 sections 1 and 3 to 5.
    """

    photos: Resource[PhotoRecord]
    albums: Resource[AlbumRecord]
    livestreams: Resource[LiveStreamRecord]
    players: Resource[PlayerRecord]

    @classmethod
    def in_zone(cls, time_zone: tzinfo) -> Self:
        """Return them, with dates that name no zone read in `time_zone`."""
        return cls(
            photos=Resource(
                "photo/list",
                "photos",
                "photo_id",
                partial(PhotoRecord.from_wire, time_zone=time_zone),
                order={"prioritize_promoted_p": 0, "orderby": "created", "order": "asc"},
                single=AS_IN_A_LIST,
            ),
            albums=Resource(
                "album/list",
                "albums",
                "album_id",
                partial(AlbumRecord.from_wire, time_zone=time_zone),
                order={"orderby": "creation_date", "order": "asc"},
                single={},
            ),
            livestreams=Resource(
                "live/list",
                "live",
                "live_id",
                partial(LiveStreamRecord.from_wire, time_zone=time_zone),
                order={"ordering": "creation_date"},
                single=AS_IN_A_LIST,
            ),
            players=Resource("player/list", "players", "player_id", PlayerRecord.from_wire, order={}, single={}),
        )
