"""`{% load twentythree %}`: players, pictures and lists of a TwentyThree library."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import template
from django.conf import settings
from django.db.models import QuerySet
from django.template import Context, TemplateSyntaxError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from django_twentythree.addresses import resolve
from django_twentythree.conf import is_preview_function
from django_twentythree.listings import get_lives, get_photos
from django_twentythree.models import Album, LiveStream, Photo, Tag
from django_twentythree.models.embeddable import Embeddable
from django_twentythree.rendering import (
    OptionError,
    UnavailableReason,
    build_embed,
    describe_value,
    format_duration,
    get_placeholder_url,
    is_editor_preview,
    raise_or_warn,
    render_description,
    render_notice,
    render_picture,
    sanitize_html,
    write_if_possible,
)

register = template.Library()

_NOTHING = SafeString("")
_ALL_OF_THE_WIDTH = "100vw"


@register.simple_tag(takes_context=True)
def twentythree_embed(context: Context, target: Any, /, **options: Any) -> SafeString:
    """`{% twentythree_embed photo start_seconds=30 %}`: one player, starting half a minute in.

    The target is a photo, an album, a live stream, or an address of the platform. A missing or unavailable object
    renders nothing; an editor's preview shows the reason.
    """
    with _option_errors_as_syntax_errors():
        found = _find_object(target)
        if isinstance(found, UnavailableReason):
            return _render_notice(context, found)
        subject, read = found.get_subject(), found.read_embed_options(options)
    obstacle = subject.get_obstacle(allow_unpublished=read.allow_unpublished)
    if obstacle is None:
        return build_embed(subject, read).html
    facts = {"title": subject.title, "missing_since": subject.missing_since, "classes": read.classes}
    return _render_notice(context, obstacle, **facts)


@register.simple_tag(takes_context=True)
def twentythree_assets(context: Context) -> SafeString:
    """`{% twentythree_assets %}`: the stylesheet and the script of the embeds, once in a page."""
    # Only the bottom of the render context is shared by a page and all templates that it includes and extends.
    page: dict[Any, Any] = context.render_context.dicts[0]
    if page.get(_ASSETS_GIVEN):
        return _NOTHING
    page[_ASSETS_GIVEN] = True
    return render_to_string("twentythree/assets.html")


_ASSETS_GIVEN = "django_twentythree.assets_given"


@register.simple_tag
def twentythree_thumbnail(target: Any, size: str = "large", *, allow_unpublished: bool | None = None) -> str:
    """`{% twentythree_thumbnail photo "600x338cr" %}`: the address of its picture, or of a placeholder."""
    with _option_errors_as_syntax_errors():
        if isinstance(target, Embeddable):
            return target.thumbnail_url(size, allow_unpublished=allow_unpublished)
        _refuse_unless_empty("twentythree_thumbnail", target)
    return get_placeholder_url()


@register.simple_tag
def twentythree_picture(target: Any, /, *, sizes: str = _ALL_OF_THE_WIDTH, **options: Any) -> SafeString:
    """`{% twentythree_picture photo sizes="(min-width: 60rem) 30vw, 100vw" %}`: an `<img srcset>`.

    It takes the embed options `alt`, `loading`, `class`, `data_…` and `allow_unpublished`. An object that is gone
    or not public renders nothing.
    """
    with _option_errors_as_syntax_errors():
        if isinstance(target, Embeddable):
            options_read = target.read_embed_options(options)
            return render_picture(target.get_subject(), options_read, sizes=_read_sizes(sizes))
        _refuse_unless_empty("twentythree_picture", target)
    return _NOTHING


@register.simple_tag
def twentythree_photos(
    *,
    album: Album | int | str | None = None,
    tag: Tag | str | None = None,
    kind: str | None = None,
    search: str | float | None = None,
    order: str | None = None,
    limit: int | str | None = None,
) -> QuerySet[Photo]:
    """`{% twentythree_photos album=album limit=12 as photos %}`: published photos, ready for a Paginator.

    It takes `album`, `tag`, `kind`, `search`, `order` and `limit`, as `listings.get_photos` explains.
    """
    with _option_errors_as_syntax_errors():
        return get_photos(album=album, tag=tag, kind=kind, search=search, order=order, limit=limit)


@register.simple_tag
def twentythree_lives(*, upcoming: bool | None = None) -> QuerySet[LiveStream]:
    """`{% twentythree_lives upcoming=True as lives %}`: public live streams, those on air first."""
    return get_lives(upcoming=upcoming)


@register.filter
def twentythree_duration(seconds: Any) -> str:
    """`{{ photo.duration_seconds|twentythree_duration }}`: "4:07", "1:03:20"; "" for no duration."""
    return format_duration(seconds)


@register.filter
def twentythree_description(target: Any) -> SafeString:
    """`{{ photo|twentythree_description }}`: its description as harmless HTML; also takes HTML itself."""
    if isinstance(target, Embeddable):
        base_url = target.get_workspace().get_settings().base_url
        return render_description(target.description_html, target.description_text, base_url=base_url)
    return sanitize_html(target) if isinstance(target, str) else _NOTHING


def _find_object(target: Any) -> Embeddable | UnavailableReason:
    if isinstance(target, Embeddable):
        return target
    if isinstance(target, int) and not isinstance(target, bool):
        target = write_if_possible(target)
    if isinstance(target, str) and target.strip():
        return resolve(target) or UnavailableReason.UNKNOWN_ADDRESS
    _refuse_unless_empty("twentythree_embed", target)
    return UnavailableReason.NOT_CHOSEN


def _read_sizes(sizes: Any) -> str:
    if isinstance(sizes, str):
        return write_if_possible(sizes)
    raise_or_warn(f"The sizes {describe_value(sizes)} of a picture are no text.", strict=settings.DEBUG)
    return _ALL_OF_THE_WIDTH


def _refuse_unless_empty(tag: str, target: Any) -> None:
    if target is not None and write_if_possible(target).strip():
        raise_or_warn(f"{{% {tag} %}} shows no {type(target).__name__}.", strict=settings.DEBUG)


def _render_notice(context: Context, obstacle: UnavailableReason, **facts: Any) -> SafeString:
    """Return a notice with the reason in an editor's preview; nothing for other visitors."""
    request = context.get("request")
    if request is None:
        return _NOTHING
    own_function = is_preview_function()
    is_preview = is_editor_preview(request) or bool(own_function and own_function(request))
    return render_notice(obstacle, **facts) if is_preview else _NOTHING


@contextmanager
def _option_errors_as_syntax_errors() -> Iterator[None]:
    try:
        yield
    except OptionError as error:
        raise TemplateSyntaxError(str(error)) from error
