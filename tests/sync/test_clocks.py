"""A clock that ran ahead for a while leaves moments in the future; none of them may hold anything up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from django_twentythree.coordination.backoff import get_retry_at, record_failure
from django_twentythree.coordination.clocks import DatabaseNow, read_database_clock
from django_twentythree.coordination.identity import get_or_create_workspace
from django_twentythree.coordination.leases import LEASE, acquire, hold
from django_twentythree.coordination.runs import RunBusyError, begin
from django_twentythree.exceptions import RateLimitedError
from django_twentythree.models import Lease, LiveStream, Notification, Photo, SyncRun, WorkspaceCondition
from django_twentythree.sync.details import find_due
from django_twentythree.sync.due import find_due_resources, has_pending_notifications
from django_twentythree.sync.inbox import process_inbox

pytestmark = pytest.mark.django_db

AHEAD = timedelta(hours=2)
MINUTE = timedelta(minutes=1)
MILLISECOND = timedelta(milliseconds=1)


def off_by(time):
    """Set the clock of this process, but not the database's, ahead or back for the length of a block."""
    return time_machine.travel(datetime.now(UTC) + time, tick=True)


def in_the_future(ahead=AHEAD):
    """Set the clock of this process ahead for the length of a block."""
    return off_by(ahead)


def ten_public_videos(platform):
    for number in range(1, 11):
        platform.add_photo(number)


def test_sync_photos__observed_by_a_clock_far_ahead__goes_missing_all_the_same(platform, configure, sync):
    configure(level=None)  # unsigned: the platform refuses signatures of another hour
    ten_public_videos(platform)
    with in_the_future():
        sync()
    platform.delete_photo(3)
    assert sync().missing == 1
    assert Photo.objects.get(remote_id=3).observed_at <= timezone.now()


def test_sync_photos__counted_by_a_clock_far_ahead__is_counted_again(platform, configure, sync):
    configure(level=None)
    platform.add_photo(1, view_count="5")
    with in_the_future(timedelta(days=400)):
        sync()
    platform.edit_photo(1, view_count="6")
    sync()
    assert Photo.objects.get().view_count == 6


def test_sync_details__fetched_by_a_clock_far_ahead__is_fetched_again(platform, configure, sync):
    configure(level=None)
    platform.add_photo(1)
    platform.add_section(1, title="Opening")
    with in_the_future():
        sync()
        sync("details")
    platform.delete_sections(1)
    platform.add_section(1, title="Closing")
    assert find_due(get_or_create_workspace("default")).count() == 1
    sync("details")
    assert Photo.objects.get().sections.get().title == "Closing"


def test_sync_details__recordings_asked_for_by_a_clock_far_ahead__are_asked_for_again(platform, configure, sync):
    configure(level=None)
    live = int(platform.add_livestream(name="Council")["live_id"])
    sync("livestreams")
    LiveStream.objects.update(recordings_observed_at=timezone.now() + AHEAD)
    platform.add_photo(1, live_id=live)
    sync("details")
    assert LiveStream.objects.get().recordings_observed_at <= timezone.now()


@pytest.fixture(params=[AHEAD, -AHEAD], ids=["ahead", "behind"])
def wrong(request):
    """How wrong the clock of this process is set."""
    return request.param


def test_database_now__read_back__is_the_present_moment_to_the_millisecond(default_workspace):
    before = timezone.now()
    Lease.objects.create(key="key", until=DatabaseNow())
    read = read_database_clock()
    # SQLite's moments end with the millisecond.
    assert before - MILLISECOND < Lease.objects.get().until <= read < timezone.now() + MILLISECOND


def test_database_now__stored__compares_with_what_is_stored(db):
    Lease.objects.create(key="a moment ago", until=timezone.now() - 5 * MILLISECOND)
    Lease.objects.create(key="soon", until=DatabaseNow() + MINUTE)
    assert Lease.objects.get(until__lt=DatabaseNow()).key == "a moment ago"
    assert Lease.objects.get(until__gt=DatabaseNow() + MINUTE - timedelta(seconds=30)).key == "soon"


@pytest.mark.skipif(connection.vendor != "mysql", reason="elsewhere Django sets the zone, or there is none")
def test_database_now__server_in_another_time_zone__is_the_same_moment(default_workspace):
    with connection.cursor() as cursor:
        cursor.execute("SET time_zone = '+05:00'")
        Lease.objects.create(key="key", until=DatabaseNow())
        assert abs(read_database_clock() - timezone.now()) < MINUTE
        assert Lease.objects.filter(until__lte=DatabaseNow()).exists()
        cursor.execute("SET time_zone = DEFAULT")
    assert abs(Lease.objects.get().until - timezone.now()) < MINUTE


