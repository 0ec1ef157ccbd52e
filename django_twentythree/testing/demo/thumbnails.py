"""Pictures for photos: a scene of sea, sky and shore, its own for each id, with the title on it."""

from __future__ import annotations

import io
import math
from functools import lru_cache
from random import Random
from typing import Final
from unicodedata import normalize

from PIL import Image, ImageDraw, ImageFont

from django_twentythree.testing.sandbox.scenery import Picture

PALETTES: Final = (
    # sky above, sky at the horizon, water, shore
    ((20, 44, 84), (240, 160, 110), (24, 62, 92), (16, 28, 44)),
    ((88, 156, 208), (232, 240, 244), (38, 110, 140), (44, 72, 62)),
    ((250, 190, 120), (255, 232, 190), (198, 110, 90), (92, 44, 52)),
    ((10, 14, 34), (52, 66, 120), (12, 22, 50), (4, 8, 18)),
    ((150, 176, 184), (224, 226, 220), (96, 128, 136), (58, 70, 74)),
    ((70, 40, 110), (244, 132, 140), (60, 40, 92), (30, 18, 48)),
    ((120, 190, 190), (250, 236, 200), (30, 130, 130), (24, 70, 66)),
    ((36, 84, 62), (214, 222, 160), (40, 100, 80), (18, 46, 36)),
)
DRAWN_SIDE: Final = 1400
SPELLED_OUT: Final = str.maketrans(
    {
        "æ": "ae",
        "ø": "oe",
        "å": "aa",
        "Æ": "Ae",
        "Ø": "Oe",
        "Å": "Aa",
        "ß": "ss",
        "\u2013": "-",
        "«": '"',
        "»": '"',
    }
)


@lru_cache(maxsize=600)
def draw_jpeg(picture: Picture) -> bytes:
    """Return a picture as JPEG, in its exact dimensions."""
    stream = io.BytesIO()
    _draw(picture).save(stream, "JPEG", quality=82, optimize=picture.width < 1000)
    return stream.getvalue()


@lru_cache(maxsize=20)
def draw_strip(number: int, width: int, height: int, frames: int) -> bytes:
    """Return a number of frames of a film below one another, as JPEG."""
    strip = Image.new("RGB", (width, height * frames))
    for frame in range(frames):
        strip.paste(_draw(Picture(number, "", width, height, frame / frames)), (0, height * frame))
    stream = io.BytesIO()
    strip.save(stream, "JPEG", quality=70)
    return stream.getvalue()


def _draw(picture: Picture) -> Image.Image:
    # Drawn larger and scaled down, which smooths the edges that ImageDraw leaves jagged.
    factor = min(
        2.0,
        max(1.0, 480 / max(picture.width, picture.height)) * 2,
        DRAWN_SIDE / max(picture.width, picture.height),
    )
    size = max(8, round(picture.width * factor)), max(8, round(picture.height * factor))
    scene = _scene(picture, *size).resize((picture.width, picture.height), Image.Resampling.LANCZOS)
    if picture.is_gray:
        scene = scene.convert("L").convert("RGB")
    if picture.title and min(picture.width, picture.height) >= 90:
        _write(scene, picture.title)
    return scene


def _scene(picture: Picture, width: int, height: int) -> Image.Image:
    random = Random(picture.number)  # noqa: S311  # which hill is where is no secret
    above, below, water, shore = PALETTES[random.randrange(len(PALETTES))]
    horizon = round(height * random.uniform(0.5, 0.68))
    image = Image.new("RGB", (width, height), water)
    image.paste(_gradient(width, horizon, above, below), (0, 0))
    image.paste(_gradient(width, height - horizon, _mix(below, water, 0.55), _mix(water, shore, 0.4)), (0, horizon))
    draw = ImageDraw.Draw(image)
    unit = min(width, height) / 100
    sun_x = width * (random.uniform(0.15, 0.85) + 0.1 * picture.moment)
    sun_y, sun_r = horizon - unit * random.uniform(4, 34), unit * random.uniform(5, 11)
    glow = _mix(below, (255, 255, 245), 0.75)
    draw.ellipse((sun_x - sun_r, sun_y - sun_r, sun_x + sun_r, sun_y + sun_r), fill=glow)
    _hills(draw, random, width, horizon, unit, _mix(below, shore, 0.45))
    draw.rectangle((0, horizon, width, horizon + max(1, unit / 3)), fill=_mix(below, water, 0.3))
    _glints(draw, random, (sun_x, horizon, sun_r), height, unit, glow)
    _harbour(draw, random, width, horizon, unit, shore)
    _boat(
        draw,
        width * ((random.random() + picture.moment) % 1.0),
        horizon + unit * random.uniform(6, 16),
        unit,
        shore,
        _mix(glow, above, 0.1),
    )
    _waves(draw, random, width, height, unit, _mix(water, shore, 0.75))
    return image


def _gradient(width: int, height: int, top: tuple[int, ...], bottom: tuple[int, ...]) -> Image.Image:
    column = Image.new("RGB", (1, max(1, height)))
    column.putdata([_mix(top, bottom, y / max(1, height - 1)) for y in range(max(1, height))])
    return column.resize((width, max(1, height)))


