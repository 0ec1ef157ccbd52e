"""How each version of the API lists a resource and reads the answers, as a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from zlib import crc32

from django_twentythree.api.entries import Entry
from django_twentythree.api.records import (
    AlbumRecord,
    LiveStreamRecord,
    PhotoRecord,
    PlayerRecord,
    SectionRecord,
    SubtitleRecord,
)
from django_twentythree.api.verbs import VERSION_2

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Resource(Generic[R]):
    """One kind of object.

    Attributes:
        method: The list method.
        result_key: Where its answer has the list.
        id_key: Where an object has its id; also the parameter that asks for one object. "": it has none.
        read: Reads an object.
        order: Parameters of an order that does not change while one reads page after page.
        single: Parameters that make a single object look as it does in a list.
        always: Parameters of both.
        fields: The properties to ask for; none: all there are.
        unknown: Parameters of other versions, which are left out.
    """

    method: str
    result_key: str
    id_key: str
    read: Callable[[Mapping[str, Any]], R]
    order: Mapping[str, Any] = field(default_factory=dict)
    single: Mapping[str, Any] = field(default_factory=dict)
    always: Mapping[str, Any] = field(default_factory=dict)
    fields: Sequence[str] = ()
    unknown: frozenset[str] = frozenset()
    _wire: str = field(init=False, repr=False, default="1")
    _chosen_wire: str = field(init=False, repr=False, default="1")

    def __post_init__(self) -> None:
        wire = VERSION_2.strip("/") if self.method.startswith(VERSION_2) else "1"
        choice = f"-{crc32(','.join(sorted(self.fields)).encode()):x}" if self.fields else ""
        object.__setattr__(self, "_wire", wire)
        object.__setattr__(self, "_chosen_wire", wire + choice)

    def entry(self, item: Any, *, is_chosen: bool = True) -> Entry[R]:
        """Return an object of an answer, not read yet.

        Args:
            item: The decoded JSON.
            is_chosen: Whether the platform was asked for `fields`, rather than for all properties.
        """
        wire = self._chosen_wire if is_chosen else self._wire
        return Entry(item, endpoint=self.method, id_key=self.id_key, read=self.read, wire=wire)

    def choose(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parameters to send when a caller asks with these, which win over the defaults."""
        asked = {**self.always, **parameters}
        if self.fields:
            asked.setdefault("fields", self.fields)
        return {name: value for name, value in asked.items() if name not in self.unknown}


@dataclass(frozen=True, slots=True)
class Dialect:
    """A version of the API: what there is to ask for, and where the answers have it.

    Attributes:
        version: 1 or 2.
        prefix: What its methods' paths begin with.
        site_key: Where the answer of `site/get` has the site.
    """

    version: int
    prefix: str
    site_key: str
    photos: Resource[PhotoRecord]
    albums: Resource[AlbumRecord]
    livestreams: Resource[LiveStreamRecord]
    players: Resource[PlayerRecord]
    sections: Resource[SectionRecord]
    subtitles: Resource[SubtitleRecord]

    def get_result_key(self, method: str) -> str:
        """Return where the answer of one of the list methods has the list."""
        listed = (self.photos, self.albums, self.livestreams, self.players, self.sections, self.subtitles)
        return next(resource.result_key for resource in listed if resource.method == method)
