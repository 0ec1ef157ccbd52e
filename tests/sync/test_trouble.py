"""Trouble that lasts: the workspace rests, is probed now and then, and says so once."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from django_twentythree.conf import DEFAULT_INTERVALS
from django_twentythree.models import Notification, SyncRun, Workspace, WorkspaceCondition
from django_twentythree.signals import workspace_state_changed
from django_twentythree.sync.due import find_due_resources, has_pending_notifications
from django_twentythree.tasks import refresh_photo, run_due
from django_twentythree.testing.factories import PhotoFactory

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def let_pass(duration):
    """Move all that happened into the past, as if so much time had gone by."""
    for name in ("started_at", "finished_at"):
        SyncRun.objects.update(**{name: F(name) - duration})
    for name in ("retry_at", "throttled_until", "failing_since", "recovered_at"):
        WorkspaceCondition.objects.update(**{name: F(name) - duration})


@pytest.fixture
def mirrored(platform, db):
    platform.add_photo(1)
    run_due.delay()
    return platform


@pytest.fixture
def told():
    """The changes of state that were announced."""
    changes = []

    def note(*, old, new, **kwargs):
        changes.append((old, new))

    workspace_state_changed.connect(note)
    yield changes
    workspace_state_changed.disconnect(note)


def test_run_due__token_revoked_over_a_weekend__is_one_error_and_a_probe_an_hour(mirrored, told, caplog):
    workspace = Workspace.objects.get()
    Notification.objects.create(workspace=workspace, payload={"query": {"photo_id": "1"}}, received_at=timezone.now())
    mirrored.revoke_credentials()
    mirrored.clear_requests()
    caplog.set_level(logging.INFO)
    for _ in range(60):
        let_pass(HOUR + timedelta(minutes=1))
        for _ in range(3):  # beat goes on each minute
            run_due.delay()
    assert len(mirrored.requests) == 60
    ours = [record for record in caplog.records if record.name.startswith("django_twentythree")]
    assert [record.levelname for record in ours if record.levelno >= logging.WARNING] == ["ERROR"]
    assert len(ours) <= 24
    assert "Traceback" not in caplog.text
    assert told == [("working", "refused")]
    assert Notification.objects.get().state == "pending"

    mirrored.restore_credentials()
    let_pass(HOUR + timedelta(minutes=1))
    run_due.delay()
    assert told == [("working", "refused"), ("refused", "working")]
    run_due.delay()
    assert Notification.objects.get().state == "done"


def test_find_due__in_trouble__is_one_probe(mirrored):
    let_pass(timedelta(days=2))
    assert len(find_due_resources("default")) == 6
    Workspace.objects.update(state="unreachable")
    assert find_due_resources("default") == ["albums"]


def test_has_pending_notifications__in_trouble__is_left_to_the_probe_if_there_is_one(mirrored, settings):
    workspace = Workspace.objects.get()
    Notification.objects.create(workspace=workspace, received_at=timezone.now())
    assert has_pending_notifications("default")
    Workspace.objects.update(state="unreachable")
    assert not has_pending_notifications("default")
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "INTERVALS": dict.fromkeys(DEFAULT_INTERVALS)}
    assert has_pending_notifications("default")


def test_run_due__resting__leaves_just_published_videos_alone_too(mirrored):
    workspace = Workspace.objects.get()
    passed = timezone.now() - timedelta(minutes=1)
    PhotoFactory(workspace=workspace, is_published=False, published_at=passed, observed_at=passed - HOUR)
    WorkspaceCondition.objects.create(workspace_id=workspace.pk, retry_at=timezone.now() + HOUR)
    mirrored.clear_requests()
    run_due.delay()
    assert mirrored.requests == []


def test_refresh_photo__platform_asks_for_a_pause__everybody_leaves_it_alone(mirrored):
    mirrored.clear_requests()
    mirrored.fail_next(429, retry_after=300)
    refresh_photo.delay("default", 1)
    refresh_photo.delay("default", 1)
    assert len(mirrored.requests) == 1
    rest = WorkspaceCondition.objects.get().throttled_until - timezone.now()
    assert timedelta(minutes=4) < rest <= timedelta(minutes=5)
    let_pass(HOUR)
    assert refresh_photo("default", 1)["unchanged"] == 1


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("failures", [0, 2, 5])
def test_run_due__longer_pause_asked_for_than_taken__is_obeyed(mirrored, status, failures):
    pk = Workspace.objects.get().pk
    WorkspaceCondition.objects.create(workspace_id=pk, failure_count=failures)
    let_pass(HOUR * 2)
    mirrored.fail_next(status, retry_after=240)
    run_due.delay()
    rest = WorkspaceCondition.objects.get().throttled_until - timezone.now()
    assert timedelta(minutes=3) < rest <= timedelta(minutes=4)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("failures", [0, 2])
def test_run_due__pause_of_a_day_asked_for__all_others_ask_after_five_minutes(mirrored, status, failures):
    pk = Workspace.objects.get().pk
    WorkspaceCondition.objects.create(workspace_id=pk, failure_count=failures)
    let_pass(HOUR * 2)
    mirrored.fail_next(status, retry_after=86_400)
    run_due.delay()
    rest = WorkspaceCondition.objects.get().throttled_until - timezone.now()
    assert timedelta(minutes=4) < rest <= timedelta(minutes=5)
    let_pass(timedelta(minutes=5))
    run_due.delay()
    assert SyncRun.objects.latest("pk").state == "succeeded"
    assert Workspace.objects.get().state == "working"


def test_run_due__settings_do_not_go_together__is_one_error_in_the_log(mirrored, configure, settings, caplog):
    configure(api_version=1)
    entry = {**settings.TWENTYTHREE["WORKSPACES"]["default"], "ACCESS_TOKEN": ""}
    settings.TWENTYTHREE = {"WORKSPACES": {"default": entry}}
    for _ in range(5):
        let_pass(HOUR * 2)
        run_due.delay()
    loud = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.levelname for record in loud] == ["ERROR"]
    assert "some of the four OAuth keys, but not ACCESS_TOKEN" in loud[0].getMessage()


def test_run_due__another_site_answers__is_one_error_in_the_log(mirrored, caplog):
    Workspace.objects.update(site_id=1)
    for _ in range(5):
        let_pass(timedelta(hours=2))
        run_due.delay()
    loud = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.levelname for record in loud] == ["ERROR"]
    assert "twentythree_workspace rename default" in loud[0].getMessage()
