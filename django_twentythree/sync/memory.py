"""Memory that stays flat: many rows read in portions, and what the C library keeps after use given back."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final

from django.db.models import QuerySet

PAGES_BETWEEN: Final = 10
"""After so many pages of a listing: what is given back has to be asked for again, which takes a few milliseconds."""


def iter_keyset(rows: QuerySet[Any], *names: str, portion: int) -> Iterator[tuple[Any, ...]]:
    """Yield the values of many rows, ascending by the first, in portions that are queries of their own.

    `QuerySet.iterator` would keep a cursor open on PostgreSQL's server: it stays open when the reader is cut short,
    and behind a pool of connections it is not found again.

    Args:
        rows: The rows.
        names: Columns; the first differs from row to row, and should be indexed.
        portion: How many rows to read at once.
    """
    rows = rows.order_by(names[0])
    found: list[tuple[Any, ...]] = list(rows.values_list(*names)[:portion])
    while found:
        yield from found
        if len(found) < portion:
            return
        found = list(rows.filter(**{f"{names[0]}__gt": found[-1][0]}).values_list(*names)[:portion])


def trim_malloc() -> None:
    """Hand memory that nothing uses back to the system, where the C library is glibc; elsewhere do nothing.

    glibc has a pool of memory for each thread and keeps what was freed there. A page needs megabytes for a
    moment in whichever thread decodes it; over a thousand pages each pool grows to its worst case, and nearly all
    of it is free: some 50 MB for 100,000 photos.
    """
    trim = _find_trim()
    if trim is not None:
        trim(0)


@cache
def _find_trim() -> Callable[[int], int] | None:
    try:
        trim: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError, TypeError):  # TypeError: Windows has no library without a name
        return None
    return trim
