"""Memory that the C library keeps after use, given back while a long run goes on."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from typing import Final

PAGES_BETWEEN: Final = 10
"""After so many pages of a listing: what is given back has to be asked for again, which takes a few milliseconds."""


def give_back_memory() -> None:
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
