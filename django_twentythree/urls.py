"""The package's URLs, for a project to include under a prefix of its choice."""

from django.urls import path

from django_twentythree.views import login, notify, picker, upload

app_name = "twentythree"
urlpatterns = [
    # Without the final slash as well: a redirect would turn the platform's POST into a GET. `reverse` takes
    # the last that fits, so the slash is there in the address that people paste.
    path("notify/<str:alias>/<str:secret>", notify.notify, name="notify"),
    path("notify/<str:alias>/<str:secret>/<str:event>", notify.notify, name="notify"),
    path("notify/<str:alias>/<str:secret>/", notify.notify, name="notify"),
    path("notify/<str:alias>/<str:secret>/<str:event>/", notify.notify, name="notify"),
    path("notify/<path:rest>", notify.not_a_door),
    path("picker/<slug:model>/", picker.picker, name="picker"),
    path("picker/<slug:model>/dialog/", picker.picker_dialog, name="picker_dialog"),
    path("picker/<slug:model>/describe/", picker.picker_describe, name="picker_describe"),
    path("picker/<slug:model>/suggest/<slug:what>/", picker.picker_suggest, name="picker_suggest"),
    path("picker/<slug:model>/find/", picker.picker_find, name="picker_find"),
    path("picker/<slug:model>/newest/", picker.picker_newest, name="picker_newest"),
    path("picker/<slug:model>/<int:pk>/refresh/", picker.picker_refresh, name="picker_refresh"),
    path("picker/<slug:model>/<int:pk>/", picker.picker_details, name="picker_details"),
    path("logged-in/", login.logged_in, name="logged_in"),
    path("upload/", upload.upload_begin, name="upload_begin"),
    path("upload/status/", upload.upload_status, name="upload_status"),
    path("upload/return/", upload.upload_return, name="upload_return"),
]
