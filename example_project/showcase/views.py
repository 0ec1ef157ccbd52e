"""The pages. Each runs a fixed number of queries and never calls TwentyThree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import get_language_info
from django.views.generic import DetailView, ListView, TemplateView

from django_twentythree.listings import get_lives
from django_twentythree.models import Album, LiveStream, Photo, Tag
from showcase import selections
from showcase.models import Article

if TYPE_CHECKING:  # Django's classes take type arguments in the stubs only
    AlbumListBase = ListView[Album]
    ArticleListBase = ListView[Article]
    ArticleDetailBase = DetailView[Article]
    LiveDetailBase = DetailView[LiveStream]
    VideoDetailBase = DetailView[Photo]
    VideoListBase = ListView[Photo]
else:
    AlbumListBase = ArticleListBase = VideoListBase = ListView
    ArticleDetailBase = LiveDetailBase = VideoDetailBase = DetailView

PAGE_SIZE = 24


class FrontView(TemplateView):
    """The front page: live streams on air, new videos and a row of each category."""

    template_name = "showcase/front.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        hero = selections.newest_videos(order="promoted").first()
        newest = list(selections.newest_videos()[:9])
        return super().get_context_data(
            hero=hero,
            newest=[video for video in newest if video != hero][:8],
            lives=get_lives(upcoming=True)[:3],
            albums=selections.albums_with_row()[:6],
            articles=Article.objects.select_related("video")[:3],
            **kwargs,
        )


class VideoListView(VideoListBase):
    """All videos, the newest first."""

    template_name = "showcase/video_list.html"
    paginate_by = PAGE_SIZE

    def get_queryset(self) -> QuerySet[Photo]:
        return selections.newest_videos()


class VideoView(VideoDetailBase):
    """One video with its player, description, chapters and related videos."""

    template_name = "showcase/video.html"
    context_object_name = "video"

    def get_queryset(self) -> QuerySet[Photo]:
        return Photo.objects.published().prefetch_related(
            Prefetch("albums", queryset=Album.objects.published().order_by("title")),
            "tags",
            "sections",
            "subtitles",
            "articles",
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            start_seconds=self.start_seconds,
            related=selections.related_videos(self.object)[:6],
            subtitle_languages=self.subtitle_languages,
            **kwargs,
        )

    @property
    def start_seconds(self) -> int:
        """The start time from the address, so that chapters are links without a script."""
        start = self.request.GET.get("start", "")
        # Nine digits are thirty years of video, which is more than enough.
        return int(start) if start.isascii() and start.isdigit() and len(start) < 10 else 0

    @property
    def subtitle_languages(self) -> list[str]:
        """The names of the subtitle languages, each once; an unknown locale is shown unchanged."""
        locales = [subtitle.locale for subtitle in self.object.subtitles.all()]
        return list(dict.fromkeys(_name_language(locale) for locale in locales))


class AlbumListView(AlbumListBase):
    """The categories, each with its newest videos."""

    template_name = "showcase/album_list.html"
    context_object_name = "albums"
    paginate_by = 12

    def get_queryset(self) -> QuerySet[Album]:
        return selections.albums_with_row()


class AlbumView(VideoListBase):
    """The videos of one category."""

    template_name = "showcase/album.html"
    paginate_by = PAGE_SIZE

    @cached_property
    def album(self) -> Album:
        """The category in the address."""
        album: Album = get_object_or_404(Album.objects.published(), pk=self.kwargs["pk"])
        return album

    def get_queryset(self) -> QuerySet[Photo]:
        return selections.newest_videos().filter(albums=self.album)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(album=self.album, **kwargs)


class TagView(VideoListBase):
    """The videos with one tag."""

    template_name = "showcase/tag.html"
    paginate_by = PAGE_SIZE

    @cached_property
    def tag(self) -> Tag:
        """The tag in the address."""
        return get_object_or_404(Tag, pk=self.kwargs["pk"])

    def get_queryset(self) -> QuerySet[Photo]:
        return selections.newest_videos().filter(tags=self.tag)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(tag=self.tag, **kwargs)


class LiveListView(TemplateView):
    """Live streams on air, upcoming and past."""

    template_name = "showcase/live_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            upcoming=get_lives(upcoming=True),
            past=get_lives(upcoming=False).order_by("-next_start_at", "-pk")[:12],
            **kwargs,
        )


class LiveView(LiveDetailBase):
    """One live stream: the platform's player counts down and starts by itself."""

    template_name = "showcase/live.html"
    context_object_name = "live"

    def get_queryset(self) -> QuerySet[LiveStream]:
        recordings = selections.newest_videos()
        return LiveStream.objects.published().prefetch_related(Prefetch("recordings", queryset=recordings))


class SearchView(VideoListBase):
    """Videos found by words in title, tags and author, ignoring case and accents."""

    template_name = "showcase/search.html"
    paginate_by = PAGE_SIZE

    @cached_property
    def query(self) -> str:
        """The search text; empty before the first search."""
        return self.request.GET.get("q", "").strip()[:200]

    def get_queryset(self) -> QuerySet[Photo]:
        return selections.newest_videos(search=self.query) if self.query else Photo.objects.none()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tags = Tag.objects.none() if self.query else selections.popular_tags()[:24]
        return super().get_context_data(query=self.query, popular_tags=tags, **kwargs)


class ArticleListView(ArticleListBase):
    """The articles, the newest first."""

    template_name = "showcase/article_list.html"
    context_object_name = "articles"
    paginate_by = 12
    queryset = Article.objects.select_related("video")


class ArticleView(ArticleDetailBase):
    """One article with the videos in its text and beside it."""

    template_name = "showcase/article.html"
    queryset = Article.objects.select_related("video")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(related=selections.videos_beside(self.object), **kwargs)


def _name_language(locale: str) -> str:
    try:
        return str(get_language_info(locale.replace("_", "-").lower())["name_translated"])
    except KeyError:
        return locale
