"""What is due is told from rows alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from django_twentythree.coordination.runs import begin
from django_twentythree.models import Notification, SyncRun, Workspace, WorkspaceCondition
from django_twentythree.sync.due import find_due_resources, find_just_published, purge_expired
from django_twentythree.testing.factories import LiveStreamFactory, PhotoFactory

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def ran(default_workspace):
    """Note a run of a resource that began so many seconds ago."""
    Workspace.objects.update(permission_level="read")

    def store(resource, ago, *, state="succeeded", lasted=1):
        started = NOW - timedelta(seconds=ago)
        return SyncRun.objects.create(
            workspace=default_workspace,
            resource=resource,
            state=state,
            started_at=started,
            finished_at=started + timedelta(seconds=lasted),
        )

    return store


@pytest.fixture
def all_ran(ran):
    for resource in ("albums", "livestreams", "players", "photos", "newest", "details"):
        ran(resource, 10)


def test_find_due__nothing_ever_ran__is_everything_but_the_newest(default_workspace):
    assert find_due_resources("default", NOW) == ["albums", "livestreams", "players", "photos", "details"]


def test_find_due__all_ran_just_now__is_nothing(all_ran):
    assert find_due_resources("default", NOW) == []


@pytest.mark.parametrize(
    ("resource", "interval"), [("photos", 3600), ("newest", 300), ("albums", 3600), ("players", 86400)]
)
def test_find_due__interval_has_passed__names_the_resource(all_ran, resource, interval):
    started = NOW - timedelta(seconds=interval)
    SyncRun.objects.filter(resource=resource).update(started_at=started, finished_at=started)
    assert find_due_resources("default", NOW) == [resource]


def test_find_due__switched_off__is_never_due(all_ran, settings):
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "INTERVALS": {"albums": None}}
    SyncRun.objects.filter(resource="albums").delete()
    assert find_due_resources("default", NOW) == []


def test_find_due__listing_takes_long__is_left_twenty_times_as_long(all_ran, ran):
    SyncRun.objects.filter(resource="photos").delete()
    ran("photos", 4000, lasted=300)
    assert find_due_resources("default", NOW) == []


@pytest.fixture
def minute_passed(all_ran):
    SyncRun.objects.filter(resource="livestreams").update(started_at=NOW - timedelta(seconds=61))


def test_find_due__nothing_on_air__leaves_live_streams_alone_for_five_minutes(minute_passed, default_workspace):
    LiveStreamFactory(workspace=default_workspace, next_start_at=NOW + timedelta(minutes=61))
    LiveStreamFactory(workspace=default_workspace, next_start_at=NOW - timedelta(minutes=61))
    LiveStreamFactory(workspace=default_workspace, is_streaming=True, is_broadcasting=False, next_start_at=None)
    assert find_due_resources("default", NOW) == []


@pytest.mark.parametrize(
    "columns",
    [
        {"is_broadcasting": True},
        {"is_broadcasting": None, "is_streaming": True},
        {"next_start_at": NOW + timedelta(minutes=59)},
        {"next_start_at": NOW - timedelta(minutes=59)},
    ],
)
def test_find_due__on_air_or_about_to_be__takes_a_light_look_each_minute(minute_passed, default_workspace, columns):
    LiveStreamFactory(workspace=default_workspace, **columns)
    assert find_due_resources("default", NOW) == ["on_air"]
    SyncRun.objects.create(workspace=default_workspace, resource="on_air", state="succeeded", started_at=NOW)
    assert find_due_resources("default", NOW + timedelta(seconds=59)) == []
    assert find_due_resources("default", NOW + timedelta(seconds=60)) == ["on_air"]


def test_find_due__on_air_and_the_whole_list_due__is_the_whole_list_only(minute_passed, default_workspace):
    LiveStreamFactory(workspace=default_workspace, is_broadcasting=True)
    SyncRun.objects.filter(resource="livestreams").update(started_at=NOW - timedelta(seconds=301))
    assert find_due_resources("default", NOW) == ["livestreams"]


def test_find_due__on_air_but_never_listed__is_the_whole_list(all_ran, default_workspace):
    LiveStreamFactory(workspace=default_workspace, is_broadcasting=True)
    SyncRun.objects.filter(resource="livestreams").delete()
    assert find_due_resources("default", NOW) == ["livestreams"]


@pytest.mark.parametrize(
    ("resource", "lasted", "after"), [("players", 1, 300), ("players", 60, 1200), ("photos", 1, 300)]
)
def test_find_due__last_run_failed__is_due_again_before_its_interval_has_passed(all_ran, ran, resource, lasted, after):
    SyncRun.objects.filter(resource=resource).delete()
    run = ran(resource, after - 10, lasted=lasted, state="failed")
    assert find_due_resources("default", NOW) == []
    moved = timedelta(seconds=10)
    SyncRun.objects.filter(pk=run.pk).update(started_at=run.started_at - moved, finished_at=run.finished_at - moved)
    assert find_due_resources("default", NOW) == [resource]


def test_find_due__killed_run__is_due_at_once_and_called_interrupted(all_ran):
    SyncRun.objects.filter(resource="photos").update(
        state="running", active_key="1:photos", lease_until=NOW - timedelta(seconds=1), finished_at=None
    )
    assert find_due_resources("default", NOW) == ["photos"]
    assert SyncRun.objects.get(resource="photos").state == "interrupted"


@pytest.mark.parametrize(("long", "other"), [("photos", "details"), ("details", "photos")])
def test_find_due__other_long_listing_is_running__waits_for_it(all_ran, default_workspace, long, other):
    """Together they would take every request in flight, and change notices would wait for an hour."""
    SyncRun.objects.all().update(started_at=NOW - timedelta(days=2), finished_at=NOW - timedelta(days=2))
    begin(default_workspace, long, "schedule")
    due = find_due_resources("default", NOW)
    assert other not in due
    assert {"albums", "livestreams", "players", "newest"} <= set(due)


def test_find_due__resting__is_nothing(default_workspace):
    WorkspaceCondition.objects.create(workspace_id=default_workspace.pk, retry_at=timezone.now() + timedelta(minutes=5))
    assert find_due_resources("default", NOW) == []


def test_find_just_published__date_passed_since_the_last_look__is_named(default_workspace):
    passed = NOW - timedelta(minutes=1)
    PhotoFactory(
        workspace=default_workspace,
        remote_id=5,
        is_published=False,
        published_at=passed,
        observed_at=passed - timedelta(hours=1),
    )
    PhotoFactory(workspace=default_workspace, is_published=False, published_at=passed, observed_at=NOW)
    assert find_just_published("default", NOW) == [5]


def test_purge_expired__past_retention__deletes_runs_and_settled_notices_only(default_workspace, ran):
    ran("photos", 100 * 86_400)
    ran("photos", 10)
    old = NOW - timedelta(days=30)
    for state in ("done", "failed", "pending"):
        Notification.objects.create(workspace=default_workspace, state=state, received_at=old)
    purge_expired(NOW)
    assert SyncRun.objects.count() == 1
    assert list(Notification.objects.values_list("state", flat=True)) == ["pending"]
