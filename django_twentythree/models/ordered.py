"""`OrderedPhoto`, the base for one row of an ordered choice of photos."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from django_twentythree.fields import PhotoField


class OrderedPhoto(models.Model):
    """A photo and its position. The subclass adds a foreign key to the object that owns the choice.

    ```python
    class RelatedVideo(OrderedPhoto):
        article = models.ForeignKey(Article, models.CASCADE, related_name="related_videos")
        photo = VideoField()  # where only videos may be chosen
    ```
    """

    photo = PhotoField(verbose_name=_("video"))
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return str(self.photo)
