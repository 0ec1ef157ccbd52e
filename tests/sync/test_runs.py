"""One run at a time: a key that is unique, a lease that lapses, and words for what was cut short."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from django_twentythree.models import SyncRun
from django_twentythree.sync.engine import Order, sync_resource
from django_twentythree.sync.report import SyncReport
from django_twentythree.sync.runs import RunBusyError, RunLostError, begin

pytestmark = pytest.mark.django_db


def test_begin__resource_is_being_mirrored__refuses_and_asks_for_one_more_run(default_workspace):
    first = begin(default_workspace, "photos", "task")
    with pytest.raises(RunBusyError, match="photos is being mirrored since"):
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
    assert row.lease_until > timezone.now() + timedelta(minutes=4)


def test_sync_resource__busy_elsewhere__has_no_run_of_its_own(default_workspace):
    begin(default_workspace, "photos", "task")
    assert sync_resource(Order("default", "photos")).run is None
    assert SyncRun.objects.get().is_rerun_requested


def test_sync_resource__somebody_waits__runs_after_the_other_has_ended(default_workspace):
    other = begin(default_workspace, "photos", "task")
    waited_for = []

    def on_wait(run):
        waited_for.append(run.pk)
        other.close(SyncRun.State.SUCCEEDED, requests=0)

    outcome = sync_resource(Order("default", "photos"), on_wait=on_wait)
    assert waited_for == [other.row.pk]
    assert outcome.run.state == SyncRun.State.SUCCEEDED


def test_sync_resource__stopped_by_a_person__leaves_no_key_behind(platform, default_workspace):
    platform.add_photo(1)

    def interrupt(seen, announced):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sync_resource(Order("default", "photos"), progress=interrupt)
    run = SyncRun.objects.get()
    assert (run.state, run.active_key) == (SyncRun.State.INTERRUPTED, None)
