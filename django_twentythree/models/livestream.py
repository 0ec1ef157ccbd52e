"""`LiveStream`, a live stream or a webinar."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from django_twentythree.models.album import Album
from django_twentythree.models.embeddable import Embeddable, EmbeddableQuerySet
from django_twentythree.models.mirrored import Mirrored
from django_twentythree.models.visibility import LIVE_STREAM, ON_AIR, Visibility
from django_twentythree.rendering import ImageSource, Kind, Subject


class LiveStreamQuerySet(EmbeddableQuerySet):
    """Live streams, with filters for what visitors may see."""


class LiveStream(Embeddable, Mirrored):
    """A live stream or webinar."""

    visibility: ClassVar[Visibility] = LIVE_STREAM

    token = models.TextField(_("token"), default="", blank=True)
    name = models.TextField(_("name"), default="", blank=True)
    page_path = models.TextField(_("page"), default="", blank=True)
    description_html = models.TextField(_("description"), default="", blank=True)
    description_text = models.TextField(_("description as text"), default="", blank=True)
    is_streaming = models.BooleanField(_("receiving signal"), default=False)
    is_broadcasting = models.BooleanField(_("on air"), null=True, default=None, blank=True)
    is_promoted = models.BooleanField(_("promoted"), default=False)
    is_private = models.BooleanField(_("private"), null=True, default=None, blank=True)
    show_countdown = models.BooleanField(_("shows a countdown"), default=False)
    next_start_at = models.DateTimeField(_("next start"), null=True, default=None, blank=True)
    starts_at = models.DateTimeField(_("starts"), null=True, default=None, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, default=None, blank=True)
    hls_url = models.TextField(_("HLS address"), default="", blank=True)
    album = models.ForeignKey(
        Album,
        on_delete=models.SET_NULL,
        null=True,
        default=None,
        blank=True,
        related_name="live_streams",
        verbose_name=_("category"),
    )
    thumbnail_tree_id = models.BigIntegerField(null=True, default=None, blank=True)
    thumbnail_photo_id = models.BigIntegerField(null=True, default=None, blank=True)
    thumbnail_token = models.TextField(default="", blank=True)
    preview_tree_id = models.BigIntegerField(null=True, default=None, blank=True)
    preview_photo_id = models.BigIntegerField(null=True, default=None, blank=True)
    preview_token = models.TextField(default="", blank=True)
    # The time of the last request for its recordings; null: due.
    recordings_observed_at = models.DateTimeField(null=True, default=None, editable=False)
    search_text = models.TextField(default="", blank=True, editable=False)

    objects = models.Manager.from_queryset(LiveStreamQuerySet)()

    class Meta(Mirrored.Meta):
        verbose_name = _("live stream / webinar")
        verbose_name_plural = _("live streams / webinars")
        ordering = ("next_start_at", "-pk")
        indexes = (models.Index(fields=("next_start_at", "-id"), name="twentythree_live_next_start"),)

    def __str__(self) -> str:
        return self.name or gettext("Untitled live stream %(id)s") % {"id": self.remote_id}

    @property
    def title(self) -> str:
        """The name, under the attribute that photos and albums use."""
        return self.name

    @property
    def is_on_air(self) -> bool:
        """Whether the public sees it now. The signal decides when the platform gives no other value."""
        return ON_AIR.holds(self)

    def get_subject(self) -> Subject:
        preview = ImageSource(tree_id=self.preview_tree_id, photo_id=self.preview_photo_id, token=self.preview_token)
        thumbnail = ImageSource(
            tree_id=self.thumbnail_tree_id, photo_id=self.thumbnail_photo_id, token=self.thumbnail_token
        )
        return replace(
            self._begin_subject(Kind.LIVESTREAM),
            image=preview if preview.is_complete else thumbnail,
        )
