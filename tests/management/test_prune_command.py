"""`twentythree_prune`: old, gone and unused rows only."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from django_twentythree.models import Album, LiveStream, Photo
from django_twentythree.references import Usage
from django_twentythree.testing.factories import AlbumFactory, LiveStreamFactory, PhotoFactory, SectionFactory
from showcase.models import Article

pytestmark = pytest.mark.django_db

LONG_AGO = timezone.now() - timedelta(days=91)


def find_nothing(objects):
    return {}


def find_in_texts(objects):
    return {each.pk: [Usage(None, "in an article")] for each in objects if each.remote_id == 77}


def fail(objects):
    raise RuntimeError("a finder of the project's own")


def run(*arguments):
    out = io.StringIO()
    call_command("twentythree_prune", *arguments, stdout=out)
    return out.getvalue()


def test_prune__without_yes__lists_and_deletes_nothing():
    PhotoFactory(remote_id=5, title="Old film", missing_since=LONG_AGO)
    PhotoFactory(missing_since=timezone.now() - timedelta(days=89))
    PhotoFactory()
    words = run()
    assert "videos: 1 could be deleted" in words
    assert "5 Old film (gone since" in words
    assert Photo.objects.count() == 3


def test_prune__yes__deletes_with_what_belongs_to_it():
    SectionFactory(photo=PhotoFactory(missing_since=LONG_AGO, tags=["a"], albums=[AlbumFactory()]))
    kept = PhotoFactory()
    assert "videos: 1 deleted" in run("--yes")
    assert Photo.objects.get() == kept
    assert Album.objects.count() == 1


def test_prune__something_points_at_it__stays():
    live = LiveStreamFactory(missing_since=LONG_AGO)
    PhotoFactory(live_stream=live)
    assert f"{live} (gone since {LONG_AGO:%Y-%m-%d}): other rows of the mirror need it" in run()
    run("--yes")
    assert LiveStream.objects.get() == live


def test_prune__an_article_has_it__stays_and_is_listed_with_where():
    photo = PhotoFactory(remote_id=5, title="Old film", missing_since=LONG_AGO)
    for title in ("One", "Two", "Three", "Four"):
        Article.objects.create(title=title, slug=title, video=photo)
    words = run()
    assert "videos: 0 could be deleted" in words
    assert "videos: 1 are gone as long, but needed" in words
    assert f"5 Old film (gone since {LONG_AGO:%Y-%m-%d}): Article: Four, Article: Three, Article: Two, 1 more" in words
    assert "videos: 0 deleted, 1 kept" in run("--yes")
    assert Article.objects.filter(video=photo).count() == 4


def test_prune__many_rows__asks_no_more_queries():
    def count(rows):
        PhotoFactory.create_batch(rows, missing_since=LONG_AGO)
        with CaptureQueriesContext(connection) as queries:
            assert f"videos: {rows} deleted" in run("--yes")
        return len(queries)

    assert count(60) == count(3)


def test_prune__a_finder_knows_of_a_use__stays(settings):
    settings.TWENTYTHREE = {"REFERENCE_FINDERS": [f"{__name__}.find_nothing", f"{__name__}.find_in_texts"]}
    PhotoFactory(remote_id=77, missing_since=LONG_AGO)
    PhotoFactory(remote_id=78, missing_since=LONG_AGO)
    run("--yes")
    assert Photo.objects.get().remote_id == 77


def test_prune__a_finder_fails__deletes_nothing_and_names_it(settings):
    settings.TWENTYTHREE = {"REFERENCE_FINDERS": [f"{__name__}.fail"]}
    PhotoFactory(remote_id=77, title="Old film", missing_since=LONG_AGO)
    AlbumFactory()
    for arguments in ([], ["--yes"]):
        with pytest.raises(CommandError, match=rf"{__name__}\.fail failed"):
            run(*arguments)
    assert Photo.objects.count() == 1
