"""Listings of a library that does not hold still, and access that is lost while they are read."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from django_twentythree.coordination.connections import connect
from django_twentythree.models import Photo, Recheck, Workspace
from django_twentythree.sync.refresh import Refresher
from django_twentythree.sync.resources import RESOURCES
from django_twentythree.sync.runner import SyncRequest, sync_resource
from django_twentythree.sync.session import Session

pytestmark = pytest.mark.django_db

SIZE = 450


class Editors(threading.Thread):
    """People at work on the platform: they add, delete, retitle, promote and unpublish, until told to stop."""

    def __init__(self, platform, seed):
        super().__init__()
        self.titles = {number: f"Video {number}" for number in range(1, SIZE + 1)}
        self.is_over = threading.Event()
        self._platform = platform
        self._random = random.Random(seed)

    def run(self):
        work = (self._add, self._delete, self._retitle, self._promote, self._unpublish)
        while not self.is_over.wait(0.005):
            self._random.choice(work)()

    def _pick(self):
        return self._random.choice(list(self.titles))

    def _add(self):
        number = max(self.titles) + self._random.choice((1, 2, 30))
        self._platform.add_photo(number, title="Late")
        self.titles[number] = "Late"

    def _delete(self):
        number = self._pick()
        self._platform.delete_photo(number)
        del self.titles[number]

    def _retitle(self):
        number = self._pick()
        self.titles[number] = f"Edited {self._random.random()}"
        self._platform.edit_photo(number, title=self.titles[number])

    def _promote(self):
        self._platform.edit_photo(self._pick(), promoted_p=1)

    def _unpublish(self):
        self._platform.unpublish(self._pick())


@contextmanager
def at_work(editors: Editors) -> Iterator[None]:
    editors.start()
    try:
        yield
    finally:
        editors.is_over.set()
        editors.join()


@pytest.mark.parametrize("seed", [1, 2])
def test_sync_photos__library_changes_while_it_is_listed__nothing_that_exists_goes_missing(
    platform, sync, settings, seed
):
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "MISSING_LIMIT": 1}  # the brake is tested elsewhere
    for number in range(1, SIZE + 1):
        platform.add_photo(number, title=f"Video {number}")
    sync()
    platform.set_latency_ms(60)
    editors = Editors(platform, seed)
    with at_work(editors):
        runs = [sync() for _ in range(4)]
    assert sum(run.updated for run in runs) > 0
    missing = set(Photo.objects.exclude(missing_since=None).values_list("remote_id", flat=True))
    assert missing.isdisjoint(editors.titles)
    assert missing  # they did delete some
    platform.set_latency_ms(0)
    sync()
    assert dict(Photo.objects.present().values_list("remote_id", "title")) == editors.titles
    assert set(Photo.objects.exclude(missing_since=None).values_list("remote_id", flat=True)) >= missing


@pytest.fixture
def three_pages(platform, sync):
    for number in range(1, 251):
        platform.add_photo(number)
    sync()
    platform.delete_photo(7)
    return platform


def let_one_pass(platform):
    """Let the next page come as it should; faults made after this one meet the page after it."""
    platform.fail_next("slow", seconds=0, method="photo/list")


def test_sync_photos__token_revoked_after_the_first_page__fails_and_judges_nothing(three_pages, sync):
    let_one_pass(three_pages)
    three_pages.fail_next("error", code="invalid_signature", method="photo/list")
    run = sync(state="failed")
    assert "refused the credentials" in run.error
    assert Photo.objects.present().count() == 250
    assert Workspace.objects.get().state == "refused"
    assert sync().missing == 1
    assert Workspace.objects.get().state == "working"


def test_sync_photos__level_lost_after_the_first_page__fails_and_judges_nothing(three_pages, sync):
    let_one_pass(three_pages)
    three_pages.fail_next("drop_level", level="anonymous", method="photo/list")
    run = sync(state="failed")
    assert "it needs level 'read', the credentials have 'anonymous'" in run.error
    assert Photo.objects.present().count() == 250


def test_sync_photos__level_lost_at_the_question_by_id__stays_undecided(platform, sync):
    for number in range(1, 11):
        platform.add_photo(number)
    sync()
    platform.delete_photo(7)
    let_one_pass(platform)
    platform.fail_next("drop_level", level="anonymous", method="photo/list")
    run = sync()
    assert (run.missing, run.state) == (0, "succeeded")
    assert "1 object was not listed, and TwentyThree did not clearly say why" in run.error
    assert sync().missing == 1


@pytest.mark.parametrize("resource", ["photos", "albums", "livestreams"])
def test_sync__refreshed_while_it_is_listed_and_changed_once_more__is_looked_at_again(platform, sync, resource):
    """Its page was read before; nobody tells of the second change."""
    add, edit, name = {
        "photos": (platform.add_photo, platform.edit_photo, "title"),
        "albums": (platform.add_album, platform.edit_album, "title"),
        "livestreams": (platform.add_livestream, platform.edit_livestream, "name"),
    }[resource]
    rows = RESOURCES[resource].model.objects  # type: ignore[attr-defined]
    add(1, **{name: "First"})
    add(2, **{name: "Left alone"})
    sync(resource)

    def progress(seen, announced):
        edit(1, **{name: "Second"})
        with connect("default") as client:  # a worker elsewhere
            session = Session.resume(client, Workspace.objects.get())
            assert Refresher(session).refresh(resource, 1).report.updated == 1
        edit(1, **{name: "Third"})

    outcome = sync_resource(SyncRequest("default", resource), progress=progress)
    assert outcome.error is None
    assert dict(rows.values_list("remote_id", name)) == {1: "Third", 2: "Left alone"}
    assert not Recheck.objects.exists()
