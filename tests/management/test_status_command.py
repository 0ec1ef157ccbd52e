"""`twentythree_status`: what it says, and when `--check` fails."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from django_twentythree.models import Notification, SyncRun
from tests.conftest import SECRET

pytestmark = pytest.mark.django_db


def run(*arguments):
    out = io.StringIO()
    call_command("twentythree_status", *arguments, stdout=out, no_color=True)
    return out.getvalue()


@pytest.fixture
def mirrored(platform):
    platform.add_photo(1)
    call_command("twentythree_sync", stdout=io.StringIO())
    return platform


def test_status__mirrored__says_how_fresh_it_is_and_where_to_send_notices(mirrored, settings):
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "BASE_URL": "https://www.example.org/"}
    words = run("--check")
    assert f"default ({mirrored.domain}): working, level super" in words
    assert "photos       succeeded, data from" in words
    assert f"https://www.example.org/twentythree/notify/default/{SECRET}/" in words
    assert "Pingback URL" in words


def test_status__never_mirrored__is_stale(platform):
    assert "never mirrored" in run()
    with pytest.raises(CommandError, match="Stale: albums") as caught:
        run("--check")
    assert caught.value.returncode == 1


def test_status__credentials_refused__says_what_to_do(mirrored):
    mirrored.revoke_credentials()
    with pytest.raises(CommandError):
        call_command("twentythree_sync", stdout=io.StringIO())
    words = run()
    assert "rests until" in words
    assert "! TwentyThree refused the credentials of 'default'" in words
    with pytest.raises(CommandError, match="refused the credentials"):
        run("--check")


def test_status__runs_are_old__are_stale(mirrored):
    SyncRun.objects.filter(resource="photos").update(started_at=timezone.now() - timedelta(hours=5))
    assert "STALE" in run()
    with pytest.raises(CommandError, match="Stale: photos"):
        run("--check")


def test_status__inbox_not_emptied__is_stuck(mirrored, default_workspace_row):
    Notification.objects.create(workspace=default_workspace_row, received_at=timezone.now() - timedelta(hours=1))
    with pytest.raises(CommandError, match="1 change notices wait"):
        run("--check")


def test_status__notices_stopped_while_changes_go_on__warns_without_failing(mirrored, default_workspace_row):
    Notification.objects.create(
        workspace=default_workspace_row, state="done", received_at=timezone.now() - timedelta(days=9)
    )
    assert "? Change notices have been silent" in run("--check")


def test_status__json__has_everything_and_no_secret(mirrored):
    text = run("--json")
    facts = json.loads(text)["default"]
    assert facts["state"] == "working"
    assert [each["resource"] for each in facts["resources"]] == [
        "albums", "livestreams", "players", "photos", "details",
    ]  # fmt: skip
    assert facts["problems"] == []
    assert SECRET not in text


@pytest.fixture
def default_workspace_row(mirrored):
    from django_twentythree.models import Workspace

    return Workspace.objects.get(alias="default")
