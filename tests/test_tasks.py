"""Tasks: explicit names, one call each into the engine, and a schedule of one entry."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from django_twentythree import tasks
from django_twentythree.coordination.runs import begin
from django_twentythree.models import Notification, Photo, SyncRun
from django_twentythree.schedules import BEAT_SCHEDULE
from django_twentythree.sync.runner import SyncRequest
from django_twentythree.sync.runner import sync_resource as run_sync

pytestmark = pytest.mark.django_db


def test_tasks__names__are_those_of_the_contract():
    names = {
        task.name for task in (tasks.run_due, tasks.sync_resource, tasks.refresh_photo, tasks.process_notifications)
    }
    assert names == {
        "django_twentythree.run_due",
        "django_twentythree.sync_resource",
        "django_twentythree.refresh_photo",
        "django_twentythree.process_notifications",
    }
    assert [entry["task"] for entry in BEAT_SCHEDULE.values()] == ["django_twentythree.run_due"]


def test_run_due__first_time__mirrors_everything(platform):
    platform.add_photo(1, title="Onboarding")
    tasks.run_due.delay()
    assert Photo.objects.get().title == "Onboarding"
    assert set(SyncRun.objects.values_list("trigger", flat=True)) == {"schedule"}


def test_run_due__pending_notice_whose_message_was_lost__is_found(platform, default_workspace):
    platform.add_photo(1)
    tasks.run_due.delay()
    platform.edit_photo(1, title="After")
    Notification.objects.create(
        workspace=default_workspace, payload={"query": {"photo_id": "1"}}, received_at=timezone.now()
    )
    tasks.run_due.delay()
    assert Photo.objects.get().title == "After"


def test_run_due__workspace_misconfigured__goes_on_with_the_others(platform, settings, caplog):
    workspaces = {"broken": {"DOMAIN": ""}, **settings.TWENTYTHREE["WORKSPACES"]}
    settings.TWENTYTHREE = {"WORKSPACES": workspaces}
    platform.add_photo(1)
    tasks.run_due.delay()
    assert Photo.objects.count() == 1
    assert "'broken'" in caplog.text


def test_run_due__workspace_misconfigured_for_long__is_told_once(platform, settings, caplog):
    settings.TWENTYTHREE = {"WORKSPACES": {"still-broken": {"DOMAIN": ""}}}
    for _ in range(3):
        tasks.run_due.delay()
    assert [record.levelname for record in caplog.records if "'still-broken'" in record.getMessage()] == ["ERROR"]


@pytest.mark.parametrize(
    ("task", "arguments"),
    [(tasks.sync_resource, ("photos",)), (tasks.refresh_photo, (1,)), (tasks.process_notifications, ())],
)
def test_task__workspace_no_longer_configured__is_one_line_in_the_log(platform, db, caplog, task, arguments):
    alias = f"gone-{task.name.partition('.')[2]}"
    task.delay(alias, *arguments)
    assert f"There is no workspace '{alias}'" in caplog.text
    assert "Traceback" not in caplog.text


def test_sync_resource__scheduled_during_a_run__does_not_ask_for_another(default_workspace):
    active = begin(default_workspace, "photos", "task")
    assert run_sync(SyncRequest("default", "photos", "schedule")).run is None
    active.row.refresh_from_db()
    assert not active.row.is_rerun_requested


def test_sync_resource__scheduled_twice__runs_once(platform):
    for _ in range(2):
        tasks.sync_resource.delay("default", "photos", trigger="schedule")
    assert SyncRun.objects.count() == 1


def test_sync_resource__asked_for_during_a_run__runs_once_more(platform, default_workspace):
    run = SyncRun.objects.create(
        workspace=default_workspace,
        resource="photos",
        active_key=f"{default_workspace.pk}:photos",
        lease_until=timezone.now() + timedelta(minutes=1),
        started_at=timezone.now(),
    )
    assert tasks.sync_resource("default", "photos") is None
    run.refresh_from_db()
    assert run.is_rerun_requested


def test_refresh_photo__video_changed__returns_the_counts(platform):
    platform.add_photo(1)
    assert tasks.refresh_photo("default", 1)["created"] == 1


def test_refresh_photo__credentials_refused__is_a_line_in_the_log(platform, caplog):
    platform.revoke_credentials()
    assert tasks.refresh_photo("default", 1)["seen"] == 0
    assert "refused the credentials" in caplog.text
    assert "Traceback" not in caplog.text
