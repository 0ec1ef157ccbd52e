"""Articles in the admin."""

from typing import TYPE_CHECKING

from django.contrib import admin

from showcase.models import Article

if TYPE_CHECKING:  # Django's classes take type arguments in the stubs only
    ArticleModelAdmin = admin.ModelAdmin[Article]
else:
    ArticleModelAdmin = admin.ModelAdmin


@admin.register(Article)
class ArticleAdmin(ArticleModelAdmin):
    """Write a text, choose its video."""

    list_display = ("title", "video", "published_at")
    list_select_related = ("video",)
    search_fields = ("title", "summary", "body")
    prepopulated_fields = {"slug": ("title",)}  # noqa: RUF012 - Django's way of writing options
    autocomplete_fields = ("video",)
    date_hierarchy = "published_at"
