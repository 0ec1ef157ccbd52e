"""The files of a photo: `<format>_width`, `_height`, `_size` and `_download` of every format that exists."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple, TypedDict

from django_twentythree.api.wire import WireObject, read_integer

PARTS = ("width", "height", "size", "download")
# Whatever else ends in "_download" and has a "_size" beside it is a rendition, too: formats come and go.
FORMATS = frozenset(
    {
        "original",
        "quad16",
        "quad50",
        "quad75",
        "quad100",
        "small",
        "medium",
        "portrait",
        "standard",
        "large",
        "audio",
        "video_hls",
        "video_small",
        "video_medium",
        "video_hd",
        "video_1080p",
        "video_4k",
        "video_frames",
        "video_wmv",
        "video_mobile_h263_amr",
        "video_mobile_h263_aac",
        "video_mobile_mpeg4_amr",
        "video_mobile_high",
        "video_webm_360p",
        "video_webm_720p",
        "video_original",
    }
)
SIZE_SOURCES = ("video_medium", "large", "original")


class Rendition(TypedDict):
    """One file of a photo. Width and height are None where they mean nothing, as for audio and HLS."""

    format: str
    width: int | None
    height: int | None
    size_bytes: int
    path: str


def read_dimensions(wire: WireObject) -> tuple[int | None, int | None]:
    """Return width and height of the medium video, else of the large image, else of the original; or None.

    Source: README section 19 (aspect ratio of embeds).
    """
    for source in SIZE_SOURCES:
        width, height = (_size(wire.raw(f"{source}_{part}")) for part in ("width", "height"))
        if width and height:
            return width, height
    return None, None


def _size(value: Any) -> int | None:
    number = read_integer(value)
    return number if number is not None and number > 0 else None


def read_renditions(wire: WireObject) -> list[Rendition]:
    """Return the files that exist, in the order of the object, and count the keys of empty ones as read.

    Source: README section 5: a rendition exists only if its download is non-empty and its size above 0.
    """
    found: list[Rendition] = []
    for group in _rendition_groups(wire.keys()):
        width_key, height_key, size_key, path_key = keys = group.keys
        path, size_bytes = wire.raw(path_key), _size(wire.raw(size_key))
        if isinstance(path, str) and path and size_bytes:
            wire.take(size_key, path_key)
            width, height = _dimension(wire, width_key), _dimension(wire, height_key)
            found.append(Rendition(format=group.format, width=width, height=height, size_bytes=size_bytes, path=path))
        elif all(wire.raw(key) in (None, "", "0", 0) for key in keys):
            wire.take(*keys)
    return found


def _dimension(wire: WireObject, key: str) -> int | None:
    value = wire.raw(key)
    number = _size(value)
    if number is not None or value in (None, ""):
        wire.take(key)
    return number


class _Group(NamedTuple):
    format: str
    keys: tuple[str, str, str, str]
    """In the order of `PARTS`."""


@lru_cache(maxsize=64)
def _rendition_groups(keys: tuple[str, ...]) -> tuple[_Group, ...]:
    """Return the formats that an object with these keys speaks of, in their order.

    The objects of a listing have the same keys, so this is worked out once.
    """
    present = set(keys)
    formats: dict[str, None] = {}
    for key in keys:
        group, _, part = key.rpartition("_")
        if part in PARTS and (group in FORMATS or (group and {f"{group}_download", f"{group}_size"} <= present)):
            formats[group] = None
    width, height, size, download = PARTS
    return tuple(
        _Group(name, (f"{name}_{width}", f"{name}_{height}", f"{name}_{size}", f"{name}_{download}"))
        for name in formats
    )
