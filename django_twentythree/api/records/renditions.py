"""The files of a photo: `<format>_width`, `_height`, `_size` and `_download` of every format that exists."""

from __future__ import annotations

from typing import Any, TypedDict

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
    for group in _rendition_groups(wire):
        keys = {part: f"{group}_{part}" for part in PARTS}
        values = {part: wire.raw(key) for part, key in keys.items()}
        path, size_bytes = values["download"], _size(values["size"])
        if isinstance(path, str) and path and size_bytes:
            width, height = _size(values["width"]), _size(values["height"])
            found.append(
                Rendition(format=group, width=width, height=height, size_bytes=size_bytes, path=path)
            )
            wire.take(keys["size"], keys["download"])
            for part, number in (("width", width), ("height", height)):
                if number is not None or values[part] in (None, ""):
                    wire.take(keys[part])
        elif all(value in (None, "", "0", 0) for value in values.values()):
            wire.take(*keys.values())
    return found


def _rendition_groups(wire: WireObject) -> list[str]:
    """Return the formats that the object speaks of, in the order it does."""
    keys = wire.keys()
    present = set(keys)
    groups: dict[str, None] = {}
    for key in keys:
        group, _, part = key.rpartition("_")
        if part in PARTS and (
            group in FORMATS or (group and {f"{group}_download", f"{group}_size"} <= present)
        ):
            groups[group] = None
    return list(groups)
