"""Several processes at the same rows: no duplicates, no lost update, never older over newer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connections

from django_twentythree.api import Entry
from django_twentythree.api.records import PhotoRecord
from django_twentythree.models import Photo, Tag
from django_twentythree.operations import pruning
from django_twentythree.sync.apply import Applier
from django_twentythree.sync.resources import PHOTOS
from django_twentythree.testing.factories import PhotoFactory, WorkspaceFactory
from showcase.models import Article

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def workspace(settings):
    settings.TWENTYTHREE = {"WORKSPACES": {"default": {"DOMAIN": "video.example.com"}}}
    return WorkspaceFactory(alias="default")


def entry(number: int, title: str, **wire: object) -> Entry[PhotoRecord]:
    item = {"photo_id": str(number), "title": title, "tags": ["shared", f"tag {number % 7}"], **wire}
    return Entry(item, endpoint="photo/list", id_key="photo_id", read=PhotoRecord.from_wire)


def together(*jobs: Callable[[], None]) -> None:
    """Run the jobs at the same moment, each in a thread with a connection of its own."""
    gate = threading.Barrier(len(jobs))
    errors: list[BaseException] = []

    def run(job: Callable[[], None]) -> None:
        try:
            gate.wait(timeout=120)
            job()
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads)
    assert errors == []


def test_apply__two_workers_insert_the_same_photos__each_is_there_once_and_the_newer_wins(workspace):
    older = [entry(number, "older") for number in range(1, 101)]
    newer = [entry(number, "newer") for number in range(1, 101)]
    for _ in range(5):
        Photo.objects.all().delete()
        together(
            lambda: Applier(workspace, PHOTOS).apply(older, NOW),  # type: ignore[arg-type]
            lambda: Applier(workspace, PHOTOS).apply(newer, NOW + timedelta(seconds=1)),  # type: ignore[arg-type]
        )
        assert Photo.objects.count() == 100
        assert set(Photo.objects.values_list("title", flat=True)) == {"newer"}
        assert Tag.objects.filter(name="shared").count() == 1
        assert all(photo.tags.count() == 2 for photo in Photo.objects.all()[:10])


def test_apply__refreshes_against_a_listing__newest_observation_stays(workspace):
    Applier(workspace, PHOTOS).apply([entry(number, "first") for number in range(1, 101)], NOW)
    listing = [entry(number, "listed") for number in range(1, 101)]

    def refresh() -> None:
        applier = Applier(workspace, PHOTOS)
        for number in (100, 50, 1, 99, 2, 51):
            applier.apply([entry(number, "refreshed")], NOW + timedelta(seconds=9), is_single=True)

    together(
        lambda: Applier(workspace, PHOTOS).apply(listing, NOW + timedelta(seconds=5)),  # type: ignore[arg-type]
        refresh,
        refresh,
    )
    titles = dict(Photo.objects.values_list("remote_id", "title"))
    assert {titles[number] for number in (100, 50, 1, 99, 2, 51)} == {"refreshed"}
    assert titles[3] == "listed"


def test_apply__database_refuses_one_photo__the_rest_of_the_page_is_written(workspace):
    page = [entry(number, f"Video {number}") for number in range(1, 21)]
    # No reader lets such a value through; what a database refuses for reasons of its own looks like this.
    culprit = Entry(
        {"photo_id": "21"},
        endpoint="photo/list",
        id_key="photo_id",
        read=lambda item: _too_big(PhotoRecord.from_wire(item)),
    )
    applier = Applier(workspace, PHOTOS)
    report = applier.apply([*page, culprit], NOW)
    assert (report.seen, report.created, report.skipped) == (21, 20, 1)
    assert "21 (refused by the database" in applier.skips[0]


def _too_big(record: PhotoRecord) -> PhotoRecord:
    object.__setattr__(record, "view_count", 2**70)
    return record


def test_prune__an_article_takes_the_video_meanwhile__keeps_it_or_is_refused(settings):
    gone = PhotoFactory(missing_since=NOW - timedelta(days=400))
    settings.TWENTYTHREE = {"REFERENCE_FINDERS": [f"{__name__}.take_meanwhile"]}
    assert pruning.prune(Photo).deleted == 1
    _taker.join(timeout=120)
    assert refused == [gone.pk]
    assert not Article.objects.exists()


refused: list[int] = []
_taker = threading.Thread()


def take_meanwhile(objects):
    """Be asked between the look and the deletion, while somebody saves an article with the video."""
    global _taker
    (photo,) = objects

    def take():
        try:
            Article.objects.create(title="Too late", slug="too-late", video_id=photo.pk)
        except IntegrityError:
            refused.append(photo.pk)
        finally:
            connections.close_all()

    _taker = threading.Thread(target=take)
    _taker.start()
    _taker.join(timeout=1)  # it waits for the lock, or for the one that writes
    return {}
