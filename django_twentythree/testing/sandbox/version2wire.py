"""The objects of version 2: those of version 1 with other types, and what was renamed, added or dropped.

Numbers are numbers, as in the reference's hand-made examples; with `has_text_numbers` they are texts, as in its
captured one. A value that an override made odd stays as odd as it is.

Source: reference of version 2, section 5 (types), sections 6 to 10 (fields) and section 11 (version 1 beside it).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_ID: Final = re.compile(r"(?:photo|album|user|section|player|live|site|license|tree|thumbnail_photo|preview_photo)_id$")
_IMAGE_ID: Final = re.compile(r"(?:thumbnail|preview)_(?:photo|tree)_id$")
_FLAG: Final = re.compile(r"_p$")
_WHOLE: Final = re.compile(r"_epoch$|^(?:view_count|number_of_\w+|count|number_of_loads|max_uploads)$")
_DIMENSION: Final = re.compile(r"_(?:width|height)$")
_WEIGHT: Final = re.compile(r"_size$")
_DIGITS: Final = re.compile(r"-?[0-9]{1,18}")
_DECIMAL: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_GONE: Final = re.compile(r"video_small_")
# Upload tokens are mostly texts still (section 10), chapters keep theirs.
_TEXTS: Final = frozenset({"start_time", "end_time", "valid_until", "valid_minutes"})


def as_version_2(wire: Mapping[str, Any], *, has_text_numbers: bool = False) -> dict[str, Any]:
    """Return an object of version 1 as version 2 writes it."""
    return {
        key: _convert(key, value, has_text_numbers=has_text_numbers)
        for key, value in wire.items()
        if not _GONE.match(key)
    }


def photo_as_version_2(wire: Mapping[str, Any], *, has_text_numbers: bool = False) -> dict[str, Any]:
    """Return an entry of `photo/list`: decimals of the length under a name of their own."""
    photo = as_version_2(wire, has_text_numbers=has_text_numbers)
    length = wire.get("video_length")
    if isinstance(length, str) and _DECIMAL.fullmatch(length):
        whole = int(float(length))
        photo["video_length"] = str(whole) if has_text_numbers else whole
        photo["video_length_float"] = length if has_text_numbers else float(length)
    photo.setdefault("placeholder_p", False)
    photo.setdefault("locale", "en_US")
    return photo


def live_as_version_2(wire: Mapping[str, Any], *, has_text_numbers: bool = False) -> dict[str, Any]:
    """Return an entry of `live/list`, of which the reference knows little for certain: status and date as words."""
    live = as_version_2(wire, has_text_numbers=has_text_numbers)
    is_on_air = bool(live.get("broadcasting_p", live.get("streaming_p")))
    start = wire.get("next_start_time", "")
    live["live_status"] = "live" if is_on_air else "upcoming" if start else "previous"
    live["live_date"] = start
    for key in ("next_start_time", "next_start_time__date", "next_start_time__time", "next_start_time_epoch"):
        live.pop(key, None)
    return live


def _convert(key: str, value: Any, *, has_text_numbers: bool) -> Any:
    if key in _TEXTS or isinstance(value, list | dict):
        return value
    if _FLAG.search(key):
        return {0: False, 1: True, "0": False, "1": True}.get(value, value) if value != "" else False
    if _DIMENSION.search(key):
        return _number(value, None, has_text_numbers=has_text_numbers)
    if _WEIGHT.search(key):
        return _number(value, 0, has_text_numbers=has_text_numbers)
    if _ID.search(key) or _IMAGE_ID.search(key):
        return _number(value, None, has_text_numbers=has_text_numbers)
    if _WHOLE.search(key):
        return _number(value, 0, has_text_numbers=has_text_numbers)
    if key == "photo_rating":
        return None if value == "" else value
    if key == "avg_playtime" and isinstance(value, str) and _DECIMAL.fullmatch(value):
        return value if has_text_numbers else float(value)
    return value


def _number(value: Any, absent: int | None, *, has_text_numbers: bool) -> Any:
    if value == "":
        return "" if has_text_numbers else absent
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return value if has_text_numbers else int(value)
    return value
