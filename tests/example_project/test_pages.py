"""The pages of the example site: what they show, what they hide, and how many queries that takes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from django_twentythree.models import Album, Photo
from django_twentythree.testing.factories import (
    AlbumFactory,
    LiveStreamFactory,
    PhotoFactory,
    SectionFactory,
    SubtitleFactory,
)
from showcase.models import Article, RelatedVideo

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from django.test import Client

    CountQueries = Callable[[int], AbstractContextManager[Any]]


@pytest.fixture
def library(db: None) -> list[Photo]:
    """Three categories with ten videos each, chapters and subtitles on the first, live streams, an article."""
    albums = [AlbumFactory(title=f"Category {letter}") for letter in "ABC"]
    videos = [PhotoFactory(albums=[album], tags=["harbour", album.title]) for album in albums for number in range(10)]
    for number in range(3):
        SectionFactory(photo=videos[0], start_seconds=37.6 * number, title=f"Part {number}")
    SubtitleFactory(photo=videos[0], locale="da_DK")
    LiveStreamFactory(name="Council meeting", on_air=True)
    LiveStreamFactory(name="Spring concert")
    article = Article.objects.create(title="A day at sea", slug="a-day-at-sea", body="One.\n\nTwo.", video=videos[1])
    for position, video in enumerate(videos[2:6]):
        RelatedVideo.objects.create(article=article, photo=video, position=position)
    return videos


def read(site: Client, name: str, *args: object, **query: str) -> str:
    response = site.get(reverse(f"showcase:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


EMPTY_PAGES = ("front", "videos", "albums", "lives", "search", "articles")


@pytest.mark.parametrize("name", EMPTY_PAGES)
def test_pages__nothing_mirrored_yet__answer_all_the_same(site: Client, name: str) -> None:
    read(site, name)


def test_front__nothing_mirrored_yet__says_what_to_run(site: Client) -> None:
    assert "manage.py twentythree_sync" in read(site, "front")


def test_front__library__shows_hero_lives_and_rows(site: Client, library: list[Photo]) -> None:
    PhotoFactory(title="The promoted one", is_promoted=True)
    html = read(site, "front")
    hero = html[html.index('class="hero"') : html.index("</section>")]
    assert "The promoted one" in hero
    assert "Council meeting" in html
    assert "Spring concert" in html
    assert "Category A" in html
    assert "A day at sea" in html


def test_front__hero__comes_before_all_other_pictures(site: Client, library: list[Photo]) -> None:
    first, *others = re.findall(r"<img[^>]*>", read(site, "front"))
    assert 'loading="eager" fetchpriority="high"' in first
    assert re.search(r' width="\d+" height="\d+"', first)
    assert others
    assert not [picture for picture in others if 'loading="lazy"' not in picture or "fetchpriority" in picture]


def test_pages__moments__are_told_to_the_second_with_their_offset(site: Client, settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Copenhagen"
    moment = datetime(2026, 7, 29, 16, 27, 36, 829307, tzinfo=UTC)
    video = PhotoFactory(published_at=moment)
    live = LiveStreamFactory(next_start_at=moment)
    article = Article.objects.create(title="Title", slug="title", body="Text", published_at=moment)
    for page in (
        read(site, "videos"),
        read(site, "video", video.pk),
        read(site, "live", live.pk),
        read(site, "lives"),
        read(site, "article", article.slug),
    ):
        assert set(re.findall(r'<time datetime="([^"]*)"', page)) == {"2026-07-29T18:27:36+02:00"}


ARABIC = "مرحبا بالعالم"


def test_pages__titles__find_their_own_direction(site: Client, db: None) -> None:
    album = AlbumFactory(title=ARABIC, description_html=f"<p>{ARABIC}</p>")
    video = PhotoFactory(
        title=ARABIC, author_name=ARABIC, albums=[album], tags=[ARABIC], description_html=f"<p>{ARABIC}</p>"
    )
    SectionFactory(photo=video, title=ARABIC)
    live = LiveStreamFactory(name=ARABIC, description_html=f"<p>{ARABIC}</p>")
    article = Article.objects.create(title=ARABIC, slug="title", body="Text", video=video)
    RelatedVideo.objects.create(article=article, photo=video)
    tag = video.tags.get()
    for name, *args in (
        ("front",), ("videos",), ("albums",), ("album", album.pk), ("video", video.pk), ("tag", tag.pk), ("lives",),
        ("live", live.pk), ("search",), ("articles",), ("article", article.slug),
    ):  # fmt: skip
        assert find_undirected(read(site, name, *args)) == [], name
    assert find_undirected(read(site, "search", q=ARABIC)) == []


def find_undirected(page: str) -> list[str]:
    """Return the open elements around each text in Arabic of which none has `dir="auto"`."""
    finder = DirectionFinder()
    finder.feed(page)
    assert finder.found
    return finder.undirected


class DirectionFinder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found = 0
        self.undirected: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "link", "img", "input", "br", "path", "rect", "circle"}:
            self.open.append((tag, ("dir", "auto") in attrs))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if ARABIC in data:
            self.found += 1
            if not any(is_directed for _, is_directed in self.open):
                self.undirected.append(" ".join(tag for tag, _ in self.open))


# The workspace costs no query: the process remembers it.
@pytest.mark.parametrize(
    ("name", "number", "queries"),
    [
        ("front", None, 6),
        ("videos", None, 2),
        ("albums", None, 3),
        ("album", Album, 3),
        ("video", Photo, 7),
        ("lives", None, 2),
        ("articles", None, 2),
        ("article", Article, 2),
    ],
)
def test_pages__full_library__take_a_fixed_number_of_queries(
    site: Client,
    library: list[Photo],
    django_assert_num_queries: CountQueries,
    name: str,
    number: Any,
    queries: int,
) -> None:
    args = [] if number is None else [number.objects.order_by("pk").first()]
    args = [row.slug if isinstance(row, Article) else row.pk for row in args]
    with django_assert_num_queries(queries):
        read(site, name, *args)


def test_search__full_library__takes_two_queries(
    site: Client, library: list[Photo], django_assert_num_queries: CountQueries
) -> None:
    with django_assert_num_queries(2):
        read(site, "search", q="harbour")


def test_video__chapters__are_links_that_start_the_player(site: Client, library: list[Photo]) -> None:
    html = read(site, "video", library[0].pk)
    assert 'href="?start=37#player"' in html
    assert "start=37" in read(site, "video", library[0].pk, start="37").split("<iframe")[1].split(">")[0]


@pytest.mark.parametrize("start", ["-1", "1e9", "٣", "9" * 400, "", "x"])
def test_video__nonsense_as_start__begins_at_the_beginning(site: Client, library: list[Photo], start: str) -> None:
    frame = read(site, "video", library[0].pk, start=start).split("<iframe")[1].split(">")[0]
    assert "start=" not in frame.replace("autostart=", "")


def test_video__details__are_all_there(site: Client, library: list[Photo]) -> None:
    html = read(site, "video", library[0].pk)
    assert "Danish" in html
    assert "Category A" in html
    assert "harbour" in html
    assert "Watch next" in html


def test_video__description_with_a_script__is_sanitised(site: Client, db: None) -> None:
    video = PhotoFactory(description_html="<p>Fine</p><script>alert(1)</script>")
    html = read(site, "video", video.pk)
    assert "<p>Fine</p>" in html
    assert "alert(1)" not in html


@pytest.mark.parametrize("traits", [{"unpublished": True}, {"gone": True}])
def test_video__not_public__is_not_found(site: Client, traits: dict[str, bool]) -> None:
    video = PhotoFactory(title="Nobody's business", **traits)
    response = site.get(reverse("showcase:video", args=[video.pk]))
    assert response.status_code == 404
    assert "There is nothing at this address" in response.content.decode()
    assert "Nobody&#x27;s business" not in read(site, "front")


def test_video__in_a_hidden_category_only__is_not_found(site: Client, db: None) -> None:
    video = PhotoFactory(albums=[AlbumFactory(is_hidden=True)])
    assert site.get(reverse("showcase:video", args=[video.pk])).status_code == 404


def test_video__not_encoded_yet__asks_for_patience(site: Client, db: None) -> None:
    video = PhotoFactory(encoding=True, is_published=True)
    assert "still being prepared" in read(site, "video", video.pk)


def test_album__more_than_a_page__leads_to_the_next(site: Client, db: None) -> None:
    album = AlbumFactory()
    for _ in range(25):
        PhotoFactory(albums=[album])
    assert 'rel="next" href="?page=2"' in read(site, "album", album.pk)
    assert 'rel="prev" href="?page=1"' in read(site, "album", album.pk, page="2")
    assert site.get(reverse("showcase:album", args=[album.pk]), {"page": "3"}).status_code == 404


def test_album__hidden__is_not_found(site: Client, db: None) -> None:
    album = AlbumFactory(is_hidden=True)
    assert site.get(reverse("showcase:album", args=[album.pk])).status_code == 404


def test_tag__library__lists_its_videos(site: Client, library: list[Photo]) -> None:
    tag = library[0].tags.get(name="harbour")
    assert "30 videos" in read(site, "tag", tag.pk)


def test_search__other_case_and_accents__finds(site: Client, db: None) -> None:
    PhotoFactory(title="Ærø café by night")
    assert "1 video found" in read(site, "search", q="ÆRØ cafe")
    assert "Nothing found" in read(site, "search", q="nowhere")


def test_search__markup_in_the_query__is_escaped(site: Client, db: None) -> None:
    html = read(site, "search", q='"><script>alert(1)</script>')
    assert "<script>alert" not in html


def test_live__recordings__are_listed(site: Client, db: None) -> None:
    live = LiveStreamFactory()
    PhotoFactory(title="The recording", live_stream=live)
    assert "The recording" in read(site, "live", live.pk)


def test_live__private__is_not_found(site: Client, db: None) -> None:
    live = LiveStreamFactory(is_private=True)
    assert site.get(reverse("showcase:live", args=[live.pk])).status_code == 404


def test_pages__any__bring_a_strict_policy_and_nothing_inline(site: Client, library: list[Photo]) -> None:
    response = site.get(reverse("showcase:video", args=[library[0].pk]))
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    html = response.content.decode()
    assert " style=" not in html
    assert "<style" not in html
    assert "<script>" not in html
    assert "onclick" not in html
