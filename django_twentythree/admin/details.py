"""Chapters and subtitles, on the page of their video."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model, PositiveIntegerField, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from django_twentythree.admin.columns import EMPTY
from django_twentythree.models import Photo, Section, Subtitle
from django_twentythree.pickers.widgets import PositionWidget
from django_twentythree.rendering import format_duration, sanitize_html

if TYPE_CHECKING:  # Django's classes take type arguments in the stubs only
    AnyTabularInline = admin.TabularInline[Any, Photo]
else:
    AnyTabularInline = admin.TabularInline


class DetailInline(AnyTabularInline):
    """Read-only rows that belong to a video; whoever may view the video may view them."""

    # Django's own template repeats each row's name and adds hidden fields of a form that nobody submits.
    template = "admin/twentythree/detail_inline.html"
    extra = 0
    can_delete = False
    show_change_link = False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm("twentythree.view_photo") or request.user.has_perm("twentythree.change_photo")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class SectionInline(DetailInline):
    """The chapters of a video, in their order."""

    model = Section
    fields = ("start", "title", "description")
    readonly_fields = ("start", "description")

    @admin.display(description=_("start"))
    def start(self, section: Section) -> str:
        return format_duration(section.start_seconds) or EMPTY

    @admin.display(description=_("description"))
    def description(self, section: Section) -> SafeString | str:
        return sanitize_html(section.description_html) or EMPTY


class SubtitleInline(DetailInline):
    """The subtitles of a video, the default first."""

    model = Subtitle
    fields = ("language", "kind", "is_default")
    readonly_fields = ("language",)

    @admin.display(description=_("language"))
    def language(self, subtitle: Subtitle) -> str:
        name = subtitle.extra.get("language") if isinstance(subtitle.extra, dict) else None
        if not isinstance(name, str) or not name:
            return subtitle.locale
        return format_html("{} ({})", name, subtitle.locale)


if TYPE_CHECKING:  # Django's classes take type arguments in the stubs only
    AnyInline = admin.TabularInline[Any, Any]
else:
    AnyInline = admin.TabularInline


class OrderedPhotoInline(AnyInline):
    """Inline for a model based on `OrderedPhoto`: the editor moves its rows into order."""

    extra = 0
    fields = ("photo", "position")
    ordering = ("position", "pk")
    formfield_overrides = {PositiveIntegerField: {"widget": PositionWidget}}  # noqa: RUF012 - Django's way of writing options

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        # Each row is headed by its title.
        return super().get_queryset(request).select_related("photo")
