"""Pictures of an object: one picture in a size, a `srcset`, or an `<img>`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.safestring import SafeString

from django_twentythree.folding import replace_unwritable
from django_twentythree.rendering.links import complete_image_path, get_image_path
from django_twentythree.rendering.markup import format_data_attributes
from django_twentythree.rendering.options import EmbedOptions
from django_twentythree.rendering.subject import Kind, Subject

NAMED_SIZES = (
    "quad16",
    "quad50",
    "quad75",
    "quad100",
    "small",
    "medium",
    "portrait",
    "standard",
    "large",
    "original",
)
PLACEHOLDER = "django_twentythree/placeholder.svg"
"""The static file shown while there is no picture, in 16:9."""

_FREE_SIZE = re.compile(r"[1-9][0-9]{0,3}x(?:[1-9][0-9]{0,3}(?:cr)?|fr)?", re.ASCII)
_SET_NAMES = ("small", "medium", "portrait", "standard", "large", "original")
_SET_WIDTHS = (320, 640, 960, 1280)
_DEFAULT_WIDTH, _DEFAULT_HEIGHT = 640, 360
# A still image can have any size, and no page needs more than this.
_MAX_WIDTH = 2560
_MAX_SIDE = 100_000


@dataclass(frozen=True, slots=True)
class Image:
    """The address of a picture, and its width and height in pixels."""

    url: str
    width: int
    height: int


def is_image_size(size: object) -> bool:
    """Return whether the platform makes pictures of this size.

    Source: API reference, section 18: the named sizes, `600x400`, `400x225cr` (cropped), `800x` (natural
    height) and `180xfr` (a strip of frames).
    """
    return isinstance(size, str) and (size in NAMED_SIZES or bool(_FREE_SIZE.fullmatch(size)))


def get_placeholder_url() -> str:
    """Return the address of the placeholder picture."""
    return static(PLACEHOLDER)


def get_image_url(subject: Subject, size: str, *, allow_unpublished: bool) -> str:
    """Return the address of a picture in a valid size; "" when there is none to show.

    An object that is gone has none. The address contains the token, so an object that is not public has none
    either, unless that is allowed.
    """
    if subject.missing_since or not subject.may_show_token(allow_unpublished=allow_unpublished):
        return ""
    path = ""
    if size in NAMED_SIZES:
        named = (found for found in subject.renditions if found.get("format") == size)
        path = next((complete_image_path(found.get("path")) for found in named), "")
    if not path and subject.image:
        source = subject.image
        path = get_image_path(source.tree_id, source.photo_id, source.token, size)
    return subject.base_url + path if path else ""


def get_size(subject: Subject) -> tuple[int, int] | None:
    """Return the object's own width and height; None when they are unknown or invalid."""
    return _read_size(subject.width, subject.height)


def get_images(subject: Subject, *, allow_unpublished: bool) -> list[Image]:
    """Return the uncropped pictures of the object, the narrowest first; [] when there are none."""
    if not get_image_url(subject, "large", allow_unpublished=allow_unpublished):
        return []
    named = {image.width: image for image in _iter_named(subject, allow_unpublished=allow_unpublished)}
    if named:
        return [named[width] for width in sorted(named)]
    width, height = get_size(subject) or (_DEFAULT_WIDTH, _DEFAULT_HEIGHT)
    images = []
    for wanted in _SET_WIDTHS:
        wanted_height = max(1, round(wanted * height / width))
        # The size of a live stream's picture is unknown, so crop it to the shape of the player.
        size = f"{wanted}x" if get_size(subject) else f"{wanted}x{wanted_height}cr"
        url = get_image_url(subject, size, allow_unpublished=allow_unpublished)
        images.append(Image(url, wanted, wanted_height))
    return images


def _iter_named(subject: Subject, *, allow_unpublished: bool) -> Iterator[Image]:
    by_format = {found.get("format"): found for found in subject.renditions}
    shape = get_size(subject)
    for name in _SET_NAMES:
        found = by_format.get(name, {})
        size = _read_size(found.get("width"), found.get("height"))
        if size is None or size[0] > _MAX_WIDTH or not complete_image_path(found.get("path")):
            continue
        # A site can configure a named size to crop.
        if shape and abs(size[0] / size[1] / (shape[0] / shape[1]) - 1) > 0.05:
            continue
        yield Image(get_image_url(subject, name, allow_unpublished=allow_unpublished), *size)


def _read_size(width: object, height: object) -> tuple[int, int] | None:
    if not (isinstance(width, int) and isinstance(height, int)):
        return None
    if not (0 < width <= _MAX_SIDE and 0 < height <= _MAX_SIDE and 0.1 <= width / height <= 10):
        return None
    return width, height


def format_srcset(images: list[Image]) -> str:
    """Return the value of a `srcset`; "" without pictures."""
    return ", ".join(f"{image.url} {image.width}w" for image in images)


def choose_default(images: list[Image]) -> Image:
    """Return the picture for browsers without `srcset` support: the widest suitable one."""
    fitting = [image for image in images if image.width <= _SET_WIDTHS[-1]]
    return fitting[-1] if fitting else images[0]


def render_picture(subject: Subject, options: EmbedOptions, *, sizes: str) -> SafeString:
    """Return an `<img>` with `srcset` and `sizes`; "" when the object may not be shown.

    An object without a picture shows the placeholder.
    """
    obstacle = replace(subject, is_ready=True).get_obstacle(allow_unpublished=options.allow_unpublished)
    if obstacle:
        return SafeString("")
    return render_to_string("twentythree/picture.html", get_picture_context(subject, options, sizes=sizes))


def get_picture_context(subject: Subject, options: EmbedOptions, *, sizes: str) -> dict[str, object]:
    """Return the context of `twentythree/picture.html`."""
    images = get_images(subject, allow_unpublished=options.allow_unpublished)
    placeholder = Image(get_placeholder_url(), _DEFAULT_WIDTH, _DEFAULT_HEIGHT)
    chosen = choose_default(images) if images else placeholder
    return {
        "kind": str(subject.kind),
        "src": chosen.url,
        "srcset": format_srcset(images),
        "sizes": sizes,
        "width": chosen.width,
        "height": chosen.height,
        "alt": replace_unwritable(subject.title) if options.alt is None else options.alt,
        "loading": "eager" if options.loading == "eager" else "lazy",
        # An eager picture is the large one at the top of a page, which browsers should fetch before scripts.
        "fetchpriority": "high" if options.loading == "eager" else "",
        "classes": options.classes,
        "data_attributes": format_data_attributes(options.data),
    }


def has_picture(kind: Kind, renditions: Iterable[Mapping[str, Any]], *, is_encoded: bool) -> bool:
    """Return whether the platform has made pictures of a photo; before encoding there may be none."""
    names = {found.get("format") for found in renditions}
    return is_encoded or kind == Kind.IMAGE or not names.isdisjoint(NAMED_SIZES)
