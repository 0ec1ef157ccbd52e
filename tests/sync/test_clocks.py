"""A clock that ran ahead for a while leaves moments in the future; none of them may hold anything up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from django_twentythree.models import Lease, LiveStream, Photo, SyncRun
from django_twentythree.sync.details import find_due
from django_twentythree.sync.identity import get_or_create_workspace
from django_twentythree.sync.leases import hold, take
from django_twentythree.sync.runs import RunBusyError, begin

pytestmark = pytest.mark.django_db

AHEAD = timedelta(hours=2)
MINUTE = timedelta(minutes=1)


def in_the_future(ahead=AHEAD):
    """Set the clock of this process ahead for the length of a block."""
    return time_machine.travel(datetime.now(UTC) + ahead, tick=True)


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


def test_take__given_up_by_a_clock_far_ahead__is_free(db):
    with in_the_future(), hold("key", MINUTE) as is_ours:
        assert is_ours
    assert Lease.objects.get().until > timezone.now() + MINUTE
    assert take("key", MINUTE)
    assert take("key", MINUTE) is None


def test_take__held_since_a_clock_was_far_ahead__is_free(db):
    with in_the_future():
        assert take("key", MINUTE)
    assert take("key", MINUTE)


def test_take__held_by_a_clock_a_little_ahead__is_not_free(db):
    with in_the_future(4 * MINUTE):
        assert take("key", MINUTE)
    assert take("key", MINUTE) is None


@pytest.mark.parametrize(("ahead", "is_over"), [(AHEAD, True), (4 * MINUTE, False)])
def test_begin__run_of_a_killed_process_whose_clock_was_ahead__is_over_only_if_far_ahead(
    default_workspace, ahead, is_over
):
    with in_the_future(ahead):
        begin(default_workspace, "photos", SyncRun.Trigger.TASK)
    if is_over:
        begin(default_workspace, "photos", SyncRun.Trigger.TASK)
        assert SyncRun.objects.filter(state=SyncRun.State.INTERRUPTED).count() == 1
    else:
        with pytest.raises(RunBusyError):
            begin(default_workspace, "photos", SyncRun.Trigger.TASK)
