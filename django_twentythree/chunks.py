"""Long lists in pieces that a database takes in one statement."""

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

T = TypeVar("T")

CHUNK_SIZE: Final = 500
"""Keys that one query names: SQLite may be built to take no more than 999 values."""


def cut(items: Sequence[T], size: int = CHUNK_SIZE) -> Iterator[Sequence[T]]:
    """Yield the items in order, in pieces of `size`; the last one may be shorter. Without items there is no piece."""
    return (items[start : start + size] for start in range(0, len(items), size))
