"""Two processes with the same work: syncs and inboxes, in threads with connections of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from django_twentythree.coordination.identity import get_or_create_workspace
from django_twentythree.models import Album, Lease, Notification, Photo, SyncRun, Tag
from django_twentythree.sync.inbox import InboxReport, process_inbox
from django_twentythree.sync.runner import FULL_MIRROR, SyncRequest, SyncResult, sync_resource
from tests.chaos.oracle import check_rows

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 3
PHOTOS = 150


def together(*jobs: Callable[[], Any]) -> list[Any]:
    """Return what the jobs return, begun at the same moment, each in a thread with a connection of its own."""
    gate = threading.Barrier(len(jobs))
    results: list[Any] = [None] * len(jobs)
    errors: list[BaseException] = []

    def run(place: int) -> None:
        try:
            gate.wait(timeout=120)
            results[place] = jobs[place]()
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads)
    assert errors == []
    return results


@pytest.fixture
def library(platform):
    for number in range(1, 4):
        platform.add_album(number, title=f"Album {number}", hide_p=int(number == 3))
    for number in range(1, PHOTOS + 1):
        platform.add_photo(number, tags=["all", f"tag {number % 9}"], all_albums=str(1 + number % 3))
    return platform


def sync(resource: str = "photos", **options: Any) -> SyncResult:
    return sync_resource(SyncRequest("default", resource, **options))


def mirror_everything() -> list[SyncResult]:
    return [sync(resource) for resource in FULL_MIRROR]


def notify(number: int) -> None:
    Notification.objects.create(
        workspace=get_or_create_workspace("default"),
        payload={"query": {"type": "photo", "photo_id": str(number)}},
        received_at=timezone.now(),
    )


def test_sync__two_of_one_resource__one_runs_and_is_asked_for_one_more(library):
    for number in range(ROUNDS):
        library.edit_photo(1 + number, title=f"Round {number}")
        outcomes = together(*[sync] * 4)
        ran = [outcome for outcome in outcomes if outcome.run]
        assert ran
        assert {outcome.run.state for outcome in ran} == {"succeeded"}
        # Whoever was turned away left word with one that ran, unless that had ended by then.
        assert len(ran) == len(outcomes) or any(outcome.is_rerun_requested for outcome in ran)
    assert Photo.objects.count() == PHOTOS
    assert not SyncRun.objects.exclude(active_key=None).exists()
    mirror_everything()
    check_rows(privileged=True)


def test_sync__two_full_mirrors_of_an_empty_site__make_each_row_once(library):
    # Different resources run side by side: stubs of albums meet their listing, and tags their like.
    together(mirror_everything, lambda: [sync(resource) for resource in reversed(FULL_MIRROR)])
    for outcome in mirror_everything():
        assert outcome.run is not None
        assert outcome.run.state == "succeeded", outcome.run.error
    assert (Photo.objects.count(), Album.objects.count(), Tag.objects.count()) == (PHOTOS, 3, 10)
    check_rows(privileged=True)


def test_sync__taken_over_while_it_works__ends_without_a_word_on_what_is_gone(library):
    mirror_everything()
    library.delete_photo(PHOTOS)
    outcomes: list[SyncResult] = []

    def lapse(seen: int, announced: int | None) -> None:
        if outcomes:
            return
        SyncRun.objects.exclude(active_key=None).update(lease_until=timezone.now() - timedelta(seconds=1))
        Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
        outcomes.extend(together(sync))

    first = sync_resource(SyncRequest("default", "photos"), progress=lapse)
    assert [outcome.run.state for outcome in (first, *outcomes) if outcome.run] == ["interrupted", "succeeded"]
    assert [outcome.run.missing for outcome in outcomes if outcome.run] == [1]
    assert Photo.objects.present().count() == PHOTOS - 1


def test_process_inbox__two_at_once__every_notice_is_settled_and_fetched_once(library):
    mirror_everything()
    for number in range(ROUNDS):
        changed = range(1 + number, 31 + number)
        for photo in changed:
            library.edit_photo(photo, title=f"Round {number}")
            notify(photo)
            notify(photo)
        library.clear_requests()
        reports: list[InboxReport] = together(*[lambda: process_inbox("default")] * 3)
        assert sum(report.done for report in reports) == 60
        assert not Notification.objects.exclude(state="done").exists()
        assert set(Notification.objects.values_list("attempts", flat=True)) == {1}
        asked = [r["params"]["photo_id"] for r in library.requests if "photo_id" in r["params"]]
        assert sorted(asked, key=int) == [str(photo) for photo in changed]
        assert set(Photo.objects.filter(remote_id__in=changed).values_list("title", flat=True)) == {f"Round {number}"}


def test_process_inbox__beside_a_listing__newest_is_there_afterwards(library):
    mirror_everything()
    for number in range(ROUNDS):
        for photo in (1, 77, PHOTOS):
            library.edit_photo(photo, title=f"Round {number}")
            notify(photo)
        together(sync, lambda: process_inbox("default"))
        assert Photo.objects.filter(title=f"Round {number}").count() == 3
        assert not Notification.objects.exclude(state="done").exists()
    sync()
    check_rows(privileged=True)
