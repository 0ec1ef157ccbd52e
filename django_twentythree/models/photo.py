"""`Photo`, a video, an audio file or a still image, with its albums and tags."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models.signals import m2m_changed, post_save
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from django_twentythree.models.album import Album
from django_twentythree.models.embeddable import Embeddable, EmbeddableQuerySet
from django_twentythree.models.livestream import LiveStream
from django_twentythree.models.mirrored import Mirrored
from django_twentythree.models.tag import Tag
from django_twentythree.models.visibility import ALBUM, PHOTO, Visibility
from django_twentythree.rendering import ImageSource, Kind, Subject, has_picture


class PhotoQuerySet(EmbeddableQuerySet):
    """Photos, with filters for what visitors may see."""

    def to_conceal(self) -> Self:
        """Return the photos that are in hidden albums only but do not have `is_concealed` set."""
        memberships = AlbumPhoto.objects.filter(photo=models.OuterRef("pk"))
        in_open = models.Exists(memberships.filter(ALBUM.public.through("album")))
        return self.filter(models.Exists(memberships), ~in_open, is_concealed=False)

    def to_reveal(self) -> Self:
        """Return the photos that have `is_concealed` set but are in no album or in a visible one."""
        memberships = AlbumPhoto.objects.filter(photo=models.OuterRef("pk"))
        in_open = models.Exists(memberships.filter(ALBUM.public.through("album")))
        return self.filter(~models.Exists(memberships) | in_open, is_concealed=True)

    def update_concealed(self) -> int:
        """Update `is_concealed` from the current albums, and return the number of changed rows."""
        return self.to_conceal().update(is_concealed=True) + self.to_reveal().update(is_concealed=False)


class Photo(Embeddable, Mirrored):
    """A video, an audio file or a still image of the platform."""

    visibility: ClassVar[Visibility] = PHOTO

    class Kind(models.TextChoices):
        """The kind of a photo. When the platform sets several flags, text wins, then video, audio, image."""

        VIDEO = "video", _("video")
        AUDIO = "audio", _("audio")
        IMAGE = "image", _("image")
        TEXT = "text", _("text")

    token = models.TextField(_("token"), default="", blank=True)
    title = models.TextField(_("title"), default="", blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.VIDEO)
    is_published = models.BooleanField(_("published"), default=False)
    is_encoded = models.BooleanField(_("encoded"), default=False)
    is_promoted = models.BooleanField(_("promoted"), default=False)
    is_protected = models.BooleanField(_("protected"), default=False)
    page_path = models.TextField(_("page"), default="", blank=True)
    tree_id = models.BigIntegerField(_("tree id"), null=True, default=None, blank=True)
    description_html = models.TextField(_("description"), default="", blank=True)
    description_text = models.TextField(_("description as text"), default="", blank=True)
    duration_seconds = models.FloatField(_("duration in seconds"), null=True, default=None, blank=True)
    width = models.BigIntegerField(_("width"), null=True, default=None, blank=True)
    height = models.BigIntegerField(_("height"), null=True, default=None, blank=True)
    published_at = models.DateTimeField(_("published on"), null=True, default=None, blank=True)
    uploaded_at = models.DateTimeField(_("uploaded on"), null=True, default=None, blank=True)
    view_count = models.BigIntegerField(_("views"), default=0)
    author_name = models.TextField(_("author"), default="", blank=True)
    renditions = models.JSONField(_("renditions"), default=list, blank=True)
    has_subtitles = models.BooleanField(_("has subtitles"), default=False)
    has_sections = models.BooleanField(_("has chapters"), default=False)
    details_observed_at = models.DateTimeField(
        _("chapters and subtitles observed"), null=True, default=None, blank=True
    )
    live_stream = models.ForeignKey(
        LiveStream,
        on_delete=models.SET_NULL,
        null=True,
        default=None,
        blank=True,
        related_name="recordings",
        verbose_name=_("live stream / webinar"),
    )
    albums = models.ManyToManyField(
        Album, through="AlbumPhoto", related_name="photos", blank=True, verbose_name=_("categories")
    )
    tags = models.ManyToManyField(Tag, related_name="photos", blank=True, verbose_name=_("tags"))
    # Whether all its albums are hidden. Sync keeps this, so that `is_available` costs no query.
    is_concealed = models.BooleanField(default=False, editable=False)
    search_text = models.TextField(default="", blank=True, editable=False)
    # The start of the folded title, because titles are too long for an index and sort by case.
    sort_title = models.CharField(max_length=100, default="", blank=True, editable=False)

    objects = models.Manager.from_queryset(PhotoQuerySet)()

    class Meta(Mirrored.Meta):
        verbose_name = _("video")
        verbose_name_plural = _("videos")
        ordering = ("-uploaded_at", "-pk")
        indexes = (
            models.Index(fields=("-uploaded_at", "-id"), name="twentythree_photo_uploaded"),
            models.Index(fields=("-published_at", "-id"), name="twentythree_photo_published"),
            models.Index(fields=("workspace", "details_observed_at"), name="twentythree_photo_details"),
            models.Index(fields=("sort_title", "id"), name="twentythree_photo_title"),
            models.Index(fields=("duration_seconds", "id"), name="twentythree_photo_duration"),
            models.Index(fields=("-view_count", "-id"), name="twentythree_photo_views"),
            models.Index(fields=("kind", "is_published", "is_concealed"), name="twentythree_photo_kind"),
        )

    def __str__(self) -> str:
        if self.title:
            return self.title
        return str(_UNTITLED.get(self.kind, _UNTITLED[self.Kind.VIDEO])) % {"id": self.remote_id}

    def rendition(self, format: str) -> dict[str, Any] | None:
        """Return one file of the photo; None when the platform has not made it.

        Args:
            format: A format of the platform, such as `video_hd`, `audio` or `large`.

        Returns:
            `format`, `width`, `height` (pixels or None), `size_bytes` (for `video_hls` a mere flag) and `path`.
        """
        return next((found for found in self.renditions if found.get("format") == format), None)

    def get_subject(self) -> Subject:
        kind = Kind(self.kind)
        own_image = ImageSource(tree_id=self.tree_id, photo_id=self.remote_id, token=self.token)
        return replace(
            self._begin_subject(kind),
            width=self.width,
            height=self.height,
            duration_seconds=self.duration_seconds,
            renditions=self.renditions,
            image=own_image if has_picture(kind, self.renditions, is_encoded=self.is_encoded) else None,
        )


_UNTITLED: dict[str, Any] = {
    Photo.Kind.VIDEO: _("Untitled video %(id)s"),
    Photo.Kind.AUDIO: _("Untitled audio %(id)s"),
    Photo.Kind.IMAGE: _("Untitled image %(id)s"),
    Photo.Kind.TEXT: _("Untitled text %(id)s"),
}


class AlbumPhoto(models.Model):
    """One photo's place in one album."""

    album = models.ForeignKey(Album, on_delete=models.CASCADE, related_name="memberships")
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="memberships")
    position = models.BigIntegerField(_("position"), null=True, default=None, blank=True)

    class Meta:
        verbose_name = _("video in category")
        verbose_name_plural = _("videos in categories")
        ordering = ("position", "pk")
        constraints = (models.UniqueConstraint(fields=("photo", "album"), name="twentythree_albumphoto_unique"),)

    def __str__(self) -> str:
        return f"{self.album_id}: {self.photo_id}"


