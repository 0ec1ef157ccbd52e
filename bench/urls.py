"""The URLs of a site that measures."""

from django.apps import apps
from django.urls import include, path

urlpatterns = [path("twentythree/", include("django_twentythree.urls"))]
if apps.is_installed("bench.chooser"):
    urlpatterns.append(path("", include("bench.chooser.views")))
