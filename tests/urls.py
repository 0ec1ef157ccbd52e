"""URLs of the test suite: the admin and the package's own, as a project would include them."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("twentythree/", include("django_twentythree.urls")),
]