# `sync` does not trigger these signals and keeps `is_concealed` itself. Other writers, such as fixtures and tests, go
# through the models and must not reveal photos that are in hidden categories only.
@receiver(post_save, sender=Album)
def _conceal_by_album(*, instance: Album, created: bool, using: str, **kwargs: Any) -> None:
    if not created:
        Photo.objects.using(using).filter(albums=instance).update_concealed()


@receiver(post_save, sender=AlbumPhoto)
def _conceal_by_membership(*, instance: AlbumPhoto, using: str, **kwargs: Any) -> None:
    Photo.objects.using(using).filter(pk=instance.photo_id).update_concealed()


@receiver(m2m_changed, sender=AlbumPhoto)
def _conceal_by_memberships(
    *, instance: Photo | Album, action: str, pk_set: set[int] | None, using: str, **kwargs: Any
) -> None:
    if not action.startswith("post_"):
        return
    if isinstance(instance, Photo):
        Photo.objects.using(using).filter(pk=instance.pk).update_concealed()
        instance.refresh_from_db(using=using, fields=["is_concealed"])
    else:  # the signal does not name the removed photos of an album
        photos = Photo.objects.using(using).filter(workspace=instance.workspace_id)
        (photos if pk_set is None else photos.filter(pk__in=pk_set)).update_concealed()
