"""The URLs of a site that measures."""

from django.urls import include, path

urlpatterns = [path("twentythree/", include("django_twentythree.urls"))]
