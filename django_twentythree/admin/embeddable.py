"""The shared admin of videos, categories and live streams, with a player at the top of each page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from django_twentythree.admin.badges import get_photo_badges, render_badges
from django_twentythree.admin.columns import EMPTY, render_link, render_table
from django_twentythree.admin.mirrored import MirroredAdmin, Tool
from django_twentythree.admin.related import get_viewer, is_nameable
from django_twentythree.models import Photo
from django_twentythree.references import find_usages
from django_twentythree.rendering import describe_unavailable, format_duration, render_description


class EmbeddableAdmin(MirroredAdmin):
    """Objects with a title, a description, a player, and a page on the platform."""

    @admin.display(description=_("title"))
    def name(self, row: Any) -> str:
        return str(row)

    @admin.display(description=_("description"))
    def description(self, row: Any) -> SafeString | str:
        # Pass the platform's address, so that relative links do not lead into this admin.
        base_url = row.get_workspace().get_settings().base_url
        return render_description(row.description_html, row.description_text, base_url=base_url) or EMPTY

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        row: Any = super().get_object(request, object_id, from_field)
        if row is not None:
            # Django passes only the row to a read-only field, but the usages shown depend on the viewer.
            row.twentythree_viewer = request.user
        return row

    @admin.display(description=_("used in"))
    def used_in(self, row: Any) -> SafeString:
        usages = find_usages([row], user=get_viewer(row))[row.pk]
        return render_to_string("twentythree/usages.html", {"usages": usages})

    def get_object_tools(self, request: HttpRequest, row: Any) -> list[Tool]:
        tools = super().get_object_tools(request, row)
        if row.is_missing:
            return tools
        return [*tools, Tool(_("Open on TwentyThree"), row.platform_url, is_external=True)]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = context.get("original")
        if row is not None:
            context["embed"] = row.embed(allow_unpublished=True, loading="lazy")
            context["obstacle"] = _describe_obstacle(row)
        return super().render_change_form(request, context, *args, **kwargs)


def render_related(row: Any, related: Any) -> SafeString | str:
    """Return a link to a related row, or `EMPTY` when there is none that this person may see."""
    return render_link(related) if related and is_nameable(related, get_viewer(row)) else EMPTY


def render_videos(caption: Any, photos: Iterable[Photo]) -> SafeString | str:
    """Return a table of videos for the page of their category or live stream."""
    rows = (
        (
            render_link(photo),
            format_duration(photo.duration_seconds) or None,
            timezone.localdate(photo.published_at) if photo.published_at else None,
            render_badges(get_photo_badges(photo)),
        )
        for photo in photos
    )
    return render_table(caption, (_("title"), _("duration"), _("published on"), _("state")), rows)


def _describe_obstacle(row: Any) -> str:
    """Return why visitors cannot see it, or "" when they can."""
    obstacle = None if row.is_available else row.get_subject().get_obstacle(allow_unpublished=False)
    if obstacle is None:
        return ""
    return describe_unavailable(obstacle, title=str(row), missing_since=row.missing_since)
