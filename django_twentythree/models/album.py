"""`Album`, which editors know as a category (formerly a channel)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from django_twentythree.models.embeddable import Embeddable, EmbeddableQuerySet
from django_twentythree.models.mirrored import Mirrored
from django_twentythree.models.visibility import ALBUM, Visibility
from django_twentythree.rendering import Kind, Subject


class AlbumQuerySet(EmbeddableQuerySet):
    """Albums, with filters for what visitors may see."""


class Album(Embeddable, Mirrored):
    """A category of videos."""

    visibility: ClassVar[Visibility] = ALBUM

    token = models.TextField(_("token"), default="", blank=True)
    title = models.TextField(_("title"), default="", blank=True)
    page_path = models.TextField(_("page"), default="", blank=True)
    description_html = models.TextField(_("description"), default="", blank=True)
    description_text = models.TextField(_("description as text"), default="", blank=True)
    is_hidden = models.BooleanField(_("hidden"), default=False)
    created_at = models.DateTimeField(_("created"), null=True, default=None, blank=True)
    author_name = models.TextField(_("author"), default="", blank=True)
    search_text = models.TextField(default="", blank=True, editable=False)

    objects = models.Manager.from_queryset(AlbumQuerySet)()

    class Meta(Mirrored.Meta):
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ("-created_at", "-pk")
        indexes = (models.Index(fields=("-created_at", "-id"), name="twentythree_album_created"),)

    def __str__(self) -> str:
        return self.title or gettext("Untitled category %(id)s") % {"id": self.remote_id}

    def get_subject(self) -> Subject:
        return self._begin_subject(Kind.ALBUM)
