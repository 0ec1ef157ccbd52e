"""The admin of videos: the list and the page of one video."""

from __future__ import annotations

import datetime
from typing import ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from django_twentythree.admin.actions import request_refresh
from django_twentythree.admin.badges import Badge, get_photo_badges
from django_twentythree.admin.columns import EMPTY, render_links, render_table, render_thumbnail
from django_twentythree.admin.details import SectionInline, SubtitleInline
from django_twentythree.admin.embeddable import EmbeddableAdmin, render_related
from django_twentythree.admin.filters import AlbumFilter, PresenceFilter, TagFilter, WorkspaceFilter
from django_twentythree.admin.mirrored import Tool
from django_twentythree.admin.related import get_nameable, get_viewer
from django_twentythree.models import Album, Photo, SyncRun
from django_twentythree.rendering import format_duration
from django_twentythree.user_context import User

SHOWN_CATEGORIES = 3
LINKED_ROWS = 50


@admin.register(Photo)
class PhotoAdmin(EmbeddableAdmin):
    """Admin of videos, audio files and still images."""

    resource = SyncRun.Resource.PHOTOS
    list_display = (
        "thumbnail",
        "name",
        "state",
        "duration",
        "kind",
        "publish_day",
        "categories",
        "view_count",
        "workspace",
    )
    list_display_links = ("name",)
    sortable_by = ("publish_day",)
    list_filter = (
        "kind",
        AlbumFilter,
        TagFilter,
        "is_published",
        "is_protected",
        PresenceFilter,
        WorkspaceFilter,
    )
    search_fields = ("search_text",)
    search_help_text = _("Enter words of the title, tags or author, a TwentyThree id, or the address of a video.")
    actions = ("refresh_selected",)
    inlines = (SectionInline, SubtitleInline)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "state",
                    "kind",
                    "duration",
                    "dimensions",
                    "published_at",
                    "uploaded_at",
                    "linked_categories",
                    "linked_tags",
                    "author_name",
                    "view_count",
                    "linked_live_stream",
                    "description",
                )
            },
        ),
        (_("Used in"), {"fields": ("used_in",)}),
        (_("Files"), {"fields": ("files",)}),
        (
            _("Mirror"),
            {
                "fields": (
                    "workspace",
                    "remote_id",
                    "observed_at",
                    "changed_at",
                    "details_observed_at",
                    "missing_since",
                )
            },
        ),
        (_("Further fields from TwentyThree"), {"classes": ("collapse",), "fields": ("further_fields",)}),
    )
    readonly_fields: ClassVar[tuple[str, ...]] = (
        "state",
        "duration",
        "dimensions",
        "linked_categories",
        "linked_tags",
        "linked_live_stream",
        "description",
        "used_in",
        "files",
        "further_fields",
    )

    def get_badges(self, row: Photo) -> list[Badge]:
        return get_photo_badges(row)

    def prepare_list(self, queryset: QuerySet[Photo], user: User) -> QuerySet[Photo]:
        albums = Prefetch("albums", get_nameable(Album.objects.only("title", "remote_id"), user))
        return queryset.defer("description_html", "description_text", "extra", "search_text").prefetch_related(albums)

    @admin.display(description=_("picture"))
    def thumbnail(self, photo: Photo) -> SafeString:
        return render_thumbnail(photo)

    @admin.display(description=_("duration"), empty_value=EMPTY)
    def duration(self, photo: Photo) -> str | None:
        return format_duration(photo.duration_seconds) or None

    @admin.display(description=_("published on"), ordering="published_at", empty_value=EMPTY)
    def publish_day(self, photo: Photo) -> datetime.date | None:
        return timezone.localdate(photo.published_at) if photo.published_at else None

    @admin.display(description=_("categories"))
    def categories(self, photo: Photo) -> str:
        titles = [str(album) for album in photo.albums.all()]
        more = f" +{len(titles) - SHOWN_CATEGORIES}" if len(titles) > SHOWN_CATEGORIES else ""
        return ", ".join(titles[:SHOWN_CATEGORIES]) + more or EMPTY

    @admin.display(description=_("categories"))
    def linked_categories(self, photo: Photo) -> SafeString | str:
        return render_links(get_nameable(photo.albums.all(), get_viewer(photo))[:LINKED_ROWS])

    @admin.display(description=_("live stream / webinar"))
    def linked_live_stream(self, photo: Photo) -> SafeString | str:
        return render_related(photo, photo.live_stream)

    @admin.display(description=_("tags"))
    def linked_tags(self, photo: Photo) -> SafeString | str:
        return render_links(photo.tags.all()[:LINKED_ROWS])

    @admin.display(description=_("width and height"))
    def dimensions(self, photo: Photo) -> str:
        return f"{photo.width} × {photo.height}" if photo.width and photo.height else EMPTY  # noqa: RUF001

    @admin.display(description=_("files"))
    def files(self, photo: Photo) -> SafeString | str:
        rows = (
            (
                found.get("format"),
                f"{found['width']} × {found['height']}" if found.get("width") else None,  # noqa: RUF001
                # The platform sends only a flag as the size of a playlist.
                filesizeformat(found["size_bytes"]) if (found.get("size_bytes") or 0) > 1 else None,
            )
            for found in photo.renditions
        )
        return render_table(_("Files of this video"), (_("format"), _("width and height"), _("size")), rows)

    @admin.action(description=_("Sync with TwentyThree"), permissions=["request"])
    def refresh_selected(self, request: HttpRequest, queryset: QuerySet[Photo]) -> None:
        request_refresh(request, queryset)

    def get_urls(self) -> list[URLPattern]:
        refresh_view = self.admin_site.admin_view(self.refresh_view)
        return [
            path("<int:pk>/refresh/", refresh_view, name=self._get_url_name("refresh")),
            *super().get_urls(),
        ]

    def get_object_tools(self, request: HttpRequest, row: Photo) -> list[Tool]:
        tools = super().get_object_tools(request, row)
        if not self.has_request_permission(request):
            return tools
        url = reverse(f"admin:{self._get_url_name('refresh')}", args=(row.pk,))
        return [Tool(_("Sync with TwentyThree"), url, is_post=True), *tools]

    @method_decorator(require_POST)
    def refresh_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Queue a refresh of one video, and show its page."""
        if not self.has_request_permission(request):
            raise PermissionDenied
        photo = get_object_or_404(self.get_queryset(request), pk=pk)
        request_refresh(request, Photo.objects.filter(pk=photo.pk))
        return HttpResponseRedirect(reverse(f"admin:{self._get_url_name('change')}", args=(photo.pk,)))
