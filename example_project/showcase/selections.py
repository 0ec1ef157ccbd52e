"""Which videos, categories and live streams the pages show; each is one lazy QuerySet.

`django_twentythree.listings` has the public ones; this module narrows them to the needs of this site.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Prefetch, Q

from django_twentythree.listings import get_photos
from django_twentythree.models import Album, AlbumPhoto, Photo, Tag

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from showcase.models import Article

ROW_LENGTH = 4
"""The number of videos of a category on the front page."""


def newest_videos(*, search: str = "", order: str = "newest") -> QuerySet[Photo]:
    """Return everything that is published and ready to play, the newest first."""
    # The cards of this site show no tags and no categories, so do not load them.
    return get_photos(search=search, order=order).prefetch_related(None)


def filled_albums() -> QuerySet[Album]:
    """Return the public categories that hold at least one public video, by title."""
    memberships = AlbumPhoto.objects.filter(album=OuterRef("pk"), photo__in=Photo.objects.published())
    return Album.objects.published().filter(Exists(memberships)).order_by("title", "pk")


def albums_with_row() -> QuerySet[Album]:
    """Return the same, each with its newest videos in `row`: two queries for all of them."""
    return filled_albums().prefetch_related(Prefetch("photos", queryset=newest_videos()[:ROW_LENGTH], to_attr="row"))


def related_videos(video: Photo) -> QuerySet[Photo]:
    """Return the other videos of the same public categories, the newest first."""
    memberships = AlbumPhoto.objects.filter(
        photo=OuterRef("pk"), album__is_hidden=False, album__memberships__photo=video
    )
    return newest_videos().filter(Exists(memberships)).exclude(pk=video.pk)


def videos_beside(article: Article) -> list[Photo]:
    """Return the further videos of an article that are published and ready to play, in the editor's order."""
    places = article.related_videos.filter(photo__in=newest_videos().order_by())
    return [place.photo for place in places.select_related("photo__workspace")]


def popular_tags() -> QuerySet[Tag]:
    """Return the tags of published videos, the most used first."""
    is_public = Q(photos__in=Photo.objects.published())
    return (
        Tag.objects.annotate(video_count=Count("photos", filter=is_public))
        .filter(video_count__gt=0)
        .order_by("-video_count", "name")
    )
