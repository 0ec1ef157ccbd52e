"""The admin of categories: the list, and the page of one category with its videos."""

from __future__ import annotations

import datetime
from typing import ClassVar

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from django_twentythree.admin.badges import Badge, get_album_badges
from django_twentythree.admin.columns import EMPTY
from django_twentythree.admin.embeddable import EmbeddableAdmin, render_videos
from django_twentythree.admin.filters import PresenceFilter, WorkspaceFilter
from django_twentythree.admin.related import get_nameable, get_viewer
from django_twentythree.models import Album, AlbumPhoto, Photo, SyncRun
from django_twentythree.user_context import User

SHOWN_VIDEOS = 20


@admin.register(Album)
class AlbumAdmin(EmbeddableAdmin):
    """Categories, formerly channels."""

    resource = SyncRun.Resource.ALBUMS
    list_display = ("name", "video_count", "state", "creation_day", "workspace")
    list_display_links = ("name",)
    sortable_by = ("creation_day",)
    list_filter = ("is_hidden", PresenceFilter, WorkspaceFilter)
    search_fields = ("search_text",)
    search_help_text = _("Enter words of the title or author, a TwentyThree id, or the address of a category.")
    fieldsets = (
        (None, {"fields": ("state", "created_at", "author_name", "description")}),
        (_("Used in"), {"fields": ("used_in",)}),
        (_("Videos"), {"fields": ("videos",)}),
        (_("Mirror"), {"fields": ("workspace", "remote_id", "observed_at", "changed_at", "missing_since")}),
        (_("Further fields from TwentyThree"), {"classes": ("collapse",), "fields": ("further_fields",)}),
    )
    readonly_fields: ClassVar[tuple[str, ...]] = ("state", "description", "used_in", "videos", "further_fields")

    def get_badges(self, row: Album) -> list[Badge]:
        return get_album_badges(row)

    def prepare_list(self, queryset: QuerySet[Album], user: User) -> QuerySet[Album]:
        members = AlbumPhoto.objects.filter(album=OuterRef("pk")).order_by().values("album")
        counted = Subquery(members.annotate(count=Count("pk")).values("count"))
        return queryset.defer("description_html", "description_text", "extra", "search_text").annotate(
            counted_videos=Coalesce(counted, 0)
        )

    @admin.display(description=_("created"), ordering="created_at", empty_value=EMPTY)
    def creation_day(self, album: Album) -> datetime.date | None:
        return timezone.localdate(album.created_at) if album.created_at else None

    @admin.display(description=_("videos"))
    def video_count(self, album: Album) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>',
            _get_videos_url(album),
            album.counted_videos,  # type: ignore[attr-defined]  # annotated by prepare_list
        )

    @admin.display(description=_("videos"))
    def videos(self, album: Album) -> SafeString:
        photos = Photo.objects.filter(albums=album).defer("description_html", "description_text", "extra")
        shown = get_nameable(photos, get_viewer(album))[:SHOWN_VIDEOS]
        videos = render_videos(_("Newest videos in this category"), shown)
        # With format_html, because a category without videos shows plain text instead of a table.
        return format_html(
            '{}<p><a href="{}">{}</a></p>', videos, _get_videos_url(album), _("All videos in this category")
        )


def _get_videos_url(album: Album) -> str:
    return f"{reverse('admin:twentythree_photo_changelist')}?category={album.pk}"
