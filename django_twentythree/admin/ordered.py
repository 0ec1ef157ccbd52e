"""An inline for an ordered choice of photos."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import PositiveIntegerField, QuerySet
from django.http import HttpRequest

from django_twentythree.pickers.widgets import PositionWidget

if TYPE_CHECKING:  # Django's classes take type arguments in the stubs only
    AnyInline = admin.TabularInline[Any, Any]
else:
    AnyInline = admin.TabularInline


class OrderedPhotoInline(AnyInline):
    """The rows of a model on `OrderedPhoto`, in an order that the editor moves them into."""

    extra = 0
    fields = ("photo", "position")
    ordering = ("position", "pk")
    formfield_overrides = {PositiveIntegerField: {"widget": PositionWidget}}  # noqa: RUF012 - Django's way of writing options

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        # Each row is headed by its title.
        return super().get_queryset(request).select_related("photo")
