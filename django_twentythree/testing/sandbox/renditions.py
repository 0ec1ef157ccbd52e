"""The image and video files of a photo: their dimensions, their sizes, and their keys on the wire.

Source: API reference, "photo/list" (keys), "Type quirks" (absent renditions), samples (sizes).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from django_twentythree.testing.sandbox.model import Kind, Photo, Wire

IMAGE_SIDES: Final = {
    "quad16": 16,
    "quad50": 50,
    "quad75": 75,
    "quad100": 100,
    "small": 200,
    "medium": 512,
    "portrait": 300,
    "standard": 600,
    "large": 800,
}
"""The named thumbnail sizes: the longer side, or the side of a square, in pixels."""
VIDEO_SIDES: Final = {
    "video_original": 0,
    "video_medium": 360,
    "video_hd": 720,
    "video_1080p": 1080,
    "video_4k": 2160,
    "video_frames": 180,
    "video_wmv": None,
    "video_mobile_h263_amr": None,
    "video_mobile_h263_aac": None,
    "video_mobile_mpeg4_amr": None,
    "video_mobile_high": 180,
    "audio": None,
    "video_webm_360p": 360,
    "video_webm_720p": 720,
}
"""The shorter side of each video format; None where there is no picture or the format is of the past."""
BYTES_PER_SECOND: Final = {
    "video_original": 1_750_000,
    "video_medium": 237_540,
    "video_hd": 425_030,
    "video_1080p": 775_000,
    "video_4k": 2_900_000,
    "video_frames": 11_330,
    "video_mobile_high": 62_600,
    "audio": 6_320,
    "video_webm_360p": 200_120,
    "video_webm_720p": 375_130,
}
SUFFIXES: Final = {"video_original": "video.mov", "video_frames": "frames.jpg", "audio": "audio.mp3"}


@dataclass(frozen=True, slots=True)
class Format:
    """One rendition of all photos that share kind and dimensions."""

    keys: tuple[str, str, str, str]
    kind: Literal["absent", "image", "video"]
    width: str = ""
    height: str = ""
    weight: int = 0
    """Of an image: bytes of an average file. Of a video: bytes per second."""
    path: str = ""
    """The part after the base path; ends in `/` where the file name follows."""
    suffix: str = ""


def fit(width: int, height: int, longest: int) -> tuple[int, int]:
    """Return dimensions of the same shape whose longer side is `longest`."""
    if width >= height:
        return longest, max(1, round(longest * height / width))
    return max(1, round(longest * width / height)), longest


def image_dimensions(name: str, width: int, height: int) -> tuple[int, int]:
    """Return width and height of a named thumbnail of a photo of the given dimensions."""
    if name == "original":
        return width, height
    side = IMAGE_SIDES[name]
    return (side, side) if name.startswith("quad") else fit(width, height, side)


def _video_dimensions(name: str, width: int, height: int) -> tuple[int, int]:
    shortest = VIDEO_SIDES[name] or min(width, height)
    scale = shortest / min(width, height)
    # Encoders want even numbers.
    return round(width * scale / 2) * 2, round(height * scale / 2) * 2


@lru_cache(maxsize=256)
def formats(kind: Kind, width: int, height: int, is_encoded: bool, is_privileged: bool) -> tuple[Format, ...]:  # noqa: FBT001
    """Return the renditions in the order of the wire; `is_privileged`: with the original file."""
    found = []
    is_waiting = kind in {"video", "audio"} and not is_encoded
    for name in ("original", *IMAGE_SIDES):
        keys = _keys(name)
        if is_waiting or kind == "text":
            found.append(Format(keys, "absent"))
        else:
            w, h = image_dimensions(name, width, height)
            found.append(Format(keys, "image", str(w), str(h), 900 + w * h // 9, f"/{name}"))
    for name, side in VIDEO_SIDES.items():
        if name == "video_original" and not is_privileged:
            continue
        keys = _keys(name)
        has_picture = kind == "video" and side is not None and side <= min(width, height)
        has_sound = name == "audio" and kind in {"video", "audio"}
        if is_waiting or not (has_picture or has_sound):
            found.append(Format(keys, "absent"))
            continue
        shown = _video_dimensions(name, width, height) if has_picture else ("", "")
        suffix = SUFFIXES.get(name, "video.webm" if "webm" in name else "video.mp4")
        found.append(Format(keys, "video", str(shown[0]), str(shown[1]), BYTES_PER_SECOND[name], f"/{name}/", suffix))
    return tuple(found)


def _keys(name: str) -> tuple[str, str, str, str]:
    return f"{name}_width", f"{name}_height", f"{name}_size", f"{name}_download"


def add_renditions(wire: Wire, photo: Photo, base: str, slug: str, *, is_privileged: bool) -> None:
    """Add the width, height, size and path of every rendition, those the photo lacks included.

    Runs for each photo of each listing, so it formats and does nothing else.
    """
    # Files of one size differ by some per cent from photo to photo, and always in the same way.
    size_factor = 0.9 + (photo.photo_id * 2654435761 & 0xFFFF) / 327680
    seconds = (photo.length or 0.0) * size_factor
    plan = formats(photo.kind, photo.width, photo.height, photo.is_encoded, is_privileged)
    for entry in plan:
        width, height, size, download = entry.keys
        wire[width] = entry.width
        wire[height] = entry.height
        if entry.kind == "absent":
            wire[size] = "0"
            wire[download] = ""
        elif entry.kind == "image":
            wire[size] = str(int(entry.weight * size_factor))
            wire[download] = base + entry.path
        else:
            wire[size] = str(int(entry.weight * seconds) + 1)
            wire[download] = f"{base}{entry.path}{slug}-{entry.suffix}"
