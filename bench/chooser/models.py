"""The rows of the mirror as Wagtail's index sees them."""

from __future__ import annotations

from typing import Any

from django.db import models
from wagtail.search import index


class ShelvedVideo(index.Indexed, models.Model):  # type: ignore[misc]
    """A photo by its title, which is what a generic chooser searches."""

    title: models.TextField[str, str] = models.TextField()

    search_fields = (index.SearchField("title"), index.AutocompleteField("title"))

    class Meta:
        managed = False
        db_table = "twentythree_photo"

    def __str__(self) -> str:
        return self.title

    @classmethod
    def get_indexed_objects(cls) -> Any:
        return cls.objects.order_by("pk")
