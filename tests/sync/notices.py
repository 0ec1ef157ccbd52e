"""What a platform sends of a change, and what it is asked upon it."""

from __future__ import annotations

from typing import Any

from django_twentythree.testing.platform import TwentyThreePlatform


def pingback(photo_id: int) -> dict[str, Any]:
    """Return what is stored of a pingback about a video."""
    return {"query": {"type": "photo", "photo_id": str(photo_id)}}


def fetches(platform: TwentyThreePlatform, method: str = "photo/list") -> list[dict[str, Any]]:
    """Return the calls of a method."""
    return [call for call in platform.requests if call["method"] == method]
