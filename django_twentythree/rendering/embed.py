"""`Embed`, one object ready for a page, and the functions that build it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from django_twentythree.folding import replace_unwritable
from django_twentythree.rendering.images import (
    choose_default,
    format_srcset,
    get_images,
    get_picture_context,
    get_placeholder_url,
    get_size,
)
from django_twentythree.rendering.links import get_player_url
from django_twentythree.rendering.markup import format_data_attributes, format_duration
from django_twentythree.rendering.options import EmbedOptions
from django_twentythree.rendering.subject import Kind, Subject

_DEFAULT_SIZE = (1280, 720)
# An audio player shows only a picture and the controls.
_AUDIO_SIZE = (640, 200)

_PLAY_LABELS = {
    Kind.VIDEO: _("Play video: %(title)s"),
    Kind.AUDIO: _("Play audio: %(title)s"),
    Kind.ALBUM: _("Play videos: %(title)s"),
}


_NOTHING = SafeString("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Embed:
    """One object ready for a page. In a template, `{{ embed }}` is its HTML."""

    html: SafeString = _NOTHING
    """"" when it is not available."""
    url: str = ""
    """The address of the player, or of the picture for a still image."""
    width: int | None = None
    """The width in pixels. With `height` it gives the shape; the page decides the displayed size."""
    height: int | None = None
    title: str = ""
    poster: str = ""
    """The address of its picture; "" when there is none."""
    srcset: str = ""
    """The `srcset` of the same picture."""
    is_available: bool = False

    def __str__(self) -> str:
        return self.html

    def __html__(self) -> str:
        return self.html

    def as_dict(self) -> dict[str, Any]:
        """Return the fields for a JSON answer."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        return {**found, "html": str.__str__(self.html)}  # a plain str, which every encoder accepts


def build_embed(subject: Subject, options: EmbedOptions) -> Embed:
    """Return the object ready for a page, or an empty `Embed` that is not available."""
    if subject.get_obstacle(allow_unpublished=options.allow_unpublished):
        return Embed()
    images = get_images(subject, allow_unpublished=options.allow_unpublished)
    poster = choose_default(images).url if images else ""
    is_image = subject.kind == Kind.IMAGE
    width, height = _choose_size(subject, None if is_image else options.ratio)
    html = _render_image(subject, options) if is_image else _render_player(subject, options, poster, width, height)
    return Embed(
        html=html,
        url=poster if is_image else _get_player_url(subject, options),
        width=width,
        height=height,
        title=_get_title(subject, options),
        poster=poster,
        srcset=format_srcset(images),
        is_available=True,
    )


def get_embed_url(subject: Subject, options: EmbedOptions) -> str:
    """Return the `url` that `build_embed` gives; "" when the object may not be shown."""
    if subject.get_obstacle(allow_unpublished=options.allow_unpublished):
        return ""
    if subject.kind == Kind.IMAGE:
        images = get_images(subject, allow_unpublished=options.allow_unpublished)
        return choose_default(images).url if images else ""
    return _get_player_url(subject, options)


def _get_player_url(subject: Subject, options: EmbedOptions) -> str:
    return get_player_url(
        subject.base_url,
        options.player_id,
        subject.key,
        subject.remote_id,
        subject.get_token(allow_unpublished=options.allow_unpublished),
        options.get_player_parameters(),
    )


def _get_title(subject: Subject, options: EmbedOptions) -> str:
    return options.title or replace_unwritable(subject.title)


def _choose_size(subject: Subject, ratio: float | None) -> tuple[int, int]:
    default = _AUDIO_SIZE if subject.kind == Kind.AUDIO else get_size(subject) or _DEFAULT_SIZE
    if ratio is None:
        return default
    width, height = default
    # The largest part of the object in the requested shape.
    if ratio < width / height:
        return max(1, round(height * ratio)), height
    return width, max(1, round(width / ratio))


def _render_image(subject: Subject, options: EmbedOptions) -> SafeString:
    context = get_picture_context(subject, options, sizes="(min-width: 80rem) 80rem, 100vw")
    return render_to_string("twentythree/embed/image.html", context)


def _render_player(subject: Subject, options: EmbedOptions, poster: str, width: int, height: int) -> SafeString:
    # A live stream's player counts down and starts by itself, which is not possible behind a picture.
    waits_for_click = options.loading == "click" and subject.kind != Kind.LIVESTREAM
    title = _get_title(subject, options)
    kind = Kind.VIDEO if subject.kind == Kind.TEXT else subject.kind
    context: dict[str, Any] = {
        "kind": str(kind),
        "title": title,
        "width": width,
        "height": height,
        "is_portrait": height > width,
        "classes": options.classes,
        "data_attributes": format_data_attributes(options.data),
        "waits_for_click": waits_for_click,
    }
    if waits_for_click:
        context |= {
            "src": _get_play_url(subject, options),
            "loading": "eager",
            "play_label": str(_PLAY_LABELS[kind]) % {"title": title},
            "poster": poster or get_placeholder_url(),
            "alt": options.alt or "",
            "duration": format_duration(subject.duration_seconds),
        }
    else:
        loading = "lazy" if options.loading == "click" else options.loading
        context |= {"src": _get_player_url(subject, options), "loading": loading}
    return render_to_string(f"twentythree/embed/{kind}.html", context)


def _get_play_url(subject: Subject, options: EmbedOptions) -> str:
    """Return the player's address for a visitor who has clicked play: the video starts with sound."""
    return _get_player_url(subject, replace(options, autoplay=None)) + "&autoPlay=1"
