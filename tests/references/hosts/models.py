"""Models of a site that point at mirrored objects in every way that Django knows."""

from __future__ import annotations

import uuid

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models

from django_twentythree.models import Album, LiveStream, OrderedPhoto, Photo


class Host(models.Model):
    """Said outright: the models of this app are installed for the tests of one package only."""

    class Meta:
        abstract = True
        app_label = "hosts"

    def __str__(self):
        return f"a {self._meta.verbose_name}"


class Article(Host):
    """Has pages in the admin and on the site, two foreign keys, and a many-to-many relation."""

    title = models.TextField()
    video = models.ForeignKey(Photo, models.SET_NULL, null=True, related_name="+")
    poster = models.ForeignKey(Photo, models.PROTECT, null=True, related_name="+")
    videos = models.ManyToManyField(Photo, related_name="+")

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return f"/articles/{self.pk}/"


class Related(OrderedPhoto):
    """A place in an ordered choice."""

    article = models.ForeignKey(Article, models.CASCADE)

    class Meta(OrderedPhoto.Meta):
        app_label = "hosts"


class Slide(Host):
    """Without a page, and a part of nothing for sure: it names two other things."""

    article = models.ForeignKey(Article, models.CASCADE)
    editor = models.ForeignKey("auth.User", models.CASCADE, null=True)
    video = models.ForeignKey(Photo, models.CASCADE)


class Entry(Host):
    """What others inherit from; its key is no number."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    album = models.ForeignKey(Album, models.CASCADE)
    name = models.TextField()

    def __str__(self):
        return self.name


class Story(Entry):
    """Has a page, unlike what it inherits from, and a foreign key of its own."""

    cover = models.ForeignKey(Album, models.CASCADE, null=True, related_name="+")

    class Meta:
        app_label = "hosts"
        verbose_name_plural = "stories"

    def get_absolute_url(self):
        return f"/stories/{self.name}/"


class EntryLink(Host):
    """A part of an entry, whatever the entry is."""

    entry = models.ForeignKey(Entry, models.CASCADE)
    live = models.ForeignKey(LiveStream, models.CASCADE)


class Draft(Host):
    """Has no address yet."""

    live = models.ForeignKey(LiveStream, models.DO_NOTHING, db_constraint=False, null=True)

    def get_absolute_url(self):
        from django.urls import reverse

        return reverse("nowhere")


class Featured(Photo):
    """The same table under another name."""

    class Meta:
        app_label = "hosts"
        proxy = True


class Film(Photo):
    """A photo with more to it, in a table of its own."""

    director = models.TextField()

    class Meta:
        app_label = "hosts"


class Banner(Host):
    """Points at what is a photo by other names."""

    featured = models.ForeignKey(Featured, models.CASCADE, null=True)
    film = models.ForeignKey(Film, models.CASCADE, null=True)


class Remark(Host):
    """Points at anything, by a number."""

    content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.PositiveIntegerField()
    content_object = GenericForeignKey()


class Star(Host):
    """Points at anything, by a text."""

    kind = models.ForeignKey(ContentType, models.CASCADE)
    key = models.CharField(max_length=100)
    target = GenericForeignKey("kind", "key")


class UuidStar(Host):
    """Can point at nothing of ours."""

    content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.UUIDField()
    content_object = GenericForeignKey()


class Binned(Host):
    """Its manager keeps from others what lies in the bin."""

    class Kept(models.Manager):
        def get_queryset(self):
            return super().get_queryset().filter(is_binned=False)

    video = models.ForeignKey(Photo, models.CASCADE)
    is_binned = models.BooleanField(default=True)
    objects = Kept()


class Legacy(Host):
    """A table that others look after."""

    video = models.ForeignKey(Photo, models.DO_NOTHING)

    class Meta:
        app_label = "hosts"
        managed = False


class Vanished(Host):
    """A table that others have looked after."""

    video = models.ForeignKey(Photo, models.DO_NOTHING)

    class Meta:
        app_label = "hosts"
        managed = False


class Swapped(Host):
    """Another model stands in for this one."""

    video = models.ForeignKey(Photo, models.CASCADE)

    class Meta:
        app_label = "hosts"
        swappable = "HOSTS_SWAPPED_MODEL"


class Pair(Host):
    """Its key has two parts."""

    pk = models.CompositePrimaryKey("left", "right")
    left = models.IntegerField()
    right = models.IntegerField()
    video = models.ForeignKey(Photo, models.CASCADE)

    def __str__(self):
        return f"{self.left}-{self.right}"


WITH_TABLES = (
    Article, Related, Slide, Entry, Story, EntryLink, Draft, Film, Banner, Remark, Star, UuidStar, Binned, Legacy, Pair,
)  # fmt: skip
