"""JSON as the platform writes it, in answers and in what it sends by itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def as_json(values: Mapping[str, Any]) -> bytes:
    """Return JSON in UTF-8; a lone surrogate makes it ASCII with escapes."""
    try:
        return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(values, separators=(",", ":")).encode()
