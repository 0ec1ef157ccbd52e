"""Images, clips and subtitle files under `/<tree>/<photo_id>/<token>/…`.

Source: API reference, "Thumbnails and preview images" and "Video and audio files".
"""

from __future__ import annotations

import io
import math
import re
import struct
import wave
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from django_twentythree.testing.sandbox.model import Photo
from django_twentythree.testing.sandbox.renditions import IMAGE_SIDES, VIDEO_SIDES, fit, image_dimensions
from django_twentythree.testing.sandbox.scenery import LARGEST_SIDE, Picture, Scenery
from django_twentythree.testing.sandbox.subtitles import as_json, as_vtt, as_websrt
from django_twentythree.testing.sandbox.tokens import make_token, matches
from django_twentythree.testing.sandbox.wire import protected_token

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from django_twentythree.testing.sandbox.site import Site

FILE: Final = re.compile(
    r"(?P<attachment>/attachment)?/\d{1,12}/(?P<id>\d{1,18})/(?P<token>[\w-]{8,80})/(?P<rest>[^/]+(?:/[^/]+)?)"
)
FREE_SIZE: Final = re.compile(r"(\d{1,4})x(\d{1,4})(cr)?")
FREE_WIDTH: Final = re.compile(r"(\d{1,4})x(fr)?")
SUBTITLES: Final = re.compile(
    r"subtitles\.(?P<locale>[A-Za-z]{2,3}_[A-Za-z]{2,4})(?:\.(?P<kind>\w+))?\.(?P<format>websrt|srt|vtt|json)"
)
STRIP_FRAMES: Final = 24
CACHE_CONTROL: Final = "public, max-age=300"


def answer(site: Site, request: Request) -> Response | None:
    """Return the file at an address; None when the address is not one of a file."""
    found = FILE.fullmatch(request.path)
    if found is None:
        return None
    with site.lock:
        photo, title = _subject(site, int(found["id"]), found["token"])
    # Drawing takes its time, and API calls need not wait for it.
    name = found["rest"].split("/", 1)[0]
    if name in VIDEO_SIDES or name == "video_hls":
        response = _film(site.scenery, photo, name, found["token"])
    elif subtitles := SUBTITLES.fullmatch(name):
        response = _subtitles(site, photo, subtitles)
    else:
        response = _image(site.scenery, photo, title, name)
    if found["attachment"]:
        response.headers["Content-Disposition"] = "attachment"
    response.headers["Cache-Control"] = CACHE_CONTROL
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.add_etag()
    return response.make_conditional(request.environ, accept_ranges=True, complete_length=len(response.get_data()))


def _subject(site: Site, number: int, token: str) -> tuple[Photo, str]:
    """Return what an address shows, and the title to write on it; a wrong token shows nothing."""
    photo = site.library.photos.get(number)
    if photo is not None:
        opens = matches(token, photo.token, number) or (photo.protection_method and token == protected_token(photo))
        if not opens:
            raise NotFound
        return photo, photo.title
    if token != make_token("photo", number):
        raise NotFound
    # The image of a live stream or a chapter: a photo that no listing shows.
    live = site.library.lives.get(number - 11)
    return Photo(photo_id=number, token=token, kind="image"), live.name if live else ""


def _image(scenery: Scenery, photo: Photo, title: str, name: str) -> Response:
    if photo.kind == "text" or not (photo.is_encoded or photo.kind == "image"):
        raise NotFound
    frames = FREE_WIDTH.fullmatch(name)
    if frames and frames[2]:
        width = max(1, min(int(frames[1]), 400))
        height = max(1, round(width * photo.height / photo.width))
        return _jpeg(scenery.draw_strip(photo.photo_id, width, height, STRIP_FRAMES))
    width, height = _image_size(name, photo)
    is_gray = (photo.width, photo.height) == (1440, 1080)
    return _jpeg(scenery.draw_jpeg(Picture(photo.photo_id, title, width, height, is_gray=is_gray)))


def _image_size(name: str, photo: Photo) -> tuple[int, int]:
    if name == "original" or name in IMAGE_SIDES:
        width, height = image_dimensions(name, photo.width, photo.height)
    elif found := FREE_SIZE.fullmatch(name):
        width, height = int(found[1]), int(found[2])
        if not found[3]:  # without "cr" it is fitted into the box; the platform's documentation does not say
            scale = min(width / photo.width, height / photo.height)
            width, height = round(photo.width * scale), round(photo.height * scale)
    elif found := FREE_WIDTH.fullmatch(name):
        width = int(found[1])
        height = round(width * photo.height / photo.width)
    else:
        raise NotFound
    if not (width > 0 and height > 0):
        raise NotFound
    return (width, height) if max(width, height) <= LARGEST_SIDE else fit(width, height, LARGEST_SIDE)


def _jpeg(content: bytes) -> Response:
    return Response(content, content_type="image/jpeg")


def _film(scenery: Scenery, photo: Photo, name: str, token: str) -> Response:
    if photo.kind not in {"video", "audio"} or not photo.is_encoded:
        raise NotFound
    if photo.protection_method and token != protected_token(photo):
        raise NotFound
    if name == "audio" or photo.kind == "audio":
        return Response(tone(), content_type="audio/wav")
    if name == "video_frames":
        return _jpeg(scenery.draw_strip(photo.photo_id, 320, round(320 * photo.height / photo.width), STRIP_FRAMES))
    if name == "video_hls":
        return Response("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-ENDLIST\n", content_type="application/vnd.apple.mpegurl")
    return Response(clip(), content_type="video/webm")


def _subtitles(site: Site, photo: Photo, found: re.Match[str]) -> Response:
    kind = found["kind"] or "general"
    for subtitle in site.library.subtitles.get(photo.photo_id, []):
        if (subtitle.locale, subtitle.kind) == (found["locale"], kind):
            if found["format"] == "vtt":
                return Response(as_vtt(subtitle.cues), content_type="text/vtt; charset=utf-8")
            if found["format"] == "json":
                return Response(as_json(subtitle.cues), content_type="application/json; charset=utf-8")
            return Response(as_websrt(subtitle.cues), content_type="text/plain; charset=utf-8")
    raise NotFound


@cache
def clip() -> bytes:
    """Return the one film there is: eight seconds of a boat that crosses the picture, WebM."""
    return files("django_twentythree.testing.sandbox").joinpath("static/clip.webm").read_bytes()


@cache
def tone() -> bytes:
    """Return the one sound there is: four quiet seconds, WAV."""
    rate, seconds = 8000, 4
    samples = (
        round(2500 * math.sin(math.tau * (220 if n // rate % 2 else 277) * n / rate) * (1 - n % rate / rate))
        for n in range(rate * seconds)
    )
    stream = io.BytesIO()
    with wave.open(stream, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return stream.getvalue()
