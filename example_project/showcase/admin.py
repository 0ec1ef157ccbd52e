"""Articles in the admin."""

from typing import TYPE_CHECKING

from django.contrib import admin

from django_twentythree.admin import OrderedPhotoInline
from showcase.models import Article, RelatedVideo

if TYPE_CHECKING:  # Django's classes take type arguments in the stubs only
    ArticleModelAdmin = admin.ModelAdmin[Article]
else:
    ArticleModelAdmin = admin.ModelAdmin


class RelatedVideoInline(OrderedPhotoInline):
    """Further videos of an article, in the order that the editor chooses."""

    model = RelatedVideo


@admin.register(Article)
class ArticleAdmin(ArticleModelAdmin):
    """Admin of articles and their videos."""

    list_display = ("title", "video", "published_at")
    list_select_related = ("video",)
    search_fields = ("title", "summary", "body")
    prepopulated_fields = {"slug": ("title",)}  # noqa: RUF012 - Django's way of writing options
    inlines = (RelatedVideoInline,)
    date_hierarchy = "published_at"
