"""Articles of the example site: a video by foreign key, and videos by their address in the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_twentythree.testing.factories import PhotoFactory
from showcase.models import Article, Paragraph, RelatedVideo

if TYPE_CHECKING:
    from django.test import Client


def test_iter_paragraphs__blank_lines__divide() -> None:
    article = Article(body="One\r\nstill one\r\n\r\n\r\n  https://video.example.com/a  \n \nThree\n")
    assert list(article.iter_paragraphs()) == [
        Paragraph("One\nstill one"),
        Paragraph("https://video.example.com/a"),
        Paragraph("Three"),
    ]
    assert [paragraph.is_address for paragraph in article.iter_paragraphs()] == [False, True, False]


def test_article__video_chosen__plays_after_the_first_paragraph(site: Client) -> None:
    video = PhotoFactory()
    article = Article.objects.create(title="Title", slug="title", body="First.\n\nSecond.", video=video)
    html = site.get(article.get_absolute_url()).content.decode()
    first, frame, second = (html.index(text) for text in ("First.", "<iframe", "Second."))
    assert first < frame < second


def test_article__address_on_a_line_of_its_own__becomes_a_player(site: Client) -> None:
    video = PhotoFactory(title="Pasted")
    article = Article.objects.create(title="Title", slug="title", body=f"First.\n\n{video.platform_url}")
    html = site.get(article.get_absolute_url()).content.decode()
    assert html.count("<iframe") == 1
    assert str(video.remote_id) in html.split("<iframe")[1].split(">")[0]


def test_article__address_of_nothing_mirrored__stays_a_link(site: Client) -> None:
    article = Article.objects.create(title="Title", slug="title", body="First.\n\nhttps://elsewhere.example.org/x")
    html = site.get(article.get_absolute_url()).content.decode()
    assert "<iframe" not in html
    assert '<a href="https://elsewhere.example.org/x">' in html


def test_article__video_gone_from_the_platform__is_read_without_it(site: Client) -> None:
    article = Article.objects.create(title="Title", slug="title", body="First.", video=PhotoFactory(gone=True))
    response = site.get(article.get_absolute_url())
    assert response.status_code == 200
    assert "<iframe" not in response.content.decode()


def test_article__further_videos__stand_below_it_in_the_editors_order(site: Client) -> None:
    article = Article.objects.create(title="Title", slug="title", body="First.")
    for title, position in (("Second one", 1), ("Third one", 2), ("First one", 0)):
        RelatedVideo.objects.create(article=article, photo=PhotoFactory(title=title), position=position)
    for traits in ({"gone": True}, {"unpublished": True}, {"encoding": True}):
        RelatedVideo.objects.create(article=article, photo=PhotoFactory(title="Nobody's business", **traits))
    html = site.get(article.get_absolute_url()).content.decode()
    places = [html.index(text) for text in ("First.", "More to watch", "First one", "Second one", "Third one")]
    assert places == sorted(places)
    assert "business" not in html


def test_article__no_further_videos__has_no_empty_section(site: Client) -> None:
    article = Article.objects.create(title="Title", slug="title", body="First.")
    assert "More to watch" not in site.get(article.get_absolute_url()).content.decode()


def test_article__javascript_address__is_text() -> None:
    assert not Paragraph("javascript:alert(1)").is_address
