"""What is due is told from rows alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from django_twentythree.models import Notification, SyncRun, Workspace, WorkspaceCondition
from django_twentythree.sync.due import find_due_resources, find_just_published, tidy
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


def test_find_due__on_air__looks_at_live_streams_each_minute(all_ran, default_workspace):
    SyncRun.objects.filter(resource="livestreams").update(started_at=NOW - timedelta(seconds=61))
    assert find_due_resources("default", NOW) == []
    LiveStreamFactory(workspace=default_workspace, is_broadcasting=True)
    assert find_due_resources("default", NOW) == ["livestreams"]


def test_find_due__killed_run__is_due_at_once_and_called_interrupted(all_ran):
    SyncRun.objects.filter(resource="photos").update(
        state="running", active_key="1:photos", lease_until=NOW - timedelta(seconds=1), finished_at=None
    )
    assert find_due_resources("default", NOW) == ["photos"]
    assert SyncRun.objects.get(resource="photos").state == "interrupted"


def test_find_due__resting__is_nothing(default_workspace):
    WorkspaceCondition.objects.create(
        workspace_id=default_workspace.pk, resting_until=timezone.now() + timedelta(minutes=5)
    )
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


def test_tidy__past_retention__deletes_runs_and_settled_notices_only(default_workspace, ran):
    ran("photos", 100 * 86_400)
    ran("photos", 10)
    old = NOW - timedelta(days=30)
    for state in ("done", "failed", "pending"):
        Notification.objects.create(workspace=default_workspace, state=state, received_at=old)
    tidy(NOW)
    assert SyncRun.objects.count() == 1
    assert list(Notification.objects.values_list("state", flat=True)) == ["pending"]
