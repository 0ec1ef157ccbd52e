"""`twentythree_status` read at three in the morning: what is wrong, why, and what to do about it."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from django_twentythree.coordination.runs import begin
from django_twentythree.models import Notification, Photo, SyncRun, Workspace, WorkspaceCondition
from django_twentythree.sync.due import purge_expired

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(hours=5)


def run(*arguments):
    out = io.StringIO()
    call_command("twentythree_status", *arguments, stdout=out, no_color=True)
    return out.getvalue()


def check():
    """Return what `--check` complains about."""
    with pytest.raises(CommandError) as caught:
        run("--check")
    assert caught.value.returncode == 1
    return str(caught.value)


@pytest.fixture
def mirrored(platform):
    platform.add_photo(1)
    call_command("twentythree_sync", stdout=io.StringIO())
    return platform


@pytest.fixture
def grown_stale(mirrored):
    SyncRun.objects.update(started_at=timezone.now() - LONG_AGO, finished_at=timezone.now() - LONG_AGO)
    return mirrored


def fail_to_sync():
    with pytest.raises(CommandError):
        call_command("twentythree_sync", stdout=io.StringIO())


def notice(**facts):
    facts = {"received_at": timezone.now() - timedelta(hours=1)} | facts
    return Notification.objects.create(workspace=Workspace.objects.get(), **facts)


def test_status__unreachable__says_why_and_how_to_try_at_once(mirrored):
    mirrored.fail_next(500, times=400)
    for _ in range(3):
        fail_to_sync()
    words = run("--check")  # the data is fresh still, so nothing has failed yet
    assert ": unreachable" in words
    assert "? TwentyThree (" in words
    assert "HTTP 500" in words
    assert "to try now, run manage.py twentythree_sync" in words


def test_status__stale_because_the_credentials_are_refused__does_not_blame_the_worker(grown_stale):
    grown_stale.revoke_credentials()
    fail_to_sync()
    notice()
    words = check()
    assert "refused the credentials" in words
    assert "Stale: albums, livestreams, photos, details, because" in words
    assert "1 change notices wait until" in words
    assert "worker" not in words.replace("restart web and workers", "")


def test_status__stale_because_runs_fail__says_why_they_fail(grown_stale):
    Workspace.objects.update(site_id=1)
    fail_to_sync()
    words = check()
    assert "Stale: albums" in words
    assert "twentythree_workspace rename default" in words
    assert "beat" not in words


def test_status__stale_because_nothing_runs__asks_for_worker_and_beat(grown_stale):
    assert "Are a worker and beat, or the cron line, running?" in check()


def test_status__first_run_under_way__says_so_and_does_not_ask_for_a_worker(platform, default_workspace):
    begin(default_workspace, "photos", "schedule")
    assert "STALE" not in run("--check")
    SyncRun.objects.update(started_at=timezone.now() - timedelta(hours=2))
    assert "Stale: livestreams. Under way: photos." in check()
    SyncRun.objects.update(started_at=timezone.now() - timedelta(days=4))
    words = check()
    assert "Stale: albums, livestreams, players, photos, details. Under way: photos." in words
    assert "beat" not in words


def test_status__notices_given_up__says_what_to_do(mirrored):
    notice(state="failed")
    assert "? 1 change notices failed for good" in run("--check")


def test_status__notices_stopped_weeks_ago__still_warns(mirrored):
    for days in (20, 9, 8):
        notice(state="done", received_at=timezone.now() - timedelta(days=days))
    purge_expired()
    latest = Notification.objects.get()
    Photo.objects.update(changed_at=timezone.now() - timedelta(hours=1))
    words = run()
    assert "? No change notice came" in words
    assert f"the last came {latest.received_at:%Y-%m-%d}" in words


def test_status__secret_was_removed__does_not_warn_of_silence(mirrored, settings):
    notice(state="done", received_at=timezone.now() - timedelta(days=9))
    assert "No change notice came" in run()
    default = {**settings.TWENTYTHREE["WORKSPACES"]["default"], "NOTIFICATION_SECRETS": []}
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "WORKSPACES": {"default": default}}
    assert "No change notice came" not in run()


def test_status__never_told_of_anything__does_not_warn_of_silence(mirrored):
    assert "No change notice came" not in run()


def test_status__settings_lost_while_rows_are_there__fails_the_check(mirrored, settings):
    settings.TWENTYTHREE = {}
    assert "No workspace is configured" in run()
    assert "The rows of 'default' grow old" in check()


def test_status__nothing_configured_nothing_mirrored__is_no_problem(db, settings):
    settings.TWENTYTHREE = {}
    assert "No workspace is configured" in run("--check")


def test_status__resting__tells_until_when(mirrored):
    WorkspaceCondition.objects.create(
        workspace_id=Workspace.objects.get().pk, retry_at=timezone.now() + timedelta(hours=1)
    )
    assert "paused until" in run()


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ("unreachable", "because TwentyThree could not be asked; to try now, run manage.py twentythree_sync"),
        ("refused", "because the credentials are refused; to try now, run manage.py twentythree_sync"),
        ("mismatched", "because another site answers; to try now, run manage.py twentythree_sync"),
        ("working", "because TwentyThree asked for a pause"),
    ],
)
def test_status__resting__says_why_and_how_to_try_now(mirrored, state, why):
    until = timezone.now() + timedelta(hours=1)
    Workspace.objects.update(state=state)
    WorkspaceCondition.objects.create(workspace_id=Workspace.objects.get().pk, retry_at=until)
    assert f"paused until {timezone.localtime(until):%Y-%m-%d %H:%M}, {why}\n" in run()


def test_status__trouble_has_just_begun__is_tried_again_within_a_minute(mirrored):
    Workspace.objects.update(state="unreachable")
    assert "is tried again within a minute, because TwentyThree could not be asked" in run()
