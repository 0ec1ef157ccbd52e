"""Render players, pictures and notices as HTML from plain values, without queries, settings or requests."""

from django_twentythree.rendering.embed import Embed, build_embed, get_embed_url
from django_twentythree.rendering.images import (
    NAMED_SIZES,
    PLACEHOLDER,
    get_image_url,
    get_placeholder_url,
    has_picture,
    is_image_size,
    render_picture,
)
from django_twentythree.rendering.links import clean_token
from django_twentythree.rendering.markup import (
    describe_value,
    format_duration,
    render_description,
    sanitize_html,
    write_if_possible,
)
from django_twentythree.rendering.notices import describe_unavailable, is_editor_preview, render_notice
from django_twentythree.rendering.options import (
    OPTION_NAMES,
    EmbedOptions,
    OptionError,
    raise_or_warn,
    read_options,
    read_seconds,
)
from django_twentythree.rendering.subject import ImageSource, Kind, Subject, UnavailableReason

__all__ = [
    "NAMED_SIZES",
    "OPTION_NAMES",
    "PLACEHOLDER",
    "Embed",
    "EmbedOptions",
    "ImageSource",
    "Kind",
    "OptionError",
    "Subject",
    "UnavailableReason",
    "build_embed",
    "clean_token",
    "describe_unavailable",
    "describe_value",
    "format_duration",
    "get_embed_url",
    "get_image_url",
    "get_placeholder_url",
    "has_picture",
    "is_editor_preview",
    "is_image_size",
    "raise_or_warn",
    "read_options",
    "read_seconds",
    "render_description",
    "render_notice",
    "render_picture",
    "sanitize_html",
    "write_if_possible",
]
