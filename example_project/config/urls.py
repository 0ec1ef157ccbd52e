"""The URLs of the site, the admin and the package."""

from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("admin/", admin.site.urls),
    path("twentythree/", include("django_twentythree.urls")),
    # Browsers request it on pages without an icon, such as the admin's.
    path("favicon.ico", RedirectView.as_view(url=static("showcase/icon.svg"))),
    path("", include("showcase.urls")),
]
