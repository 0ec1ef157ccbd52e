"""The admin of live streams and webinars, with their recordings."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from django_twentythree.admin.badges import Badge, get_live_stream_badges
from django_twentythree.admin.columns import render_thumbnail
from django_twentythree.admin.embeddable import EmbeddableAdmin, render_related, render_videos
from django_twentythree.admin.filters import LiveStreamAlbumFilter, PresenceFilter, WorkspaceFilter
from django_twentythree.admin.related import get_nameable, get_viewer, may_see
from django_twentythree.models import Album, LiveStream, SyncRun
from django_twentythree.user_context import User

SHOWN_RECORDINGS = 20


@admin.register(LiveStream)
class LiveStreamAdmin(EmbeddableAdmin):
    """Live streams and webinars."""

    resource = SyncRun.Resource.LIVESTREAMS
    list_display = ("thumbnail", "name", "next_start_at", "state", "album", "workspace")
    list_display_links = ("name",)
    list_select_related = ("workspace",)
    sortable_by = ("next_start_at",)
    list_filter = (
        "is_broadcasting",
        "is_private",
        LiveStreamAlbumFilter,
        PresenceFilter,
        WorkspaceFilter,
    )
    search_fields = ("search_text",)
    search_help_text = _("Enter words of the name, a TwentyThree id, or the address of a live stream.")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "state",
                    "next_start_at",
                    "starts_at",
                    "ends_at",
                    "show_countdown",
                    "category",
                    "description",
                )
            },
        ),
        (_("Used in"), {"fields": ("used_in",)}),
        (_("Recordings"), {"fields": ("recordings",)}),
        (_("Mirror"), {"fields": ("workspace", "remote_id", "observed_at", "changed_at", "missing_since")}),
        (
            _("Further fields from TwentyThree"),
            {
                "classes": ("collapse",),
                "fields": ("further_fields",),
                "description": _("The address for the encoder's signal is secret and is not shown."),
            },
        ),
    )
    readonly_fields: ClassVar[tuple[str, ...]] = (
        "state",
        "category",
        "description",
        "used_in",
        "recordings",
        "further_fields",
    )

    def get_badges(self, row: LiveStream) -> list[Badge]:
        return get_live_stream_badges(row)

    def prepare_list(self, queryset: QuerySet[LiveStream], user: User) -> QuerySet[LiveStream]:
        rows = queryset.defer("description_html", "description_text", "extra", "search_text")
        if may_see(user, Album):
            return rows.select_related("album")
        return rows.prefetch_related(Prefetch("album", get_nameable(Album.objects.all(), user)))

    @admin.display(description=_("picture"))
    def thumbnail(self, live: LiveStream) -> SafeString:
        return render_thumbnail(live)

    @admin.display(description=_("category"))
    def category(self, live: LiveStream) -> SafeString | str:
        return render_related(live, live.album)

    @admin.display(description=_("recordings"))
    def recordings(self, live: LiveStream) -> SafeString | str:
        photos = live.recordings.defer("description_html", "description_text", "extra")
        shown = get_nameable(photos, get_viewer(live))[:SHOWN_RECORDINGS]
        return render_videos(_("Newest recordings of this live stream"), shown)
