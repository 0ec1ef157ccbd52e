"""`Retry-After` asked of one is kept by all: threads of a listing, and other processes."""

from __future__ import annotations

import threading
from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from django_twentythree.coordination import backoff
from django_twentythree.coordination.backoff import record_throttling
from django_twentythree.coordination.connections import connect
from django_twentythree.coordination.leases import WorkspaceBusyError
from django_twentythree.exceptions import RateLimitedError
from django_twentythree.models import Photo, SyncRun, Workspace, WorkspaceCondition
from django_twentythree.sync.refresh import connect_refresher
from django_twentythree.sync.runner import SyncRequest, sync_resource
from tests.timing import find_client_threads, wait_until

pytestmark = pytest.mark.django_db

PAGES = 12
LOOK_SECONDS = 0.2


@pytest.fixture(autouse=True)
def _frequent_looks(monkeypatch):
    """A process looks often what others were asked for."""
    monkeypatch.setattr(backoff, "LOOK_SECONDS", LOOK_SECONDS)


@pytest.fixture
def library(platform):
    platform.fill(photos=100 * PAGES)
    return platform


def get_longest_gap(platform):
    """Return for how many seconds at most no call for videos came."""
    moments = sorted(call["at"] for call in platform.requests if call["method"] == "photo/list")
    return max(later - earlier for earlier, later in pairwise(moments))


def test_sync_photos__one_page_is_asked_to_wait__no_other_page_is_asked_for_meanwhile(library, sync):
    library.set_latency_ms(50)
    library.fail_next("slow", seconds=0, method="photo/list", times=4)
    library.fail_next(429, retry_after=2, method="photo/list")
    assert sync().created == 100 * PAGES
    assert get_longest_gap(library) > 1.5
    condition = WorkspaceCondition.objects.get()  # where others see it
    assert timezone.now() - timedelta(minutes=1) < condition.throttled_until < timezone.now() + timedelta(seconds=5)
    assert Workspace.objects.get().state == "working"


def sync_photos(*, and_meanwhile):
    """Mirror the videos, with something done once as soon as the first page is there."""
    pages = []

    def note(seen, announced):
        pages.append(seen)
        if len(pages) == 1:
            and_meanwhile()

    return sync_resource(SyncRequest("default", "photos"), progress=note).run


def be_slow(platform, *, times):
    """Let calls for videos take so long that a process looks meanwhile what others were asked for."""
    platform.fail_next("slow", seconds=LOOK_SECONDS * 2, times=times, method="photo/list")


def test_sync_photos__another_process_is_asked_to_wait__listing_waits_as_well(library, default_workspace):
    def be_asked_to_wait():
        be_slow(library, times=3)
        record_throttling(default_workspace, 3)

    run = sync_photos(and_meanwhile=be_asked_to_wait)
    assert run.created == 100 * PAGES
    assert get_longest_gap(library) > 2  # far longer than by the slow calls alone


def test_sync_photos__another_process_is_asked_to_wait_for_long__ends_without_blame(library, default_workspace, sync):
    def be_asked_to_wait():
        be_slow(library, times=PAGES)
        record_throttling(default_workspace, 900)

    run = sync_photos(and_meanwhile=be_asked_to_wait)
    assert run.state == "failed"
    assert "asked to be left alone" in run.error
    assert 0 < Photo.objects.count() < 100 * PAGES
    assert WorkspaceCondition.objects.get().failure_count == 0
    wait_until(lambda: not find_client_threads())  # calls under way end by themselves
    library.clear_requests()
    assert "asked to be left alone" in sync("albums", state="failed").error
    assert library.requests == []


def test_connect_refresher__platform_is_to_be_left_alone__refuses_at_once(platform, default_workspace):
    platform.add_photo(1)
    record_throttling(default_workspace, 900)
    with (
        pytest.raises(WorkspaceBusyError, match="asked to be left alone"),
        connect_refresher("default") as refresher,
    ):
        refresher.refresh(SyncRun.Resource.PHOTOS, 1)
    assert platform.requests == []


def test_connect_refresher__workspace_rests_in_trouble__asks_all_the_same(platform, default_workspace):
    platform.add_photo(1)
    retry_at = timezone.now() + timedelta(hours=1)
    WorkspaceCondition.objects.create(workspace_id=default_workspace.pk, failure_count=5, retry_at=retry_at)
    Workspace.objects.update(state="refused")
    with connect_refresher("default") as refresher:
        assert refresher.refresh(SyncRun.Resource.PHOTOS, 1).report.created == 1


def test_record_throttling__shorter_than_the_one_there_is__changes_nothing(default_workspace):
    record_throttling(default_workspace, 900)
    record_throttling(default_workspace, 5)
    assert WorkspaceCondition.objects.get().throttled_until > timezone.now() + timedelta(minutes=4)


def test_client__asked_to_wait__keeps_all_its_threads_waiting(platform):
    with connect("default") as client:
        platform.fail_next(503, retry_after=1)
        first = threading.Thread(target=client.call, args=("site/get",))
        first.start()
        while not client.pause.remaining_seconds:
            assert first.is_alive()
        client.call("album/list")
        first.join()
    moments = [call["at"] for call in platform.requests]
    assert moments[1] - moments[0] > 0.9


def test_client__asked_to_wait_for_a_day__believes_it_for_that_call_alone(platform):
    with connect("default") as client:
        platform.fail_next(429, retry_after=86_400)
        with pytest.raises(RateLimitedError) as caught:
            client.call("site/get")
        assert caught.value.retry_after_seconds == 86_400
        assert 0 < client.pause.remaining_seconds <= 300
        with pytest.raises(RateLimitedError) as caught:
            client.call("album/list")
    assert caught.value.retry_after_seconds <= 300
    assert len(platform.requests) == 1


def test_connect_refresher__asked_to_wait_for_a_day__others_are_told_of_five_minutes(platform, default_workspace):
    platform.fail_next(429, retry_after=86_400, method="photo/list")
    with pytest.raises(RateLimitedError), connect_refresher("default", deadline_seconds=4) as refresher:
        refresher.refresh(SyncRun.Resource.PHOTOS, 1)
    left = WorkspaceCondition.objects.get().throttled_until - timezone.now()
    assert timedelta(minutes=4) < left <= timedelta(minutes=5)