def _mix(first: tuple[int, ...], second: tuple[int, ...], share: float) -> tuple[int, int, int]:
    r, g, b = (round(a + (z - a) * share) for a, z in zip(first, second, strict=True))
    return r, g, b


def _hills(
    draw: ImageDraw.ImageDraw,
    random: Random,
    width: int,
    horizon: int,
    unit: float,
    colour: tuple[int, int, int],
) -> None:
    phase, height = random.uniform(0, 6), unit * random.uniform(3, 13)
    steps = 60
    points = [
        (
            width * x / steps,
            horizon - height * (0.6 + 0.4 * math.sin(phase + x / 7) + 0.3 * math.sin(phase * 2 + x / 3)),
        )
        for x in range(steps + 1)
    ]
    draw.polygon([(0, horizon), *points, (width, horizon)], fill=colour)


def _glints(
    draw: ImageDraw.ImageDraw,
    random: Random,
    sun: tuple[float, float, float],
    height: int,
    unit: float,
    colour: tuple[int, int, int],
) -> None:
    x, horizon, radius = sun
    y = horizon + unit
    while y < height:
        reach = radius * random.uniform(0.3, 1.5)
        draw.rounded_rectangle((x - reach, y, x + reach, y + unit * 0.5), unit * 0.25, fill=colour)
        y += unit * random.uniform(1.6, 4.5)


def _harbour(
    draw: ImageDraw.ImageDraw,
    random: Random,
    width: int,
    horizon: int,
    unit: float,
    colour: tuple[int, int, int],
) -> None:
    x = -unit * 5 if random.random() < 0.5 else width - unit * 55
    for _ in range(random.randint(3, 7)):
        house, roof = unit * random.uniform(6, 11), unit * random.uniform(6, 17)
        draw.rectangle((x, horizon - roof, x + house, horizon + unit), fill=colour)
        draw.polygon(
            [(x, horizon - roof), (x + house / 2, horizon - roof - house / 2), (x + house, horizon - roof)],
            fill=colour,
        )
        x += house
    if random.random() < 0.6:  # a crane
        arm = unit * random.uniform(22, 32)
        draw.rectangle((x + unit * 6, horizon - arm, x + unit * 7.5, horizon), fill=colour)
        draw.polygon(
            [
                (x + unit * 2, horizon - arm),
                (x + unit * 26, horizon - arm - unit * 6),
                (x + unit * 26, horizon - arm - unit * 5),
                (x + unit * 2, horizon - arm + unit * 1.5),
            ],
            fill=colour,
        )


def _boat(
    draw: ImageDraw.ImageDraw,
    x: float,
    y: float,
    unit: float,
    hull: tuple[int, int, int],
    sail: tuple[int, int, int],
) -> None:
    draw.polygon(
        [(x - unit * 7, y), (x + unit * 7, y), (x + unit * 5, y + unit * 3), (x - unit * 5, y + unit * 3)],
        fill=hull,
    )
    draw.polygon([(x - unit * 0.4, y - unit), (x - unit * 0.4, y - unit * 16), (x - unit * 6, y - unit)], fill=sail)
    draw.polygon([(x + unit * 0.6, y - unit), (x + unit * 0.6, y - unit * 13), (x + unit * 5, y - unit)], fill=sail)


def _waves(
    draw: ImageDraw.ImageDraw,
    random: Random,
    width: int,
    height: int,
    unit: float,
    colour: tuple[int, int, int],
) -> None:
    for layer in range(2):
        top, phase = height - unit * (15 - 7 * layer), random.uniform(0, 6)
        points = [(width * x / 80, top + unit * 1.6 * math.sin(phase + x / 4.5)) for x in range(81)]
        draw.polygon([(0, height), *points, (width, height)], fill=_mix(colour, (0, 0, 0), 0.15 * layer))


def _write(image: Image.Image, title: str) -> None:
    size = max(12, round(min(image.width, image.height * 1.4) / 15))
    font = ImageFont.load_default(size)
    lines = _wrap(title, font, image.width * 0.86)
    if not lines:
        return
    draw = ImageDraw.Draw(image, "RGBA")
    line_height = round(size * 1.25)
    y = image.height - line_height * len(lines) - round(size * 0.7)
    fade = Image.linear_gradient("L").resize((image.width, image.height - max(0, y - size * 2)))
    shade = Image.new("RGB", fade.size, (0, 0, 0))
    image.paste(shade, (0, image.height - fade.height), fade.point(lambda value: value * 6 // 10))
    for line in lines:
        draw.text((image.width * 0.06, y), line, font=font, fill=(255, 255, 255, 245))
        y += line_height


def _wrap(title: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: float) -> list[str]:
    # The font that Pillow brings along knows the letters of ASCII only.
    plain = normalize("NFKD", title.translate(SPELLED_OUT)).encode("ascii", "ignore").decode()
    if sum(map(str.isalnum, plain)) < sum(map(str.isalnum, title)):
        return []  # another script: better no words than some of them
    lines = [""]
    for word in plain.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return [*lines[:2], "..."] if len(lines) > 3 else [line for line in lines if line]
