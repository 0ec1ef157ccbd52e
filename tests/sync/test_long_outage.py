"""Friday evening somebody revokes the token; nobody looks until Monday."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from django_twentythree.listings import get_photos
from django_twentythree.models import Lease, LiveStream, Notification, Photo, SyncRun, WorkspaceCondition
from django_twentythree.tasks import run_due
from tests.conftest import SECRET

pytestmark = pytest.mark.django_db

TICK = timedelta(minutes=10)
WEEKEND = timedelta(hours=48)
MOMENTS = {
    SyncRun: ("started_at", "finished_at"),
    Notification: ("received_at", "due_at", "processed_at"),
    Lease: ("until",),
    WorkspaceCondition: ("retry_at", "throttled_until", "failing_since", "recovered_at"),
    Photo: ("observed_at", "changed_at", "details_observed_at"),
    LiveStream: ("observed_at", "changed_at", "recordings_observed_at"),
}


def let_pass(duration):
    """Move all that happened into the past, as if so much time had gone by."""
    for model, names in MOMENTS.items():
        model._default_manager.update(**{name: F(name) - duration for name in names})


def test_weekend__token_revoked__is_calm_and_the_site_keeps_working(
    platform, client, caplog, django_capture_on_commit_callbacks
):
    caplog.set_level(logging.INFO)
    for number in range(1, 4):
        platform.add_photo(number, title=f"Video {number}")
    platform.add_livestream(name="All weekend", streaming_p="1", broadcasting_p="1")
    for _ in range(2):
        run_due.delay()
    caplog.clear()
    runs_before = SyncRun.objects.count()

    platform.revoke_credentials()
    platform.clear_requests()
    ticks = WEEKEND // TICK
    for tick in range(ticks):
        let_pass(TICK)
        if tick % 30 == 0:  # editors work on
            with django_capture_on_commit_callbacks(execute=True):
                client.post(reverse("twentythree:notify", args=("default", SECRET)), {"photo_id": "1"})
        run_due.delay()

    # A probe an hour, each of one request, and as many runs.
    assert len(platform.requests) <= 50
    assert SyncRun.objects.count() - runs_before <= 50
    ours = [record for record in caplog.records if record.name.startswith("django_twentythree")]
    [error] = [record for record in ours if record.levelno >= logging.WARNING]
    assert error.levelname == "ERROR"
    assert "refused the credentials" in error.getMessage()
    assert len(ours) <= 24
    assert not any(record.exc_info for record in caplog.records)

    # Pages go on with the rows they have, and make no request.
    assert [photo.title for photo in get_photos(order="title")] == ["Video 1", "Video 2", "Video 3"]
    assert all("<iframe" in photo.embed().html for photo in get_photos())
    assert len(platform.requests) <= 50

    # Whoever looks is told.
    output = StringIO()
    call_command("twentythree_status", "--json", stdout=output)
    status = json.loads(output.getvalue())["default"]
    assert status["state"] == "refused"
    assert status["retry_at"]
    assert "refused the credentials" in status["problems"][0]
    with pytest.raises(CommandError, match="refused the credentials"):
        call_command("twentythree_status", "--check", stdout=StringIO())

    # Monday: new credentials, and all is as it should be within the hour; what was announced meanwhile is looked at.
    platform.restore_credentials()
    platform.edit_photo(1, title="Video 1, recut")
    let_pass(timedelta(hours=1))
    for _ in range(2):
        run_due.delay()
    assert Photo.objects.get(remote_id=1).title == "Video 1, recut"
    assert set(Notification.objects.values_list("state", flat=True)) == {"done"}
    assert timezone.now() - SyncRun.objects.latest("pk").started_at < TICK
