"""How each resource is listed, fetched by id, and mapped to rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, Final
from zlib import crc32

from django_twentythree.api import Client, Entry, Listing, Response
from django_twentythree.api.levels import is_privileged
from django_twentythree.api.records import AlbumRecord, LiveStreamRecord, PhotoRecord, PlayerRecord
from django_twentythree.folding import make_search_text, make_sort_title
from django_twentythree.models import Album, LiveStream, Mirrored, Photo, Player, SyncRun

OneEntry = tuple[Entry[Any] | None, Response]


MAPPING_VERSION: Final = 2
"""Raise it when a column is added or read differently: every row is then written once more, without a signal."""

RELATED: Final = frozenset(
    {"remote_id", "album_ids", "hidden_album_id", "tags", "live_id", "has_live_id", "album_id", "unset"}
)
"""Fields of records that are no plain columns."""

_BOOKKEEPING: Final = ("fingerprint", "counters_fingerprint", "observed_at", "changed_at", "missing_since")


@dataclass(frozen=True, kw_only=True, eq=False)
class Resource:
    """How the objects of one resource are asked for, and how their records are kept."""

    name: SyncRun.Resource
    list_: Callable[..., Listing[Any]]
    fetch_one: Callable[..., OneEntry] | None = None
    """The call for one object by id; None where the platform has none."""
    privileged: Mapping[str, Any] = field(default_factory=dict)
    """Parameters that ask for unpublished, hidden and private objects too."""
    needs_privilege: bool = False
    """Whether only a level that may read everything may list them."""
    model: type[Mirrored]
    record: type
    search: Callable[[Any], tuple[str, ...]] | None = None
    """The texts that a row is found by, the first of which is its title."""
    is_sorted_by_title: bool = False
    """Whether the rows have a `sort_title`."""
    foreign_key: str = ""
    """The column set from the record's one related id, if it has one."""
    kept_columns: tuple[str, ...] = ()
    """Columns that other work maintains and that a write carries along."""
    comparable_columns: tuple[str, ...] = ()
    """Columns that both versions of the API tell alike: a difference in these is a change on the platform, also
    when the row was written from the other version."""

    def get_parameters(self, level: str) -> dict[str, Any]:
        """Return the parameters that ask for everything this level may see."""
        return dict(self.privileged) if is_privileged(level) else {}

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
        search = (*(("search_text",) if self.search else ()), *(("sort_title",) if self.is_sorted_by_title else ()))
        return (*self.compared_columns, *search, *self.kept_columns, *_BOOKKEEPING)

    def read_columns(self, record: Any) -> dict[str, Any]:
        """Return the values of the plain columns, and of those that rows are found and sorted by."""
        columns: dict[str, Any] = {name: getattr(record, name) for name in self.plain_columns}
        if self.search:
            texts = self.search(record)
            columns["search_text"] = make_search_text(*texts)
            if self.is_sorted_by_title:
                columns["sort_title"] = make_sort_title(texts[0])
        return columns


def _describe_photo(record: PhotoRecord) -> tuple[str, ...]:
    return (record.title, *record.tags, record.author_name)


def _describe_album(record: AlbumRecord) -> tuple[str, ...]:
    return (record.title, record.author_name)


def _describe_livestream(record: LiveStreamRecord) -> tuple[str, ...]:
    return (record.name,)


PHOTOS: Final = Resource(
    name=SyncRun.Resource.PHOTOS,
    list_=Client.list_photos,
    fetch_one=Client.fetch_photo_entry,
    privileged={"include_unpublished_p": True, "include_hidden_p": True},
    model=Photo,
    record=PhotoRecord,
    search=_describe_photo,
    is_sorted_by_title=True,
    foreign_key="live_stream_id",
    kept_columns=("is_concealed", "details_observed_at"),
    comparable_columns=(
        "token",
        "title",
        "kind",
        "is_published",
        "is_encoded",
        "is_promoted",
        "is_protected",
        "page_path",
        "tree_id",
        "description_html",
        "description_text",
        "author_name",
        "has_subtitles",
        "has_sections",
    ),
)
ALBUMS: Final = Resource(
    name=SyncRun.Resource.ALBUMS,
    list_=Client.list_albums,
    fetch_one=Client.fetch_album_entry,
    privileged={"include_hidden_p": True},
    model=Album,
    record=AlbumRecord,
    search=_describe_album,
    comparable_columns=("token", "title", "page_path", "is_hidden", "description_html", "description_text"),
)
LIVESTREAMS: Final = Resource(
    name=SyncRun.Resource.LIVESTREAMS,
    list_=Client.list_livestreams,
    fetch_one=Client.fetch_livestream_entry,
    privileged={"include_private_p": True},
    model=LiveStream,
    record=LiveStreamRecord,
    search=_describe_livestream,
    foreign_key="album_id",
    kept_columns=("recordings_observed_at",),
    comparable_columns=("name", "is_private", "is_promoted"),
)
PLAYERS: Final = Resource(
    name=SyncRun.Resource.PLAYERS,
    list_=Client.list_players,
    needs_privilege=True,
    model=Player,
    record=PlayerRecord,
    comparable_columns=("name", "is_default"),
)

RESOURCES: Final[Mapping[str, Resource]] = {each.name: each for each in (ALBUMS, LIVESTREAMS, PLAYERS, PHOTOS)}
"""The resources that are listed, by name."""


def get_version(zone: str) -> str:
    """Return the part of a fingerprint that changes when rows must be written anew from the same wire.

    Args:
        zone: The name of the zone in which zone-less dates are read; another zone makes other columns.
    """
    return f"{MAPPING_VERSION}.{crc32(zone.encode()):x}"


def is_same_wire(version: str, other: str) -> bool:
    """Return whether two fingerprints' versions name the same wire before it, so that digests may be compared.

    Each version of the API writes the same object in another way, and so does each choice of properties.
    """
    return version.partition(".")[0] == other.partition(".")[0]
