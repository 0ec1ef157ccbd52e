"""The admin of players."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from django_twentythree.admin.badges import Badge, get_presence_badges
from django_twentythree.admin.filters import PresenceFilter, WorkspaceFilter
from django_twentythree.admin.mirrored import MirroredAdmin
from django_twentythree.models import Player, SyncRun
from django_twentythree.models.queries import has_words_in_name


@admin.register(Player)
class PlayerAdmin(MirroredAdmin):
    """The players that TwentyThree's administrators have set up."""

    resource = SyncRun.Resource.PLAYERS
    list_display = ("label", "is_default", "remote_id", "state", "workspace")
    list_display_links = ("label",)
    sortable_by = ("is_default",)
    list_filter = (PresenceFilter, WorkspaceFilter)
    search_fields = ("name",)
    fieldsets = (
        (None, {"fields": ("state", "is_default")}),
        (_("Mirror"), {"fields": ("workspace", "remote_id", "observed_at", "changed_at", "missing_since")}),
        (_("Further fields from TwentyThree"), {"classes": ("collapse",), "fields": ("further_fields",)}),
    )
    readonly_fields: ClassVar[tuple[str, ...]] = ("state", "further_fields")

    def get_badges(self, row: Player) -> list[Badge]:
        return get_presence_badges(row)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Player], search_term: str
    ) -> tuple[QuerySet[Player], bool]:
        return queryset.filter(has_words_in_name(search_term)), False

    @admin.display(description=_("name"))
    def label(self, player: Player) -> str:
        return str(player)
