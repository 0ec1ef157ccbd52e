"""The package's URLs, for a project to include under a prefix of its choice."""

from django.urls import path

from django_twentythree import views

app_name = "twentythree"
urlpatterns = [
    # Without the final slash as well: a redirect would turn the platform's POST into a GET. `reverse` takes
    # the last that fits, so the slash is there in the address that people paste.
    path("notify/<str:alias>/<str:secret>", views.notify, name="notify"),
    path("notify/<str:alias>/<str:secret>/<str:event>", views.notify, name="notify"),
    path("notify/<str:alias>/<str:secret>/", views.notify, name="notify"),
    path("notify/<str:alias>/<str:secret>/<str:event>/", views.notify, name="notify"),
    path("notify/<path:rest>", views.not_a_door),
]
