"""The admin of tags, with the number of videos of each."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from django_twentythree.admin.filters import WorkspaceFilter
from django_twentythree.admin.mirrored import ReadOnlyAdmin
from django_twentythree.models import Photo, Tag
from django_twentythree.models.queries import has_words_in_name
from django_twentythree.user_context import User


@admin.register(Tag)
class TagAdmin(ReadOnlyAdmin):
    """Admin of tags, which exist only while videos use them."""

    note = _("This page shows data from TwentyThree. Tags appear and disappear with the videos that have them.")
    list_display = ("name", "video_count", "workspace")
    sortable_by = ("name",)
    list_filter = (WorkspaceFilter,)
    search_fields = ("name",)
    fields = ("workspace", "videos")
    readonly_fields: ClassVar[tuple[str, ...]] = ("videos",)

    def prepare_list(self, queryset: QuerySet[Tag], user: User) -> QuerySet[Tag]:
        tagged = Photo.tags.through.objects.filter(tag=OuterRef("pk")).order_by().values("tag")
        counted = Subquery(tagged.annotate(count=Count("pk")).values("count"))  # type: ignore[misc]
        return queryset.annotate(counted_videos=Coalesce(counted, 0))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Tag], search_term: str
    ) -> tuple[QuerySet[Tag], bool]:
        return queryset.filter(has_words_in_name(search_term)), False

    @admin.display(description=_("videos"))
    def video_count(self, tag: Tag) -> SafeString:
        return _link_videos(tag, tag.counted_videos)  # type: ignore[attr-defined]  # annotated by prepare_list

    @admin.display(description=_("videos"))
    def videos(self, tag: Tag) -> SafeString:
        return _link_videos(tag, tag.photos.count())


def _link_videos(tag: Tag, count: int) -> SafeString:
    url = f"{reverse('admin:twentythree_photo_changelist')}?tag={tag.pk}"
    return format_html('<a href="{}">{}</a>', url, count)
