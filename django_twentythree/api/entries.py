"""One JSON object of a listing, and the fingerprints that tell whether it changed.

A mirror compares fingerprints first and reads only what differs, so an entry is parsed when asked, and what
it computes before that is kept as cheap as hashing its bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from hashlib import blake2b
from json import JSONEncoder
from typing import Any, Generic, TypeVar

from django_twentythree.api.exceptions import UnexpectedResponseError
from django_twentythree.api.redaction import forgets_variables
from django_twentythree.api.wire import read_remote_id

R = TypeVar("R")

# Values that move by themselves while people watch; a change of them alone is no change of content.
COUNTERS = frozenset(
    {
        "view_count",
        "view_count_fmt",
        "avg_playtime",
        "avg_playtime_fmt",
        "number_of_comments",
        "number_of_ratings",
        "photo_rating",
        "current_viewers",
        "live_viewers",
        "number_of_loads",
        "engagement_minutes",
        "play_rate",
        "referer_count",
        "all_time_plays",
    }
)
# Their order on the wire means nothing.
SETS = ("tags", "all_albums")
# Nothing in an answer refers to itself, and an answer holds nothing but JSON.
canonical_json = JSONEncoder(sort_keys=True, separators=(",", ":"), check_circular=False).encode


class Entry(Generic[R]):
    """One object as received.

    Attributes:
        remote_id: The platform's id; None when it cannot be read, and then `read` raises.
        wire: Names the version of the API, and the choice of properties, that it was asked for with. Fingerprints
            can be compared only where it is the same.
    """

    __slots__ = ("_content_digest", "_endpoint", "_item", "_read", "remote_id", "wire")

    def __init__(
        self, item: Any, *, endpoint: str, id_key: str, read: Callable[[Mapping[str, Any]], R], wire: str = "1"
    ) -> None:
        self._item = item
        self._endpoint = endpoint
        self._read = read
        self.wire = wire
        self._content_digest: str | None = None
        self.remote_id = read_remote_id(item.get(id_key)) if isinstance(item, dict) else None

    def __repr__(self) -> str:
        return f"<Entry {self.remote_id} of {self._endpoint}>"

    @property
    def content_digest(self) -> str:
        """Fingerprint of all but the counters; 32 hex digits.

        Keys are sorted, and tags and album ids are sets, so that two spellings of one state are equal.
        """
        if self._content_digest is None:
            self._content_digest = _digest(_content(self._item))
        return self._content_digest

    @property
    def counters_digest(self) -> str:
        """Fingerprint of the counters alone; 32 hex digits."""
        item = self._item if isinstance(self._item, dict) else {}
        return _digest(canonical_json({key: item[key] for key in item.keys() & COUNTERS}))

    @forgets_variables
    def read(self) -> R:
        """Return the record.

        Raises:
            UnexpectedResponseError: It is no object, or has no readable id.
        """
        if not isinstance(self._item, dict):
            kind = type(self._item).__name__
            raise UnexpectedResponseError(self._endpoint, f"the list holds something that is no object ({kind})")
        return self._read(self._item)


def _content(item: Any) -> str:
    """Return one text for each state of an object.

    The objects of a listing have the same keys, so these are sorted once, and of each object only the values
    are written and hashed: less than half the work of doing it with both.
    """
    if not isinstance(item, dict):
        return canonical_json(item)
    positions, names = _content_order(tuple(item))
    received = list(item.values())
    values: list[Any] = [received[position] for position in positions]
    values += [_as_set(item.get(key)) for key in SETS]
    return names + canonical_json(values)


@lru_cache(maxsize=64)
def _content_order(received: tuple[str, ...]) -> tuple[tuple[int, ...], str]:
    """Return where the values to compare one by one are, and what stands for the names of all, sets included."""
    names = sorted(set(received) - COUNTERS)
    return tuple(received.index(name) for name in names if name not in SETS), _digest(canonical_json(names))


def _as_set(value: Any) -> Any:
    if isinstance(value, str) and " " in value:
        return sorted(set(value.split()))
    if isinstance(value, list) and len(value) > 1:
        return sorted(set(map(canonical_json, value)))
    return value


def _digest(text: str) -> str:
    return blake2b(text.encode("ascii"), digest_size=16).hexdigest()
