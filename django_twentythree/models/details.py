"""`Section` and `Subtitle`, which are fetched for one photo at a time and replaced together."""

from hashlib import sha256
from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from django_twentythree.models.photo import Photo


class Section(models.Model):
    """A chapter of a video."""

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="sections", verbose_name=_("video"))
    remote_id = models.BigIntegerField(_("TwentyThree id"))
    start_seconds = models.FloatField(_("start in seconds"), default=0.0)
    title = models.TextField(_("title"), default="", blank=True)
    description_html = models.TextField(_("description"), default="", blank=True)
    extra = models.JSONField(_("further fields"), default=dict, blank=True)

    class Meta:
        verbose_name = _("chapter")
        verbose_name_plural = _("chapters")
        ordering = ("start_seconds", "remote_id")
        constraints = (models.UniqueConstraint(fields=("photo", "remote_id"), name="twentythree_section_unique"),)

    def __str__(self) -> str:
        return self.title or gettext("Untitled chapter %(id)s") % {"id": self.remote_id}


def digest_subtitle(locale: str, kind: str) -> str:
    """Return the identity of a subtitle file within its video: the hex SHA-256 of locale and kind.

    The digest compares bytes on every database. Some collations treat "da_DK", "da_dk" and "da_DK " as equal.
    """
    return sha256(f"{locale}\0{kind}".encode()).hexdigest()


class Subtitle(models.Model):
    """A subtitle file of a video, in one locale and of one kind."""

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="subtitles", verbose_name=_("video"))
    locale = models.TextField(_("locale"))
    kind = models.TextField(_("kind"), default="general", blank=True)
    digest = models.CharField(max_length=64, editable=False)
    file_path = models.TextField(_("file"), default="", blank=True)
    is_default = models.BooleanField(_("default"), default=False)
    extra = models.JSONField(_("further fields"), default=dict, blank=True)

    class Meta:
        verbose_name = _("subtitle")
        verbose_name_plural = _("subtitles")
        ordering = ("-is_default", "locale", "kind")
        constraints = (models.UniqueConstraint(fields=("photo", "digest"), name="twentythree_subtitle_unique"),)

    def __str__(self) -> str:
        return f"{self.locale} ({self.kind})"

    def save(self, **kwargs: Any) -> None:
        self.digest = digest_subtitle(self.locale, self.kind)
        super().save(**kwargs)
