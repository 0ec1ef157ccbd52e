"""One run at a time: a key that is unique, a lease that lapses, and words for what was cut short."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from django_twentythree import tasks
from django_twentythree.coordination.leases import LEASE
from django_twentythree.coordination.report import SyncReport
from django_twentythree.coordination.runs import RunBusyError, RunLostError, begin
from django_twentythree.models import Photo, SyncRun, Workspace
from django_twentythree.sync.due import find_due_resources
from django_twentythree.sync.runner import SyncRequest, sync_resource

pytestmark = pytest.mark.django_db


def test_begin__resource_is_being_mirrored__refuses_and_asks_for_one_more_run(default_workspace):
    first = begin(default_workspace, "photos", "task")
    with pytest.raises(RunBusyError, match="photos is being synced since"):
        begin(default_workspace, "photos", "task")
    assert first.close(SyncRun.State.SUCCEEDED, requests=0) is True


def test_begin__another_resource__is_free(default_workspace):
    begin(default_workspace, "photos", "task")
    assert begin(default_workspace, "albums", "task").row.state == SyncRun.State.RUNNING


def test_begin__lease_lapsed__takes_over_and_calls_the_other_interrupted(default_workspace):
    killed = begin(default_workspace, "photos", "task")
    SyncRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    begin(default_workspace, "photos", "task")
    killed.row.refresh_from_db()
    assert killed.row.state == SyncRun.State.INTERRUPTED
    assert "stopped before it could finish" in killed.row.error
    with pytest.raises(RunLostError):
        killed.close(SyncRun.State.SUCCEEDED, requests=0)
    with pytest.raises(RunLostError):
        killed.renew()


def test_renew__held__writes_counts_and_pushes_the_lease(default_workspace):
    active = begin(default_workspace, "photos", "task")
    SyncRun.objects.update(lease_until=timezone.now() + timedelta(seconds=5))
    active.add(SyncReport(seen=3, created=2))
    active.renew()
    row = SyncRun.objects.get()
    assert (row.seen, row.created) == (3, 2)
    assert row.lease_until > timezone.now() + LEASE - timedelta(seconds=10)


def test_sync_resource__busy_elsewhere__has_no_run_of_its_own(default_workspace):
    begin(default_workspace, "photos", "task")
    assert sync_resource(SyncRequest("default", "photos")).run is None
    assert SyncRun.objects.get().is_rerun_requested


def test_sync_resource__somebody_waits__runs_after_the_other_has_ended(default_workspace):
    other = begin(default_workspace, "photos", "task")
    waited_for = []

    def on_wait(run):
        waited_for.append(run.pk)
        other.close(SyncRun.State.SUCCEEDED, requests=0)

    outcome = sync_resource(SyncRequest("default", "photos"), on_wait=on_wait)
    assert waited_for == [other.row.pk]
    assert outcome.run.state == SyncRun.State.SUCCEEDED


def test_sync_resource__stopped_by_a_person__leaves_no_key_behind(platform, default_workspace):
    platform.add_photo(1)

    def interrupt(seen, announced):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sync_resource(SyncRequest("default", "photos"), progress=interrupt)
    run = SyncRun.objects.get()
    assert (run.state, run.active_key) == (SyncRun.State.INTERRUPTED, None)


@pytest.fixture
def emptied(platform, sync):
    """Four mirrored videos, of which the platform has none any more; the brake will hold."""
    for number in range(1, 5):
        platform.add_photo(number)
    sync()
    for number in range(1, 5):
        platform.delete_photo(number)
    return Workspace.objects.get()


def count_missing():
    return Photo.objects.filter(missing_since__isnull=False).count()


def accept_by_task(client):
    tasks.sync_resource.delay("default", "photos", accept_missing=True)


def accept_by_command(client):
    call_command("twentythree_sync", "--queue", "--resource", "photos", "--accept-missing")


def accept_in_admin(client):
    braked = SyncRun.objects.get(is_held_back=True)
    client.post(reverse("admin:twentythree_syncrun_accept", args=(braked.pk,)))


@pytest.mark.parametrize("accept", [accept_by_task, accept_by_command, accept_in_admin])
def test_acceptance__asked_for_during_a_run__goes_for_the_next(
    emptied, sync, admin_client, accept, django_capture_on_commit_callbacks
):
    assert sync().is_held_back
    active = begin(emptied, "photos", "task")
    assert not active.accepts_missing
    with django_capture_on_commit_callbacks(execute=True):
        accept(admin_client)
    assert active.close(SyncRun.State.SUCCEEDED, requests=0) is True
    assert "photos" in find_due_resources("default")
    tasks.sync_resource.delay("default", "photos", trigger="follow_up")
    assert count_missing() == 4
    assert "photos" not in find_due_resources("default")


def test_acceptance__asked_for_during_a_run_that_is_killed__goes_for_the_next(emptied):
    begin(emptied, "photos", "task")
    tasks.sync_resource.delay("default", "photos", accept_missing=True)
    SyncRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    tasks.run_due.delay()  # and the message about the one more run was lost
    assert count_missing() == 4


def test_acceptance__one_run_after_it__is_used_up(emptied, platform, sync):
    active = begin(emptied, "photos", "task")
    tasks.sync_resource.delay("default", "photos", accept_missing=True)
    active.close(SyncRun.State.SUCCEEDED, requests=0)
    assert sync().missing == 4
    for number in range(11, 15):
        platform.add_photo(number)
    sync()
    for number in range(11, 15):
        platform.delete_photo(number)
    assert sync().is_held_back


def test_acceptance__one_more_run_without_it__is_not_assumed(emptied, sync):
    active = begin(emptied, "photos", "task")
    tasks.sync_resource.delay("default", "photos")
    active.close(SyncRun.State.SUCCEEDED, requests=0)
    tasks.sync_resource.delay("default", "photos", trigger="follow_up")
    assert count_missing() == 0


def test_sync_resource__one_more_was_asked_for__runs_once_whoever_comes_first(emptied):
    active = begin(emptied, "photos", "task")
    tasks.sync_resource.delay("default", "photos")
    active.close(SyncRun.State.SUCCEEDED, requests=0)
    before = SyncRun.objects.filter(resource="photos").count()
    for trigger in ("schedule", "follow_up", "schedule"):
        tasks.sync_resource.delay("default", "photos", trigger=trigger)
    assert SyncRun.objects.filter(resource="photos").count() == before + 1
