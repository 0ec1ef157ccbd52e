"""The page with stacked rows, some of them empty; and two more admins, with Django's own widgets for articles."""

from django.contrib import admin

from django_twentythree.admin import OrderedPhotoInline
from django_twentythree.models import Photo
from showcase.models import Article
from tests.browser.pages.models import Page, Slide


class SlideInline(OrderedPhotoInline):
    model = Slide
    template = "admin/edit_inline/stacked.html"
    fields = ("photo", "caption", "position")  # type: ignore[assignment]
    extra = 2


@admin.register(Page)
class PageAdmin(admin.ModelAdmin):
    inlines = (SlideInline,)


class PlainArticleAdmin(admin.ModelAdmin):
    prepopulated_fields = {"slug": ("title",)}  # noqa: RUF012 - Django's way of writing options


class RawIdArticleAdmin(PlainArticleAdmin):
    raw_id_fields = ("video",)


class AutocompleteArticleAdmin(PlainArticleAdmin):
    autocomplete_fields = ("video",)


rawid_site = admin.AdminSite("rawid")
rawid_site.register(Article, RawIdArticleAdmin)
autocomplete_site = admin.AdminSite("autocomplete")
autocomplete_site.register(Article, AutocompleteArticleAdmin)
for site in (rawid_site, autocomplete_site):
    site.register(Photo, type(admin.site.get_model_admin(Photo)))
