from __future__ import annotations

import datetime

import pytest
from django.core.paginator import Paginator
from django.db import connection
from django.utils import timezone

from django_twentythree.listings import ORDERS, get_lives, get_photos
from django_twentythree.models import Photo
from django_twentythree.rendering import OptionError
from django_twentythree.testing.factories import AlbumFactory, LiveStreamFactory, PhotoFactory

pytestmark = pytest.mark.django_db


def days_ago(days):
    return timezone.now() - datetime.timedelta(days=days)


def test_get_photos__default__are_the_published_ready_ones_newest_first():
    older, newer = PhotoFactory(published_at=days_ago(2)), PhotoFactory(published_at=days_ago(1))
    hidden = AlbumFactory(is_hidden=True)
    for trait in ("unpublished", "gone", "encoding"):
        PhotoFactory(**{trait: True})
    PhotoFactory(albums=[hidden])
    PhotoFactory(is_encoded=False)
    assert list(get_photos()) == [newer, older]


def test_get_photos__without_a_date__is_the_oldest_on_every_database():
    undated, older, newer = (PhotoFactory(published_at=moment) for moment in (None, days_ago(2), days_ago(1)))
    assert list(get_photos(order="newest")) == [newer, older, undated]
    assert list(get_photos(order="promoted")) == [newer, older, undated]
    assert list(get_photos(order="oldest")) == [undated, older, newer]


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_get_photos__by_date__is_read_off_an_index(order):
    PhotoFactory.create_batch(5)
    photos = Photo.objects.order_by(*ORDERS[order]).values("pk")[:2]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # it sorts a handful of rows otherwise
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
    plan = photos.explain()
    assert ("twentythree_photo_newest" if connection.vendor == "postgresql" else "twentythree_photo_published") in plan
    assert not any(sorting in plan for sorting in ("Sort", "filesort", "TEMP B-TREE"))


def test_get_photos__workspace_that_embeds_unpublished__lists_the_published_all_the_same(settings):
    settings.TWENTYTHREE = {"WORKSPACES": {"default": {"DOMAIN": "v.example", "EMBED_UNPUBLISHED": True}}}
    PhotoFactory(unpublished=True)
    assert not get_photos()


def test_get_photos__album__takes_object_and_id():
    album = AlbumFactory()
    inside = PhotoFactory(albums=[album, AlbumFactory()])
    PhotoFactory()
    for asked in (album, album.remote_id, str(album.remote_id)):
        assert list(get_photos(album=asked)) == [inside]
    for asked in (7, -1, "7' OR 1=1", "x", "9" * 400, "٣"):
        assert not get_photos(album=asked)


def test_get_photos__tag__takes_object_and_name():
    inside = PhotoFactory(tags=["harbour", "café"])
    PhotoFactory(tags=["cafe"])
    for asked in ("café", "Harbour", inside.tags.get(name="harbour")):
        assert list(get_photos(tag=asked)) == [inside]
    for asked in ("har", "%", "\x00", "\ud800"):
        assert not get_photos(tag=asked)


def test_get_photos__kind__narrows():
    audio = PhotoFactory(audio=True)
    PhotoFactory()
    assert list(get_photos(kind="audio")) == [audio]


def test_get_photos__search__finds_all_words_whatever_their_case_and_accents():
    found = PhotoFactory(title="Ærøskøbing ÉTÉ 100%")
    PhotoFactory(title="Ærøskøbing")
    assert list(get_photos(search="été  ÆRØ")) == [found]
    assert list(get_photos(search="100%")) == [found]
    for nothing in ("été winter", "a\x00b", "\ud800", "_____", "x" * 100_000):
        assert not get_photos(search=nothing)
    assert len(get_photos(search="  ")) == 2


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("newest", "abc"),
        ("oldest", "cba"),
        ("title", "bca"),
        ("views", "cab"),
        ("promoted", "cab"),
        ("duration", "bac"),
    ],
)
def test_get_photos__order__is_as_asked(order, expected):
    PhotoFactory(title="ccc", author_name="a", published_at=days_ago(1), view_count=5, duration_seconds=20)
    PhotoFactory(title="AAA", author_name="b", published_at=days_ago(2), view_count=1, duration_seconds=10)
    PhotoFactory(
        title="bbb",
        author_name="c",
        published_at=days_ago(3),
        view_count=9,
        duration_seconds=None,
        is_promoted=True,
    )
    assert "".join(photo.author_name for photo in get_photos(order=order)) == expected
    assert order in ORDERS


def test_get_photos__limit__slices_and_pages():
    PhotoFactory.create_batch(5)
    assert len(get_photos(limit=2)) == len(get_photos(limit="2")) == 2
    assert len(get_photos(limit=0)) == 0
    assert Paginator(get_photos(limit=4), 3).page(2).object_list.count() == 1  # type: ignore[attr-defined]
    assert Paginator(get_photos(), 3).num_pages == 2


@pytest.mark.parametrize("wrong", [{"order": "random"}, {"kind": "film"}, {"limit": "many"}, {"limit": -1}])
def test_get_photos__wrong__raises_under_debug_else_is_ignored(wrong, settings):
    PhotoFactory()
    assert len(get_photos(**wrong)) == 1
    settings.DEBUG = True
    with pytest.raises(OptionError):
        get_photos(**wrong)


def test_get_photos__related_rows__come_along(django_assert_num_queries):
    album = AlbumFactory()
    for _ in range(3):
        PhotoFactory(albums=[album], tags=["a", "b"])
    with django_assert_num_queries(4 if connection.vendor == "mysql" else 3):
        for photo in get_photos():
            assert len(photo.tags.all()) == 2
            assert len(photo.albums.all()) == 1
            assert photo.embed().is_available


def test_get_lives__default__are_the_public_ones_on_air_first():
    past = LiveStreamFactory(next_start_at=None)
    later = LiveStreamFactory(next_start_at=timezone.now() + datetime.timedelta(days=9))
    soon = LiveStreamFactory(next_start_at=timezone.now() + datetime.timedelta(hours=1))
    on_air = LiveStreamFactory(on_air=True)
    seen_from_outside = LiveStreamFactory(is_streaming=True, is_broadcasting=None, next_start_at=None)
    LiveStreamFactory(is_private=True)
    LiveStreamFactory(gone=True)
    assert list(get_lives()) == [seen_from_outside, on_air, soon, later, past]
    assert list(get_lives(upcoming=True)) == [seen_from_outside, on_air, soon, later]
    assert list(get_lives(upcoming=False)) == [past]


def test_get_lives__related_rows__come_along(django_assert_num_queries):
    LiveStreamFactory.create_batch(2, album=AlbumFactory())
    with django_assert_num_queries(1):
        assert all(live.album.title and live.embed().is_available for live in get_lives())
