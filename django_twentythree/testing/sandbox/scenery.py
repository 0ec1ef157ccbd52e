"""The parts that a sandbox may be given from outside: an invented library, and pictures of its videos.

The platform's behaviour needs neither. Left alone, a sandbox fills its library with videos that differ by their
number only, and draws each picture as one plain area.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable

    from django_twentythree.testing.sandbox.library import Library

LARGEST_SIDE: Final = 4000
"""The longer side of the largest picture, in pixels."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture to be drawn: `number` decides the scene, `moment` (0 to 1) where in the film it is."""

    number: int
    title: str
    width: int
    height: int
    moment: float = 0.0
    is_gray: bool = False


def fill_plainly(library: Library, photos: int, seed: int) -> None:
    """Add this many published videos; the seed changes nothing."""
    for _ in range(photos):
        library.new_photo()


def draw_plainly(picture: Picture) -> bytes:
    """Return one area of colour, in the exact dimensions, as JPEG."""
    return _area(picture.number, picture.width, picture.height)


def draw_strip_plainly(number: int, width: int, height: int, frames: int) -> bytes:
    """Return one area of colour, as large as this many frames below one another, as JPEG."""
    return _area(number, width, height * frames)


def _area(number: int, width: int, height: int) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), (number % 256, 96, 128)).save(stream, "JPEG")
    return stream.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenery:
    """The three functions that give a sandbox its looks."""

    fill: Callable[[Library, int, int], None] = fill_plainly
    """Adds a number of photos to a library; equal seeds add equal ones."""
    draw_jpeg: Callable[[Picture], bytes] = draw_plainly
    draw_strip: Callable[[int, int, int, int], bytes] = draw_strip_plainly
    """Draws a number of frames of a film below one another: photo id, width and height of a frame, frames."""
