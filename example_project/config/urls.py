"""The site, the admin, and the package's own URLs."""

from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("admin/", admin.site.urls),
    path("twentythree/", include("django_twentythree.urls")),
    # Browsers ask for it on pages that name no icon, such as the admin's.
    path("favicon.ico", RedirectView.as_view(url=static("showcase/icon.svg"))),
    path("", include("showcase.urls")),
]