def test_acquire__by_a_process_whose_clock_is_wrong__holds_as_long_as_it_says(db, wrong):
    with off_by(wrong):
        assert acquire("key", MINUTE)
    assert timezone.now() < Lease.objects.get().until <= timezone.now() + MINUTE
    assert not acquire("key", MINUTE)
    with off_by(wrong):
        assert not acquire("key", MINUTE)


def test_acquire__lapsed__is_free_for_whoever_comes(db, wrong):
    acquire("key", MINUTE)
    Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
    with off_by(wrong):
        assert acquire("key", MINUTE)


def test_acquire__held_since_before_the_clock_of_the_database_was_set_back__is_free(db):
    acquire("key", MINUTE)
    Lease.objects.update(until=timezone.now() + AHEAD)
    assert acquire("key", MINUTE)
    assert not acquire("key", MINUTE)


def test_hold__by_a_process_whose_clock_is_wrong__is_free_afterwards(db, wrong):
    with off_by(wrong), hold("key", MINUTE) as is_ours:
        assert is_ours
    assert acquire("key", MINUTE)


def test_begin__by_a_process_whose_clock_is_wrong__is_on_time_and_the_only_one(default_workspace, wrong):
    with off_by(wrong):
        active = begin(default_workspace, "photos", SyncRun.Trigger.TASK)
    row = SyncRun.objects.get()
    assert abs(row.started_at - timezone.now()) < MINUTE
    assert timezone.now() < row.lease_until <= timezone.now() + LEASE
    assert active.row.started_at == row.started_at
    with pytest.raises(RunBusyError):
        begin(default_workspace, "photos", SyncRun.Trigger.TASK)
    with off_by(-wrong):
        with pytest.raises(RunBusyError):
            begin(default_workspace, "photos", SyncRun.Trigger.TASK)
        active.renew()
        active.close(SyncRun.State.SUCCEEDED, requests=0)
    assert abs(SyncRun.objects.get().finished_at - timezone.now()) < MINUTE
    assert 0 <= active.row.duration_seconds < 60


def test_begin__lease_beyond_what_any_run_may_have__is_interrupted(default_workspace):
    begin(default_workspace, "photos", SyncRun.Trigger.TASK)
    SyncRun.objects.update(lease_until=timezone.now() + AHEAD)
    begin(default_workspace, "photos", SyncRun.Trigger.TASK)
    assert SyncRun.objects.filter(state=SyncRun.State.INTERRUPTED).count() == 1


def test_find_due__scheduler_whose_clock_is_wrong__finds_the_same(platform, configure, sync, wrong):
    configure(level=None)
    for resource in ("albums", "livestreams", "photos", "details"):
        sync(resource)
    sync("players", state="not_permitted")
    with off_by(wrong):
        assert find_due_resources("default") == ["newest"]
        sync("newest")
        assert find_due_resources("default") == []
    assert find_due_resources("default") == []


def test_find_due__began_before_the_clock_of_the_database_was_set_back__is_due(platform, sync):
    sync("albums")
    assert "albums" not in find_due_resources("default")
    SyncRun.objects.update(started_at=timezone.now() + AHEAD, finished_at=timezone.now() + AHEAD)
    assert "albums" in find_due_resources("default")
    sync("albums")
    assert "albums" not in find_due_resources("default")


def test_record_failure__by_a_process_whose_clock_is_wrong__rests_as_long_as_meant(default_workspace, wrong):
    with off_by(wrong):
        record_failure(default_workspace, RateLimitedError("photo/list", 300.0), "wait")
        assert get_retry_at(default_workspace)
    assert timedelta(minutes=4) < get_retry_at(default_workspace) - timezone.now() <= timedelta(minutes=5)
    WorkspaceCondition.objects.update(throttled_until=timezone.now() - timedelta(seconds=1))
    with off_by(wrong):
        assert get_retry_at(default_workspace) is None


def test_process_inbox__by_a_process_whose_clock_is_wrong__postpones_as_long_as_meant(platform, configure, wrong):
    configure(level=None)
    platform.add_photo(1, video_encoded_p="0")
    workspace = get_or_create_workspace("default")
    Notification.objects.create(workspace=workspace, payload={"query": {"photo_id": "1"}}, received_at=timezone.now())
    with off_by(wrong):
        assert process_inbox("default").postponed == 1
        assert not has_pending_notifications("default")
    due_at = Notification.objects.get().due_at
    assert timezone.now() < due_at <= timezone.now() + MINUTE
    Notification.objects.update(due_at=timezone.now())
    with off_by(wrong):
        assert process_inbox("default").done == 1
