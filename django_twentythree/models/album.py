"""`Album`: what editors know as a category, formerly a channel."""

from __future__ import annotations

from dataclasses import replace
from typing import Self

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from django_twentythree.models.embeddable import Embeddable
from django_twentythree.models.mirrored import Mirrored, MirroredQuerySet
from django_twentythree.models.queries import accepts_unpublished
from django_twentythree.rendering import Kind, Obstacle, Subject


class AlbumQuerySet(MirroredQuerySet):
    """Albums by what a visitor may see."""

    def published(self) -> Self:
        """Return the albums that anybody may see: present and not hidden."""
        return self.present().filter(is_hidden=False)

    def available(self) -> Self:
        """Return the albums that may be embedded, hidden ones too where the workspace says so."""
        return self.present().filter(models.Q(is_hidden=False) | accepts_unpublished())


class Album(Embeddable, Mirrored):
    """A category of videos."""

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
        return self.title or gettext("Untitled category %(id)d") % {"id": self.remote_id}

    @property
    def is_available(self) -> bool:
        """Whether a page may show it: present, and not hidden unless the workspace embeds such."""
        return not self.is_missing and (not self.is_hidden or self.get_workspace().get_settings().EMBED_UNPUBLISHED)

    def get_subject(self) -> Subject:
        return replace(
            self._begin_subject(Kind.ALBUM),
            closed_by=Obstacle.HIDDEN if self.is_hidden else None,
        )
