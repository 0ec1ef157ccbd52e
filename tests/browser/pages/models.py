"""A page of a host's own with one field of each kind, and an ordered choice with a text of its own."""

from __future__ import annotations

from django.db import models

from django_twentythree.fields import AlbumField, LiveStreamField, PhotoField, VideoField
from django_twentythree.models import OrderedPhoto


class Page(models.Model):
    title = models.CharField(max_length=100)
    medium = PhotoField(null=True, blank=True, help_text="A video or a picture.")
    category = AlbumField(null=True, blank=True)
    live_stream = LiveStreamField(null=True, blank=True)

    def __str__(self) -> str:
        return self.title


class Slide(OrderedPhoto):
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="slides")
    photo = VideoField(verbose_name="video")
    caption = models.CharField(max_length=100, blank=True)
