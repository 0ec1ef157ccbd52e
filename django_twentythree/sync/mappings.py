"""Which record becomes which row: the columns of each mirrored model, and what its relations are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Final
from zlib import crc32

from django_twentythree.api.records import AlbumRecord, LiveStreamRecord, PhotoRecord, PlayerRecord
from django_twentythree.folding import fold
from django_twentythree.models import Album, LiveStream, Mirrored, Photo, Player, SyncRun

MAPPING_VERSION: Final = 1
"""Raise it when a column is added or read differently: every row is then written once more, without a signal."""

RELATED: Final = frozenset({"remote_id", "album_ids", "hidden_album_id", "tags", "live_id", "is_live_told", "album_id"})
"""Fields of records that are no plain columns."""

_BOOKKEEPING: Final = ("fingerprint", "counters_fingerprint", "observed_at", "changed_at", "missing_since")


@dataclass(frozen=True)
class ResourceMapping:
    """How the records of one resource are kept."""

    resource: SyncRun.Resource
    model: type[Mirrored]
    record: type
    search: Callable[[Any], str] | None = None
    """The text a row is found by, before folding."""
    foreign_key: str = ""
    """The column set from the record's one related id, if it has one."""
    kept_columns: tuple[str, ...] = ()
    """Columns that other work maintains and that a write carries along."""

    @cached_property
    def plain_columns(self) -> tuple[str, ...]:
        """The columns that are fields of the record under the same name."""
        return tuple(f.name for f in fields(self.record) if f.name not in RELATED)

    @cached_property
    def compared_columns(self) -> tuple[str, ...]:
        """The columns whose changes receivers of `mirrored_changed` are told of."""
        return (*self.plain_columns, self.foreign_key) if self.foreign_key else self.plain_columns

    @cached_property
    def written_columns(self) -> tuple[str, ...]:
        """Every column that a write sets."""
        search = ("search_text",) if self.search else ()
        return (*self.compared_columns, *search, *self.kept_columns, *_BOOKKEEPING)

    def read_columns(self, record: Any) -> dict[str, Any]:
        """Return the values of the plain columns and the search text."""
        columns: dict[str, Any] = {name: getattr(record, name) for name in self.plain_columns}
        if self.search:
            columns["search_text"] = fold(self.search(record))
        return columns


def _describe_photo(record: PhotoRecord) -> str:
    return "\n".join((record.title, *record.tags, record.author_name))


def _describe_album(record: AlbumRecord) -> str:
    return f"{record.title}\n{record.author_name}"


def _describe_livestream(record: LiveStreamRecord) -> str:
    return record.name


PHOTOS: Final = ResourceMapping(
    SyncRun.Resource.PHOTOS,
    Photo,
    PhotoRecord,
    search=_describe_photo,
    foreign_key="live_stream_id",
    kept_columns=("is_concealed", "details_observed_at"),
)
ALBUMS: Final = ResourceMapping(SyncRun.Resource.ALBUMS, Album, AlbumRecord, search=_describe_album)
LIVESTREAMS: Final = ResourceMapping(
    SyncRun.Resource.LIVESTREAMS,
    LiveStream,
    LiveStreamRecord,
    search=_describe_livestream,
    foreign_key="album_id",
    kept_columns=("recordings_observed_at",),
)
PLAYERS: Final = ResourceMapping(SyncRun.Resource.PLAYERS, Player, PlayerRecord)

MAPPINGS: Final[Mapping[str, ResourceMapping]] = {
    mapping.resource: mapping for mapping in (ALBUMS, LIVESTREAMS, PLAYERS, PHOTOS)
}


def get_version(zone: str) -> str:
    """Return the part of a fingerprint that changes when rows must be written anew from the same wire.

    Args:
        zone: The name of the zone in which zone-less dates are read; another zone makes other columns.
    """
    return f"{MAPPING_VERSION}.{crc32(zone.encode()):x}"
