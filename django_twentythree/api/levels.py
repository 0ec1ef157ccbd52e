"""Permission levels: which calls a level allows, and which levels see the same."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from django_twentythree.api.client import Client

PRIVILEGED: Final = 2
_CLASSES: Final = {"none": 0, "anonymous": 1, "read": 2, "write": 2, "admin": 2, "super": 2}

_WRITING: Final = frozenset({"write", "admin", "super"})


def get_level_class(level: str) -> int | None:
    """Return what a level sees: 0 nothing, 1 what is public, 2 everything; None for an unknown word.

    Source: API reference, "Permission levels"; each level includes those before it.
    """
    return _CLASSES.get(level)


def is_privileged(level: str) -> bool:
    """Return whether unpublished, hidden and private objects are served at this level."""
    return get_level_class(level) == PRIVILEGED


def may_write(level: str) -> bool:
    """Return whether objects may be made and changed at this level."""
    return level in _WRITING


def get_freshness(client: Client) -> dict[str, Any]:
    """Return the parameter by which an unsigned call passes by the platform's cache.

    Source: API reference, "Anonymous caching" (`time=`).
    """
    return {} if client.is_signed else {"time": int(time.time())}
